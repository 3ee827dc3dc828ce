import type { Cloud } from '../cloud.ts';
import type { Transaction } from '../transactions.ts';
import { emitVault } from './backup-events.ts';
import { backupLimits } from './rules.ts';
import { addToVault } from './vault-resources.ts';

/** Puts what the tenant has and no vault protects into a vault that binds by itself, as far as it takes more. Its policy does so before it runs. */
export async function bindUnprotected(tx: Transaction, cloud: Cloud, vaultId: string): Promise<void> {
  const vault = await tx.db.vault.findUnique({ where: { id: vaultId } });
  if (!vault?.autoBind || vault.status !== 'AVAILABLE') return;
  const { tenantId, objectType } = vault;
  const taken = await tx.db.vaultResource.count({ where: { vaultId } });
  const resources = await tx.db.vaultResource.findMany({
    where: { objectType, vault: { tenantId } },
    select: { resourceId: true },
  });
  const isProtected = new Set(resources.map(({ resourceId }) => resourceId));
  const all =
    objectType === 'SERVER'
      ? await tx.db.server.findMany({ where: { tenantId, kind: 'CLOUD' }, select: { id: true }, orderBy: { createdAt: 'asc' } })
      : await tx.db.disk.findMany({ where: { tenantId }, select: { id: true }, orderBy: { createdAt: 'asc' } });
  const free = all.filter(({ id }) => !isProtected.has(id)).slice(0, Math.max(0, backupLimits.resources.max - taken));
  if (free.length === 0) return;
  await addToVault(
    tx,
    cloud,
    vault,
    free.map(({ id }) => ({ id, excludedDiskIds: [] })),
  );
  emitVault(tx, 'vault.updated', vault);
}
