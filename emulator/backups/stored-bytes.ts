/**
 * How many bytes each backup of a disk stores. The backups of a disk in a vault form a chain by the moments at which they were made: each
 * counts what has changed since the one before it, the first one all that it holds. The bytes themselves are shared by the disk store, so
 * any of them can go; the one after it is counted anew then, against what is before it now. Nothing is shared with one whose bytes are lost.
 */
import type { Cloud } from '../cloud.ts';
import { DiskStoreError } from '../store/disks/disk-store.ts';
import type { Backup, BackupStatus, Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { backupDisk } from './backup-disk.ts';
import { emitVault } from './backup-events.ts';

/** In these a backup has its bytes and counts. */
const COUNTED: readonly BackupStatus[] = [
  'PROTECTING',
  'AVAILABLE',
  'WAITING_RESTORE',
  'RESTORING',
  'WAITING_DELETE',
  'DELETING',
];

/** A place in the chain of a disk in a vault. */
export interface ChainPlace {
  readonly vaultId: string;
  /** Of the disk. */
  readonly resourceId: string;
  readonly createdAt: Date;
}

type Reader = Pick<Transaction['db'], 'backup'>;

/** The backup before a place that is not known to be damaged, or undefined where it would be the first. */
export async function previousBackup(db: Reader, place: ChainPlace): Promise<Backup | undefined> {
  const where = chainWhere(place, { lt: place.createdAt });
  return (await db.backup.findFirst({ where, orderBy: { createdAt: 'desc' } })) ?? undefined;
}

async function nextBackup(db: Reader, place: ChainPlace): Promise<Backup | undefined> {
  const where = chainWhere(place, { gt: place.createdAt });
  return (await db.backup.findFirst({ where, orderBy: { createdAt: 'asc' } })) ?? undefined;
}

function chainWhere({ vaultId, resourceId }: ChainPlace, createdAt: Prisma.DateTimeFilter): Prisma.BackupWhereInput {
  return { vaultId, resourceId, resourceType: 'DISK', status: { in: [...COUNTED] }, damage: null, createdAt };
}

export interface StoredBytes {
  /** The backup that it was counted against; null for the first. */
  readonly previousId: string | null;
  readonly storedBytes: number;
}

/** What a disk of the store adds at a place of the chain. Throws DiskStoreError `not-found`, `corrupt` where its own bytes are lost. */
export async function storedBytes(cloud: Cloud, place: ChainPlace, disk: string): Promise<StoredBytes> {
  const { disks } = cloud.hardware;
  for (;;) {
    const previous = await previousBackup(cloud.database.read, place);
    if (!previous) return { previousId: null, storedBytes: (await disks.usage(disk)).stored };
    try {
      const ranges = await disks.changedBetween(backupDisk(previous.id), disk);
      return { previousId: previous.id, storedBytes: ranges.reduce((sum, { length }) => sum + length, 0) };
    } catch (error) {
      if (!isLost(error)) throw error;
      // The one before may have been deleted under our hands; where it is still there nobody has found out yet that its bytes are lost.
      if ((await previousBackup(cloud.database.read, place))?.id !== previous.id) continue;
      return { previousId: previous.id, storedBytes: (await disks.usage(disk)).stored };
    }
  }
}

/** Whether bytes of a disk can't be had because they are not there any more, wholly or in part. */
export function isLost(error: unknown): boolean {
  return error instanceof DiskStoreError && (error.problem === 'not-found' || error.problem === 'corrupt');
}

/** Counts a backup of a disk anew, unless it or its bytes are gone; with it go the sums of its server's backup and of the vault. */
export async function recount(cloud: Cloud, backup: Pick<Backup, 'id' | keyof ChainPlace>): Promise<void> {
  for (;;) {
    const counted = await storedBytes(cloud, backup, backupDisk(backup.id)).catch((error: unknown) => {
      if (!isLost(error)) throw error;
      return undefined;
    });
    if (!counted) return;
    const isRight = await cloud.transactions.run(async tx => {
      const current = await tx.db.backup.findUnique({ where: { id: backup.id } });
      if (!current || !COUNTED.includes(current.status)) return true;
      if (((await previousBackup(tx.db, current))?.id ?? null) !== counted.previousId) return false;
      await writeStoredBytes(tx, cloud, current, counted);
      return true;
    });
    if (isRight) return;
  }
}

async function writeStoredBytes(
  tx: Transaction,
  cloud: Cloud,
  { id, parentId, vaultId, storedBytes: before }: Backup,
  { previousId, storedBytes: now }: StoredBytes,
): Promise<void> {
  await tx.db.backup.update({ where: { id }, data: { storedBytes: now, incremental: previousId !== null } });
  const more = BigInt(now) - before;
  if (parentId) {
    const incremental = (await tx.db.backup.findFirst({ where: { parentId, incremental: true } })) !== null;
    await tx.db.backup.update({ where: { id: parentId }, data: { storedBytes: { increment: more }, incremental } });
  }
  if (more !== 0n) await addUsedBytes(tx, cloud, vaultId, more);
}

export async function addUsedBytes(tx: Transaction, cloud: Cloud, vaultId: string, bytes: bigint): Promise<void> {
  const data = { usedBytes: { increment: bytes }, updatedAt: cloud.clock.now() };
  emitVault(tx, 'vault.updated', await tx.db.vault.update({ where: { id: vaultId }, data }));
}

/** Counts those anew that came after backups which are gone, each once. */
export async function recountAfter(cloud: Cloud, places: readonly ChainPlace[]): Promise<void> {
  const following = new Map<string, Backup>();
  for (const place of places) {
    const next = await nextBackup(cloud.database.read, place);
    if (next) following.set(next.id, next);
  }
  for (const backup of following.values()) await recount(cloud, backup);
}
