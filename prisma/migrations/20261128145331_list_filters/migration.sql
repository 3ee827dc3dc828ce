-- CreateIndex
CREATE INDEX "Backup_tenantId_name_createdAt_id_idx" ON "Backup"("tenantId", "name", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Backup_tenantId_vaultId_createdAt_id_idx" ON "Backup"("tenantId", "vaultId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Backup_tenantId_checkpointId_createdAt_id_idx" ON "Backup"("tenantId", "checkpointId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Backup_tenantId_resourceId_createdAt_id_idx" ON "Backup"("tenantId", "resourceId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Checkpoint_tenantId_vaultId_createdAt_id_idx" ON "Checkpoint"("tenantId", "vaultId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Disk_tenantId_name_createdAt_id_idx" ON "Disk"("tenantId", "name", "createdAt", "id");
