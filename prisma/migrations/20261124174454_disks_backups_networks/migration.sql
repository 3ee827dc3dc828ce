-- AlterTable
ALTER TABLE "ImageMember" ADD COLUMN "vaultId" TEXT;

-- CreateTable
CREATE TABLE "DiskAttachment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "diskId" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "bootIndex" INTEGER,
    "readOnly" BOOLEAN NOT NULL DEFAULT false,
    "deleteOnTermination" BOOLEAN NOT NULL DEFAULT false,
    "attachedAt" DATETIME NOT NULL,
    CONSTRAINT "DiskAttachment_diskId_fkey" FOREIGN KEY ("diskId") REFERENCES "Disk" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "DiskAttachment_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "DiskTag" (
    "diskId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    PRIMARY KEY ("diskId", "key"),
    CONSTRAINT "DiskTag_diskId_fkey" FOREIGN KEY ("diskId") REFERENCES "Disk" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "DiskSnapshot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "diskId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "bootable" BOOLEAN NOT NULL,
    "checksum" TEXT,
    "damage" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "DiskSnapshot_diskId_fkey" FOREIGN KEY ("diskId") REFERENCES "Disk" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Vault" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "objectType" TEXT NOT NULL,
    "protectType" TEXT NOT NULL DEFAULT 'BACKUP',
    "status" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "usedBytes" BIGINT NOT NULL DEFAULT 0,
    "autoBind" BOOLEAN NOT NULL DEFAULT false,
    "autoExpand" BOOLEAN NOT NULL DEFAULT false,
    "policyId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Vault_policyId_fkey" FOREIGN KEY ("policyId") REFERENCES "BackupPolicy" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "VaultResource" (
    "resourceId" TEXT NOT NULL,
    "objectType" TEXT NOT NULL,
    "vaultId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "excludedDiskIds" JSONB NOT NULL,
    "addedAt" DATETIME NOT NULL,

    PRIMARY KEY ("resourceId", "objectType"),
    CONSTRAINT "VaultResource_vaultId_fkey" FOREIGN KEY ("vaultId") REFERENCES "Vault" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "VaultTag" (
    "vaultId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    PRIMARY KEY ("vaultId", "key"),
    CONSTRAINT "VaultTag_vaultId_fkey" FOREIGN KEY ("vaultId") REFERENCES "Vault" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "vaultId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL,
    "autoTrigger" BOOLEAN NOT NULL DEFAULT false,
    "skipped" JSONB NOT NULL DEFAULT '[]',
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Checkpoint_vaultId_fkey" FOREIGN KEY ("vaultId") REFERENCES "Vault" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Backup" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "vaultId" TEXT NOT NULL,
    "checkpointId" TEXT NOT NULL,
    "parentId" TEXT,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL,
    "resourceType" TEXT NOT NULL,
    "resourceId" TEXT NOT NULL,
    "resourceName" TEXT NOT NULL,
    "resourceSize" INTEGER NOT NULL,
    "resourceZone" TEXT NOT NULL,
    "incremental" BOOLEAN NOT NULL DEFAULT false,
    "autoTrigger" BOOLEAN NOT NULL DEFAULT false,
    "storedBytes" BIGINT NOT NULL DEFAULT 0,
    "systemDisk" BOOLEAN NOT NULL DEFAULT false,
    "bootable" BOOLEAN NOT NULL DEFAULT false,
    "diskType" TEXT,
    "device" TEXT,
    "checksum" TEXT,
    "damage" TEXT,
    "serverFacts" JSONB,
    "frozenMs" REAL,
    "expiresAt" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "protectedAt" DATETIME,
    CONSTRAINT "Backup_vaultId_fkey" FOREIGN KEY ("vaultId") REFERENCES "Vault" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Backup_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Backup_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Backup" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "BackupMember" (
    "backupId" TEXT NOT NULL,
    "tenantId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "vaultId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("backupId", "tenantId"),
    CONSTRAINT "BackupMember_backupId_fkey" FOREIGN KEY ("backupId") REFERENCES "Backup" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "BackupPolicy" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "everyHours" INTEGER NOT NULL,
    "keepBackups" INTEGER,
    "keepDays" INTEGER,
    "nextRunAt" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "SecurityGroup" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "SecurityGroupRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "groupId" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "direction" TEXT NOT NULL,
    "etherType" TEXT NOT NULL DEFAULT 'IPV4',
    "protocol" TEXT,
    "portMin" INTEGER,
    "portMax" INTEGER,
    "remoteCidr" TEXT,
    "remoteGroupId" TEXT,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "SecurityGroupRule_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "SecurityGroup" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "PortSecurityGroup" (
    "portId" TEXT NOT NULL,
    "groupId" TEXT NOT NULL,

    PRIMARY KEY ("portId", "groupId"),
    CONSTRAINT "PortSecurityGroup_portId_fkey" FOREIGN KEY ("portId") REFERENCES "Port" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "PortSecurityGroup_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "SecurityGroup" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "PublicAddress" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "portId" TEXT,
    "bandwidthName" TEXT NOT NULL,
    "bandwidthSize" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "PublicAddress_portId_fkey" FOREIGN KEY ("portId") REFERENCES "Port" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- What was in the row of a disk is now an attachment of its own.
INSERT INTO "DiskAttachment" ("id", "diskId", "serverId", "device", "bootIndex", "readOnly", "deleteOnTermination", "attachedAt")
  SELECT "id", "id", "serverId", COALESCE("device", '/dev/vda'), 0, false, true, "createdAt" FROM "Disk" WHERE "serverId" IS NOT NULL;
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'disks', COUNT(*) FROM "Disk" GROUP BY "tenantId";
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'diskGigabytes', SUM("size") FROM "Disk" GROUP BY "tenantId";

-- Every tenant has a default security group: all out, in from its own members.
INSERT INTO "SecurityGroup" ("id", "tenantId", "name", "description", "isDefault", "createdAt", "updatedAt")
  SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    "id", 'default', 'Default security group', true, "createdAt", "createdAt" FROM "Tenant";
INSERT INTO "SecurityGroupRule" ("id", "tenantId", "groupId", "direction", "etherType", "createdAt")
  SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    "tenantId", "id", 'EGRESS', "etherType", "createdAt" FROM "SecurityGroup", (SELECT 'IPV4' AS "etherType" UNION SELECT 'IPV6');
INSERT INTO "SecurityGroupRule" ("id", "tenantId", "groupId", "direction", "etherType", "remoteGroupId", "createdAt")
  SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    "tenantId", "id", 'INGRESS', "etherType", "id", "createdAt" FROM "SecurityGroup", (SELECT 'IPV4' AS "etherType" UNION SELECT 'IPV6');
INSERT INTO "PortSecurityGroup" ("portId", "groupId") SELECT "Port"."id", "SecurityGroup"."id" FROM "Port" JOIN "SecurityGroup" USING ("tenantId") WHERE "serverId" IS NOT NULL;
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'vpcs', COUNT(*) FROM "Vpc" GROUP BY "tenantId";
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'subnets', COUNT(*) FROM "Subnet" GROUP BY "tenantId";
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'securityGroups', COUNT(*) FROM "SecurityGroup" GROUP BY "tenantId";
INSERT INTO "Quota" ("tenantId", "resource", "used") SELECT "tenantId", 'securityGroupRules', COUNT(*) FROM "SecurityGroupRule" GROUP BY "tenantId";

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Disk" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "availabilityZone" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "bootable" BOOLEAN NOT NULL,
    "readOnly" BOOLEAN NOT NULL DEFAULT false,
    "shareable" BOOLEAN NOT NULL DEFAULT false,
    "deviceType" TEXT NOT NULL DEFAULT 'VBD',
    "fileSystem" TEXT,
    "imageId" TEXT,
    "snapshotId" TEXT,
    "backupId" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "damage" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);
INSERT INTO "new_Disk" ("availabilityZone", "bootable", "createdAt", "id", "imageId", "name", "size", "status", "tenantId", "type", "updatedAt") SELECT "availabilityZone", "bootable", "createdAt", "id", "imageId", "name", "size", "status", "tenantId", "type", "updatedAt" FROM "Disk";
DROP TABLE "Disk";
ALTER TABLE "new_Disk" RENAME TO "Disk";
CREATE INDEX "Disk_tenantId_createdAt_id_idx" ON "Disk"("tenantId", "createdAt", "id");
CREATE INDEX "Disk_tenantId_name_id_idx" ON "Disk"("tenantId", "name", "id");
CREATE INDEX "Disk_imageId_idx" ON "Disk"("imageId");
CREATE INDEX "Disk_snapshotId_idx" ON "Disk"("snapshotId");
CREATE INDEX "Disk_backupId_idx" ON "Disk"("backupId");
CREATE INDEX "Disk_status_idx" ON "Disk"("status");
CREATE TABLE "new_Image" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ownerId" TEXT NOT NULL,
    "regionId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "description" TEXT,
    "osType" TEXT NOT NULL,
    "osVersion" TEXT NOT NULL,
    "osBit" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "architecture" TEXT NOT NULL DEFAULT 'X86',
    "firmware" TEXT NOT NULL DEFAULT 'BIOS',
    "minDisk" INTEGER NOT NULL,
    "minRam" INTEGER NOT NULL DEFAULT 0,
    "maxRam" INTEGER,
    "diskFormat" TEXT NOT NULL DEFAULT 'zvhd2',
    "sizeBytes" BIGINT NOT NULL DEFAULT 0,
    "virtualSize" BIGINT NOT NULL DEFAULT 0,
    "checksum" TEXT,
    "content" TEXT NOT NULL,
    "contentNote" TEXT,
    "container" TEXT,
    "debianSuite" TEXT,
    "loginUser" TEXT,
    "userData" BOOLEAN NOT NULL DEFAULT true,
    "diskHotSwap" BOOLEAN NOT NULL DEFAULT true,
    "dataOrigin" TEXT,
    "sourceImageId" TEXT,
    "sourceServerId" TEXT,
    "sourceDiskId" TEXT,
    "backupId" TEXT,
    "damage" TEXT,
    "attributes" JSONB NOT NULL,
    "memberCount" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "activeAt" DATETIME,
    CONSTRAINT "Image_backupId_fkey" FOREIGN KEY ("backupId") REFERENCES "Backup" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_Image" ("activeAt", "architecture", "attributes", "checksum", "container", "content", "contentNote", "createdAt", "dataOrigin", "debianSuite", "description", "diskFormat", "diskHotSwap", "firmware", "id", "kind", "loginUser", "maxRam", "memberCount", "minDisk", "minRam", "name", "osBit", "osType", "osVersion", "ownerId", "platform", "protected", "regionId", "sizeBytes", "sourceImageId", "sourceServerId", "status", "updatedAt", "userData", "virtualSize", "visibility") SELECT "activeAt", "architecture", "attributes", "checksum", "container", "content", "contentNote", "createdAt", "dataOrigin", "debianSuite", "description", "diskFormat", "diskHotSwap", "firmware", "id", "kind", "loginUser", "maxRam", "memberCount", "minDisk", "minRam", "name", "osBit", "osType", "osVersion", "ownerId", "platform", "protected", "regionId", "sizeBytes", "sourceImageId", "sourceServerId", "status", "updatedAt", "userData", "virtualSize", "visibility" FROM "Image";
DROP TABLE "Image";
ALTER TABLE "new_Image" RENAME TO "Image";
CREATE UNIQUE INDEX "Image_backupId_key" ON "Image"("backupId");
CREATE INDEX "Image_ownerId_createdAt_id_idx" ON "Image"("ownerId", "createdAt", "id");
CREATE INDEX "Image_sourceImageId_idx" ON "Image"("sourceImageId");
CREATE INDEX "Image_sourceServerId_idx" ON "Image"("sourceServerId");
CREATE INDEX "Image_sourceDiskId_idx" ON "Image"("sourceDiskId");
CREATE INDEX "Image_status_idx" ON "Image"("status");
CREATE TABLE "new_Port" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "subnetId" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL,
    "mac" TEXT NOT NULL,
    "serverId" TEXT,
    "primary" BOOLEAN NOT NULL DEFAULT false,
    "userMade" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "Port_subnetId_fkey" FOREIGN KEY ("subnetId") REFERENCES "Subnet" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Port_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_Port" ("address", "createdAt", "id", "mac", "serverId", "subnetId", "tenantId") SELECT "address", "createdAt", "id", "mac", "serverId", "subnetId", "tenantId" FROM "Port";
DROP TABLE "Port";
ALTER TABLE "new_Port" RENAME TO "Port";
UPDATE "Port" SET "primary" = true WHERE "serverId" IS NOT NULL;
CREATE UNIQUE INDEX "Port_mac_key" ON "Port"("mac");
CREATE INDEX "Port_tenantId_createdAt_id_idx" ON "Port"("tenantId", "createdAt", "id");
CREATE INDEX "Port_serverId_idx" ON "Port"("serverId");
CREATE UNIQUE INDEX "Port_subnetId_address_key" ON "Port"("subnetId", "address");
CREATE TABLE "new_Server" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL DEFAULT 'CLOUD',
    "tenantId" TEXT NOT NULL,
    "regionId" TEXT NOT NULL,
    "availabilityZone" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "hostname" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "taskState" TEXT,
    "flavorId" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "imageName" TEXT NOT NULL,
    "osType" TEXT NOT NULL,
    "keyName" TEXT,
    "sshPort" INTEGER,
    "passwordHash" TEXT,
    "userData" BLOB,
    "metadata" JSONB NOT NULL,
    "seeded" BOOLEAN NOT NULL DEFAULT false,
    "faultCode" TEXT,
    "faultMessage" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "launchedAt" DATETIME,
    "powerState" TEXT,
    "provisionState" TEXT,
    "bootOrder" JSONB
);
INSERT INTO "new_Server" ("availabilityZone", "createdAt", "description", "faultCode", "faultMessage", "flavorId", "hostname", "id", "imageId", "imageName", "keyName", "launchedAt", "metadata", "name", "osType", "passwordHash", "regionId", "seeded", "sshPort", "status", "taskState", "tenantId", "updatedAt", "userData") SELECT "availabilityZone", "createdAt", "description", "faultCode", "faultMessage", "flavorId", "hostname", "id", "imageId", "imageName", "keyName", "launchedAt", "metadata", "name", "osType", "passwordHash", "regionId", "seeded", "sshPort", "status", "taskState", "tenantId", "updatedAt", "userData" FROM "Server";
DROP TABLE "Server";
ALTER TABLE "new_Server" RENAME TO "Server";
CREATE UNIQUE INDEX "Server_sshPort_key" ON "Server"("sshPort");
CREATE INDEX "Server_tenantId_createdAt_id_idx" ON "Server"("tenantId", "createdAt", "id");
CREATE INDEX "Server_tenantId_name_id_idx" ON "Server"("tenantId", "name", "id");
CREATE INDEX "Server_imageId_idx" ON "Server"("imageId");
CREATE INDEX "Server_status_idx" ON "Server"("status");
CREATE TABLE "new_Subnet" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "vpcId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "cidr" TEXT NOT NULL,
    "gateway" TEXT NOT NULL,
    "dhcp" BOOLEAN NOT NULL DEFAULT true,
    "primaryDns" TEXT,
    "secondaryDns" TEXT,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "Subnet_vpcId_fkey" FOREIGN KEY ("vpcId") REFERENCES "Vpc" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_Subnet" ("cidr", "createdAt", "gateway", "id", "isDefault", "name", "tenantId", "vpcId") SELECT "cidr", "createdAt", "gateway", "id", "isDefault", "name", "tenantId", "vpcId" FROM "Subnet";
DROP TABLE "Subnet";
ALTER TABLE "new_Subnet" RENAME TO "Subnet";
CREATE INDEX "Subnet_tenantId_createdAt_id_idx" ON "Subnet"("tenantId", "createdAt", "id");
CREATE INDEX "Subnet_vpcId_idx" ON "Subnet"("vpcId");
CREATE TABLE "new_Vpc" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "cidr" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL
);
INSERT INTO "new_Vpc" ("cidr", "createdAt", "id", "isDefault", "name", "tenantId") SELECT "cidr", "createdAt", "id", "isDefault", "name", "tenantId" FROM "Vpc";
DROP TABLE "Vpc";
ALTER TABLE "new_Vpc" RENAME TO "Vpc";
CREATE INDEX "Vpc_tenantId_createdAt_id_idx" ON "Vpc"("tenantId", "createdAt", "id");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "DiskAttachment_diskId_serverId_key" ON "DiskAttachment"("diskId", "serverId");

-- CreateIndex
CREATE UNIQUE INDEX "DiskAttachment_serverId_device_key" ON "DiskAttachment"("serverId", "device");

-- CreateIndex
CREATE INDEX "DiskTag_key_value_diskId_idx" ON "DiskTag"("key", "value", "diskId");

-- CreateIndex
CREATE INDEX "DiskSnapshot_tenantId_createdAt_id_idx" ON "DiskSnapshot"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "DiskSnapshot_diskId_createdAt_idx" ON "DiskSnapshot"("diskId", "createdAt");

-- CreateIndex
CREATE INDEX "Vault_tenantId_createdAt_id_idx" ON "Vault"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Vault_policyId_idx" ON "Vault"("policyId");

-- CreateIndex
CREATE INDEX "VaultResource_vaultId_addedAt_idx" ON "VaultResource"("vaultId", "addedAt");

-- CreateIndex
CREATE INDEX "Checkpoint_tenantId_createdAt_id_idx" ON "Checkpoint"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Checkpoint_vaultId_createdAt_idx" ON "Checkpoint"("vaultId", "createdAt");

-- CreateIndex
CREATE INDEX "Backup_tenantId_createdAt_id_idx" ON "Backup"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Backup_vaultId_createdAt_idx" ON "Backup"("vaultId", "createdAt");

-- CreateIndex
CREATE INDEX "Backup_checkpointId_idx" ON "Backup"("checkpointId");

-- CreateIndex
CREATE INDEX "Backup_parentId_idx" ON "Backup"("parentId");

-- CreateIndex
CREATE INDEX "Backup_resourceId_createdAt_idx" ON "Backup"("resourceId", "createdAt");

-- CreateIndex
CREATE INDEX "Backup_expiresAt_idx" ON "Backup"("expiresAt");

-- CreateIndex
CREATE INDEX "BackupMember_tenantId_status_idx" ON "BackupMember"("tenantId", "status");

-- CreateIndex
CREATE INDEX "BackupPolicy_tenantId_createdAt_id_idx" ON "BackupPolicy"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "BackupPolicy_nextRunAt_idx" ON "BackupPolicy"("nextRunAt");

-- CreateIndex
CREATE INDEX "SecurityGroup_tenantId_createdAt_id_idx" ON "SecurityGroup"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "SecurityGroup_tenantId_name_idx" ON "SecurityGroup"("tenantId", "name");

-- CreateIndex
CREATE INDEX "SecurityGroupRule_groupId_createdAt_idx" ON "SecurityGroupRule"("groupId", "createdAt");

-- CreateIndex
CREATE INDEX "PortSecurityGroup_groupId_idx" ON "PortSecurityGroup"("groupId");

-- CreateIndex
CREATE UNIQUE INDEX "PublicAddress_address_key" ON "PublicAddress"("address");

-- CreateIndex
CREATE UNIQUE INDEX "PublicAddress_portId_key" ON "PublicAddress"("portId");

-- CreateIndex
CREATE INDEX "PublicAddress_tenantId_createdAt_id_idx" ON "PublicAddress"("tenantId", "createdAt", "id");
