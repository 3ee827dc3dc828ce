import type { Cloud } from '../cloud.ts';
import type { Transaction } from '../transactions.ts';
import { emitBackup } from './backup-events.ts';

/** A backup that a job had is AVAILABLE again, with its parts. Does nothing where it is in another status, or gone. */
export async function settleBackup(tx: Transaction, cloud: Cloud, id: string, from: 'RESTORING' | 'DELETING'): Promise<void> {
  const backup = await tx.db.backup.findUnique({ where: { id } });
  if (backup?.status !== from) return;
  const data = { status: 'AVAILABLE', updatedAt: cloud.clock.now() } as const;
  await tx.db.backup.updateMany({ where: { parentId: id }, data });
  // It may have expired meanwhile.
  if (backup.expiresAt) tx.afterCommit(() => cloud.backupSchedule.reconsider());
  emitBackup(tx, 'backup.updated', await tx.db.backup.update({ where: { id }, data }));
}
