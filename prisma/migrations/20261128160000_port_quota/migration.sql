-- Ports count against a quota from now on.
INSERT INTO "Quota" ("tenantId", "resource", "used")
SELECT "tenantId", 'ports', COUNT(*) FROM "Port" GROUP BY "tenantId";
