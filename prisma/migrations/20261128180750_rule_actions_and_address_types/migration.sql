-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_PublicAddress" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'BGP',
    "portId" TEXT,
    "bandwidthName" TEXT NOT NULL,
    "bandwidthSize" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "PublicAddress_portId_fkey" FOREIGN KEY ("portId") REFERENCES "Port" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_PublicAddress" ("address", "bandwidthName", "bandwidthSize", "createdAt", "id", "portId", "tenantId") SELECT "address", "bandwidthName", "bandwidthSize", "createdAt", "id", "portId", "tenantId" FROM "PublicAddress";
DROP TABLE "PublicAddress";
ALTER TABLE "new_PublicAddress" RENAME TO "PublicAddress";
CREATE UNIQUE INDEX "PublicAddress_address_key" ON "PublicAddress"("address");
CREATE UNIQUE INDEX "PublicAddress_portId_key" ON "PublicAddress"("portId");
CREATE INDEX "PublicAddress_tenantId_createdAt_id_idx" ON "PublicAddress"("tenantId", "createdAt", "id");
CREATE TABLE "new_SecurityGroupRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "groupId" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "direction" TEXT NOT NULL,
    "etherType" TEXT NOT NULL DEFAULT 'IPV4',
    "protocol" TEXT,
    "portMin" INTEGER,
    "portMax" INTEGER,
    "multiport" TEXT,
    "remoteCidr" TEXT,
    "remoteGroupId" TEXT,
    "action" TEXT NOT NULL DEFAULT 'ALLOW',
    "priority" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "SecurityGroupRule_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "SecurityGroup" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_SecurityGroupRule" ("createdAt", "description", "direction", "etherType", "groupId", "id", "portMax", "portMin", "protocol", "remoteCidr", "remoteGroupId", "tenantId") SELECT "createdAt", "description", "direction", "etherType", "groupId", "id", "portMax", "portMin", "protocol", "remoteCidr", "remoteGroupId", "tenantId" FROM "SecurityGroupRule";
DROP TABLE "SecurityGroupRule";
ALTER TABLE "new_SecurityGroupRule" RENAME TO "SecurityGroupRule";
CREATE INDEX "SecurityGroupRule_groupId_createdAt_idx" ON "SecurityGroupRule"("groupId", "createdAt");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- The rules that a group begins with come last.
UPDATE "SecurityGroupRule"
SET "priority" = 100
WHERE "createdAt" = (SELECT "createdAt" FROM "SecurityGroup" WHERE "SecurityGroup"."id" = "SecurityGroupRule"."groupId");
