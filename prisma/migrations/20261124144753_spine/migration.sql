-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Counter" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "value" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "Domain" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Tenant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "domainId" TEXT NOT NULL,
    "regionId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "domainId" TEXT NOT NULL,
    "passwordHash" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "RoleAssignment" (
    "userId" TEXT NOT NULL,
    "tenantId" TEXT NOT NULL,
    "role" TEXT NOT NULL,

    PRIMARY KEY ("userId", "tenantId", "role")
);

-- CreateTable
CREATE TABLE "Token" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "tenantId" TEXT,
    "label" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME
);

-- CreateTable
CREATE TABLE "Quota" (
    "tenantId" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,
    "limit" INTEGER,

    PRIMARY KEY ("tenantId", "resource")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "tenantId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "expiresAt" DATETIME NOT NULL,

    PRIMARY KEY ("tenantId", "key")
);

-- CreateTable
CREATE TABLE "Job" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "type" TEXT NOT NULL,
    "tenantId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "step" INTEGER NOT NULL DEFAULT 0,
    "reverting" BOOLEAN NOT NULL DEFAULT false,
    "input" JSONB NOT NULL,
    "outputs" JSONB NOT NULL,
    "entities" JSONB NOT NULL,
    "errorCode" TEXT,
    "failReason" TEXT,
    "cancelRequested" BOOLEAN NOT NULL DEFAULT false,
    "parentId" TEXT,
    "leaseOwner" TEXT,
    "leaseUntil" DATETIME,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL,
    "beginAt" DATETIME,
    "endAt" DATETIME,
    CONSTRAINT "Job_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Job" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ResourceLock" (
    "resource" TEXT NOT NULL PRIMARY KEY,
    "jobId" TEXT NOT NULL,
    CONSTRAINT "ResourceLock_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Event" (
    "sequence" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "kind" TEXT NOT NULL,
    "resourceType" TEXT NOT NULL,
    "resourceId" TEXT NOT NULL,
    "payload" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "EventAudience" (
    "audience" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,

    PRIMARY KEY ("audience", "sequence"),
    CONSTRAINT "EventAudience_sequence_fkey" FOREIGN KEY ("sequence") REFERENCES "Event" ("sequence") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "FaultRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "rule" JSONB NOT NULL,
    "remaining" INTEGER,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Image" (
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
    "attributes" JSONB NOT NULL,
    "memberCount" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "activeAt" DATETIME
);

-- CreateTable
CREATE TABLE "ImageTag" (
    "imageId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    PRIMARY KEY ("imageId", "key"),
    CONSTRAINT "ImageTag_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ImageMember" (
    "imageId" TEXT NOT NULL,
    "tenantId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("imageId", "tenantId"),
    CONSTRAINT "ImageMember_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ImageAccess" (
    "audience" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "listed" BOOLEAN NOT NULL,
    "memberStatus" TEXT,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("audience", "imageId"),
    CONSTRAINT "ImageAccess_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Server" (
    "id" TEXT NOT NULL PRIMARY KEY,
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
    "launchedAt" DATETIME
);

-- CreateTable
CREATE TABLE "ServerTag" (
    "serverId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    PRIMARY KEY ("serverId", "key"),
    CONSTRAINT "ServerTag_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Disk" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "availabilityZone" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "bootable" BOOLEAN NOT NULL,
    "serverId" TEXT,
    "device" TEXT,
    "imageId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Disk_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "KeyPair" (
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("tenantId", "name")
);

-- CreateTable
CREATE TABLE "Vpc" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cidr" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Subnet" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "vpcId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cidr" TEXT NOT NULL,
    "gateway" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "Subnet_vpcId_fkey" FOREIGN KEY ("vpcId") REFERENCES "Vpc" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Port" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "subnetId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "mac" TEXT NOT NULL,
    "serverId" TEXT,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "Port_subnetId_fkey" FOREIGN KEY ("subnetId") REFERENCES "Subnet" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Port_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "Server" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Domain_name_key" ON "Domain"("name");

-- CreateIndex
CREATE INDEX "Tenant_regionId_id_idx" ON "Tenant"("regionId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Tenant_domainId_name_key" ON "Tenant"("domainId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "User_domainId_name_key" ON "User"("domainId", "name");

-- CreateIndex
CREATE INDEX "Token_userId_idx" ON "Token"("userId");

-- CreateIndex
CREATE INDEX "IdempotencyKey_expiresAt_idx" ON "IdempotencyKey"("expiresAt");

-- CreateIndex
CREATE INDEX "Job_tenantId_createdAt_id_idx" ON "Job"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Job_status_createdAt_idx" ON "Job"("status", "createdAt");

-- CreateIndex
CREATE INDEX "Job_parentId_idx" ON "Job"("parentId");

-- CreateIndex
CREATE INDEX "ResourceLock_jobId_idx" ON "ResourceLock"("jobId");

-- CreateIndex
CREATE INDEX "Event_resourceId_sequence_idx" ON "Event"("resourceId", "sequence");

-- CreateIndex
CREATE INDEX "Event_at_idx" ON "Event"("at");

-- CreateIndex
CREATE INDEX "EventAudience_sequence_idx" ON "EventAudience"("sequence");

-- CreateIndex
CREATE INDEX "Image_ownerId_createdAt_id_idx" ON "Image"("ownerId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Image_sourceImageId_idx" ON "Image"("sourceImageId");

-- CreateIndex
CREATE INDEX "Image_status_idx" ON "Image"("status");

-- CreateIndex
CREATE INDEX "ImageTag_key_value_imageId_idx" ON "ImageTag"("key", "value", "imageId");

-- CreateIndex
CREATE INDEX "ImageMember_tenantId_status_idx" ON "ImageMember"("tenantId", "status");

-- CreateIndex
CREATE INDEX "ImageAccess_audience_listed_createdAt_imageId_idx" ON "ImageAccess"("audience", "listed", "createdAt", "imageId");

-- CreateIndex
CREATE INDEX "ImageAccess_audience_listed_updatedAt_imageId_idx" ON "ImageAccess"("audience", "listed", "updatedAt", "imageId");

-- CreateIndex
CREATE INDEX "ImageAccess_audience_listed_name_imageId_idx" ON "ImageAccess"("audience", "listed", "name", "imageId");

-- CreateIndex
CREATE INDEX "ImageAccess_audience_memberStatus_createdAt_imageId_idx" ON "ImageAccess"("audience", "memberStatus", "createdAt", "imageId");

-- CreateIndex
CREATE INDEX "ImageAccess_imageId_idx" ON "ImageAccess"("imageId");

-- CreateIndex
CREATE UNIQUE INDEX "Server_sshPort_key" ON "Server"("sshPort");

-- CreateIndex
CREATE INDEX "Server_tenantId_createdAt_id_idx" ON "Server"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Server_tenantId_name_id_idx" ON "Server"("tenantId", "name", "id");

-- CreateIndex
CREATE INDEX "Server_status_idx" ON "Server"("status");

-- CreateIndex
CREATE INDEX "Disk_tenantId_createdAt_id_idx" ON "Disk"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Disk_serverId_idx" ON "Disk"("serverId");

-- CreateIndex
CREATE INDEX "Disk_imageId_idx" ON "Disk"("imageId");

-- CreateIndex
CREATE INDEX "KeyPair_tenantId_createdAt_name_idx" ON "KeyPair"("tenantId", "createdAt", "name");

-- CreateIndex
CREATE INDEX "Vpc_tenantId_createdAt_id_idx" ON "Vpc"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Subnet_tenantId_createdAt_id_idx" ON "Subnet"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Subnet_vpcId_idx" ON "Subnet"("vpcId");

-- CreateIndex
CREATE UNIQUE INDEX "Port_mac_key" ON "Port"("mac");

-- CreateIndex
CREATE INDEX "Port_tenantId_createdAt_id_idx" ON "Port"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Port_serverId_idx" ON "Port"("serverId");

-- CreateIndex
CREATE UNIQUE INDEX "Port_subnetId_address_key" ON "Port"("subnetId", "address");
