-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "domainId" TEXT NOT NULL,
    "passwordHash" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL
);
INSERT INTO "new_User" ("createdAt", "domainId", "enabled", "id", "name", "passwordHash") SELECT "createdAt", "domainId", "enabled", "id", "name", "passwordHash" FROM "User";
DROP TABLE "User";
ALTER TABLE "new_User" RENAME TO "User";
CREATE UNIQUE INDEX "User_domainId_name_key" ON "User"("domainId", "name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- Users that were made before: whoever was given a fixed token, and the demo set where its regions are not there to have tokens in.
UPDATE "User" SET "demo" = true WHERE "id" IN (SELECT "userId" FROM "Token" WHERE "label" = 'demo' AND "expiresAt" IS NULL);
UPDATE "User" SET "demo" = true WHERE "id" IN ('a00000000000000000000000000000a0', 'b00000000000000000000000000000b0', 'c00000000000000000000000000000a0');
