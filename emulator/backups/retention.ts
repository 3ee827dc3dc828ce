import type { Cloud } from '../cloud.ts';
import type { Backup, Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

/**
 * After a backup that a policy made: those of the same resource beyond the ones that are kept expire now, however many they are. The schedule
 * deletes them, the oldest first, each by itself; one that an image stands on, or that something is done with, stays until it can go.
 */
export async function applyRetention(tx: Transaction, cloud: Cloud, { vaultId, resourceId, autoTrigger }: Backup): Promise<void> {
  if (!autoTrigger) return;
  const vault = await tx.db.vault.findUniqueOrThrow({ where: { id: vaultId }, include: { policy: true } });
  const keep = vault.policy?.keepBackups;
  if (keep === null || keep === undefined) return;
  const made = {
    vaultId,
    resourceId,
    parentId: null,
    autoTrigger: true,
    status: { in: ['AVAILABLE', 'PROTECTING', 'WAITING_RESTORE', 'RESTORING'] },
  } satisfies Prisma.BackupWhereInput;
  const beyond = await tx.db.backup.findFirst({ where: made, orderBy: { createdAt: 'desc' }, skip: keep });
  if (!beyond) return;
  const expiresAt = cloud.clock.now();
  const where = { ...made, createdAt: { lte: beyond.createdAt }, OR: [{ expiresAt: null }, { expiresAt: { gt: expiresAt } }] };
  await tx.db.backup.updateMany({ where, data: { expiresAt } });
  tx.afterCommit(() => cloud.backupSchedule.reconsider());
}
