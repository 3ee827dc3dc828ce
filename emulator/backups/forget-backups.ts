import type { Cloud } from '../cloud.ts';
import { releaseQuota } from '../quotas.ts';
import { slices } from '../store/slices.ts';
import type { Transaction } from '../transactions.ts';
import { emitBackup, emitCheckpoint } from './backup-events.ts';
import { addUsedBytes } from './stored-bytes.ts';

/**
 * Deletes rows of backups with those of their disks, and gives back what they took of vaults and quotas; a checkpoint goes with its last
 * backup. What came after them in the chains has to be counted anew afterwards: recountAfter().
 */
export async function forgetBackups(
  tx: Transaction,
  cloud: Cloud,
  backupIds: readonly string[],
  { keepCheckpoints = false }: { readonly keepCheckpoints?: boolean } = {},
): Promise<void> {
  for (const ids of slices(backupIds)) {
    const withMembers = { members: { select: { tenantId: true } } } as const;
    const backups = await tx.db.backup.findMany({ where: { id: { in: ids } }, include: withMembers });
    await tx.db.backup.deleteMany({ where: { id: { in: ids } } });
    for (const { members, ...backup } of backups) {
      const { tenantId, vaultId, storedBytes } = backup;
      await releaseQuota(tx, { tenantId, resource: 'backups', amount: 1 });
      if (storedBytes > 0n) await addUsedBytes(tx, cloud, vaultId, -storedBytes);
      emitBackup(
        tx,
        'backup.deleted',
        backup,
        members.map(member => member.tenantId),
      );
    }
    if (keepCheckpoints) continue;
    const empty = { id: { in: backups.map(({ checkpointId }) => checkpointId) }, backups: { none: {} } };
    for (const checkpoint of await tx.db.checkpoint.findMany({ where: empty })) {
      await tx.db.checkpoint.delete({ where: { id: checkpoint.id } });
      emitCheckpoint(tx, 'checkpoint.deleted', checkpoint);
    }
  }
}
