import type { Cloud } from '../cloud.ts';
import type { ErrorCode } from '../errors.ts';
import type { Backup, Prisma, Vault } from '../store/generated/client.ts';
import type { BackupStatus, VaultStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { type BackupEventKind, emitBackup, emitVault } from './backup-events.ts';
import { backupErrors as errors } from './errors.ts';
import { backupStates, vaultStates } from './states.ts';

interface HowTold {
  /** Where the table of states does not allow it. */
  readonly error?: ErrorCode;
  readonly event?: BackupEventKind;
}

/** Takes a backup, with its parts, to another status and tells of it. Throws `backupStatusWrong`, or the code given. */
export async function settleBackup(
  tx: Transaction,
  cloud: Cloud,
  id: string,
  to: BackupStatus,
  { error = errors.backupStatusWrong, event = 'backup.updated', ...change }: Prisma.BackupUpdateInput & HowTold = {},
): Promise<Backup> {
  const where = { id };
  const { name, status } = await tx.db.backup.findUniqueOrThrow({ where, select: { name: true, status: true } });
  backupStates.assert(status, to, error, name);
  const shown = { status: to, updatedAt: cloud.clock.now() };
  await tx.db.backup.updateMany({ where: { parentId: id }, data: shown });
  const backup = await tx.db.backup.update({ where, data: { ...change, ...shown } });
  emitBackup(tx, event, backup);
  return backup;
}

/** The job that a backup has waited for begins with it. Does nothing where it had begun before a crash. */
export async function takeUpBackup(cloud: Cloud, id: string, to: 'RESTORING' | 'DELETING'): Promise<void> {
  await cloud.transactions.run(async tx => {
    const { status } = await tx.db.backup.findUniqueOrThrow({ where: { id }, select: { status: true } });
    if (status !== to) await settleBackup(tx, cloud, id, to);
  });
}

const IN_HAND: readonly BackupStatus[] = ['WAITING_RESTORE', 'RESTORING', 'WAITING_DELETE', 'DELETING'];

/** A backup that a job had is AVAILABLE again, also where that never began. Does nothing where it is in another status, or gone. */
export async function restBackup(tx: Transaction, cloud: Cloud, id: string): Promise<void> {
  const backup = await tx.db.backup.findUnique({ where: { id }, select: { status: true } });
  if (!backup || !IN_HAND.includes(backup.status)) return;
  const { expiresAt } = await settleBackup(tx, cloud, id, 'AVAILABLE');
  // It may have expired meanwhile.
  if (expiresAt) tx.afterCommit(() => cloud.backupSchedule.reconsider());
}

/** Takes a vault to another status and tells of it. Throws `vaultStatusWrong`. */
export async function settleVault(tx: Transaction, cloud: Cloud, id: string, to: VaultStatus): Promise<Vault> {
  const where = { id };
  const { name, status } = await tx.db.vault.findUniqueOrThrow({ where, select: { name: true, status: true } });
  vaultStates.assert(status, to, errors.vaultStatusWrong, name);
  const vault = await tx.db.vault.update({ where, data: { status: to, updatedAt: cloud.clock.now() } });
  emitVault(tx, 'vault.updated', vault);
  return vault;
}
