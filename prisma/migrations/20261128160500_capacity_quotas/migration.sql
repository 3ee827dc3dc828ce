-- The capacity of vaults counts against a quota from now on, and snapshots against that of their disks.
INSERT INTO "Quota" ("tenantId", "resource", "used")
SELECT "tenantId", 'vaultGigabytes', SUM("size") FROM "Vault" GROUP BY "tenantId";

UPDATE "Quota"
SET "used" = "used" + COALESCE((SELECT SUM("size") FROM "DiskSnapshot" WHERE "DiskSnapshot"."tenantId" = "Quota"."tenantId"), 0)
WHERE "resource" = 'diskGigabytes';
