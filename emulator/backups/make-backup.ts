/**
 * The second half of a backup: what a job does step by step after planBackup() has recorded it.
 *
 *     snapshot  run: snapshotBackup()   commit: recordCopy()   revert: undoBackup()
 *     verify    run: verifyBackup()     commit: completeBackup()
 *     failed    abandonBackup(), which keeps what an image stands on
 *
 * From recordCopy() on the backup is PROTECTING and its bytes are whole: an image can stand on it.
 */
import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { releaseSources } from '../disks/release-sources.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { CloudError, commonErrors, ensure } from '../errors.ts';
import { refreshWholeImage } from '../images/whole-image.ts';
import { orFail } from '../servers/hardware-failures.ts';
import type { WorkOptions } from '../store/disks/disk-store.ts';
import type { Backup } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { GIB } from '../units.ts';
import { backupDisk, partsOf, withParts } from './backup-disk.ts';
import { backupErrors as errors } from './errors.ts';
import { forgetBackups } from './forget-backups.ts';
import { settleBackup } from './settle-backup.ts';
import { settleCheckpoint } from './settle-checkpoint.ts';
import { addUsedBytes, previousBackup, recount, recountAfter, storedBytes } from './stored-bytes.ts';
import { takeRoom } from './vault-room.ts';

type WholeBackup = Backup & { readonly children: readonly Backup[] };

/** What was copied; kept in the state of the job. */
export const TakenSnapshot = z.object({
  /** For how many milliseconds the server was frozen. */
  frozenMs: z.number(),
  parts: z.array(z.object({ backupId: z.string(), previousId: z.string().nullable(), storedBytes: z.number() })),
});
export type TakenSnapshot = z.infer<typeof TakenSnapshot>;

/**
 * Copies all disks of a backup as of one moment, by sharing their bytes, and counts what each adds to the backup before it. May be run again.
 * Throws CloudError `backupFailed`, `diskFull`, `hardwareUnavailable`.
 */
export async function snapshotBackup(cloud: Cloud, backupId: string, signal: AbortSignal): Promise<TakenSnapshot> {
  await cloud.reconciler.hardwareReady(signal);
  const backup = await wholeBackup(cloud.database.read, backupId);
  const parts = partsOf(backup);
  const copies = parts.map(({ id, resourceId }) => ({ source: serverDisk(resourceId), target: backupDisk(id) }));
  return orFail(errors.backupFailed, async () => {
    const { frozenMs } = await cloud.hardware.snapshot(copies);
    const counted = [];
    for (const part of parts) counted.push({ backupId: part.id, ...(await storedBytes(cloud, part, backupDisk(part.id))) });
    return { frozenMs, parts: counted };
  });
}

/**
 * Records the copies: the backup is PROTECTING and takes up room in its vault, disks and server are free for others. Throws CloudError
 * `vaultFull`, `vaultGigabytesUsedUp` where it stores more than was expected and than there is room for.
 */
export async function recordCopy(
  tx: Transaction,
  cloud: Cloud,
  { jobId, backupId, taken }: { jobId: string; backupId: string; taken: TakenSnapshot },
): Promise<Backup> {
  const protectedAt = cloud.clock.now();
  for (const part of taken.parts) {
    const data = { protectedAt, storedBytes: part.storedBytes, incremental: part.previousId !== null };
    await tx.db.backup.update({ where: { id: part.backupId }, data });
  }
  const total = taken.parts.reduce((sum, part) => sum + part.storedBytes, 0);
  const incremental = taken.parts.some(({ previousId }) => previousId !== null);
  const whole = { protectedAt, storedBytes: total, incremental, frozenMs: taken.frozenMs };
  const backup = await settleBackup(tx, cloud, backupId, 'PROTECTING', { ...whole, event: 'backup.protecting' });
  await takeRoom(tx, cloud, backup.vaultId, total);
  await releaseSources(tx, cloud, jobId);
  return backup;
}

/**
 * Reads every byte of a backup and records what it finds of each part at once: its checksum, or that it is damaged. May be run again: what has
 * its checksum is not read anew. Throws CloudError `backupFailed`, `damagedDisk`.
 */
export async function verifyBackup(
  cloud: Cloud,
  { backupId, taken }: { backupId: string; taken: TakenSnapshot },
  { onProgress, signal }: Required<WorkOptions>,
): Promise<void> {
  await cloud.reconciler.hardwareReady(signal);
  const parts = partsOf(await wholeBackup(cloud.database.read, backupId));
  // What was counted against may have gone while this one was on its way into the records.
  for (const part of parts) {
    const counted = taken.parts.find(one => one.backupId === part.id);
    const previous = await previousBackup(cloud.database.read, part);
    if (counted?.previousId !== (previous?.id ?? null)) await recount(cloud, part);
  }
  const sizes = parts.map(({ resourceSize }) => resourceSize * GIB);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  for (const [index, { id, checksum }] of parts.entries()) {
    const base = before;
    const options = { onProgress: (done: number) => onProgress(base + done, total), signal };
    if (checksum === null) await verifyPart(cloud, id, options);
    before += sizes[index] ?? 0;
  }
}

async function verifyPart(cloud: Cloud, id: string, options: WorkOptions): Promise<void> {
  const record = (found: Pick<Backup, 'checksum' | 'damage'>): Promise<unknown> =>
    cloud.transactions.run(tx => tx.db.backup.updateMany({ where: { id }, data: found }));
  const read = (): Promise<string> => cloud.hardware.disks.checksum(backupDisk(id), options);
  try {
    const checksum = await cloud.wholeDiskReads.run(() => orFail(errors.backupFailed, read));
    await record({ checksum, damage: null });
  } catch (error) {
    if (error instanceof CloudError && isDamage(error)) await record({ checksum: null, damage: error.message });
    throw error;
  }
}

/** The backup is AVAILABLE: it can be restored, and an image on it has its checksum. */
export async function completeBackup(tx: Transaction, cloud: Cloud, backupId: string): Promise<Backup> {
  const backup = await settleBackup(tx, cloud, backupId, 'AVAILABLE', { event: 'backup.available' });
  if (backup.expiresAt) tx.afterCommit(() => cloud.backupSchedule.reconsider());
  await settleCheckpoint(tx, cloud, backup.checkpointId);
  await refreshWholeImage(tx, cloud, backupId);
  return backup;
}

/**
 * The backup is AVAILABLE though not all of its bytes could be read: what was not read is without a checksum. Where bytes were found damaged it
 * is not used as a whole, and of its parts not the damaged one; where nobody knows which that is, none that was not read.
 */
export async function keepUnverified(
  tx: Transaction,
  cloud: Cloud,
  backupId: string,
  error: { readonly code: string; readonly message: string },
): Promise<void> {
  if (isDamage(error)) {
    const parts = partsOf(await wholeBackup(tx.db, backupId));
    const isKnown = parts.some(({ damage }) => damage !== null);
    const suspects = isKnown ? [] : parts.filter(({ checksum }) => checksum === null);
    const ids = [backupId, ...suspects.map(({ id }) => id)];
    await tx.db.backup.updateMany({ where: { id: { in: ids } }, data: { damage: error.message } });
  }
  await completeBackup(tx, cloud, backupId);
}

function isDamage({ code }: { readonly code: string }): boolean {
  return code === commonErrors.damagedDisk.code;
}

/**
 * Takes the copies back: nothing of them counts any more, and their bytes are gone. Does nothing where an image stands on them, other than
 * the one that was to be made with the backup: abandonBackup() keeps them then. May be run again.
 */
export async function undoBackup(cloud: Cloud, backupId: string, ownImageId?: string): Promise<void> {
  const backup = await cloud.database.read.backup.findUnique({ where: { id: backupId }, include: withParts });
  if (!backup) return;
  const parts = partsOf(backup);
  const isKept = await cloud.transactions.run(async tx => {
    const current = await tx.db.backup.findUnique({ where: { id: backupId }, include: { image: { select: { id: true } } } });
    if (!current || current.status === 'ERROR') return false;
    if (current.image !== null && current.image.id !== ownImageId) return true;
    if (current.storedBytes > 0n) await addUsedBytes(tx, cloud, current.vaultId, -current.storedBytes);
    await tx.db.backup.updateMany({ where: { OR: [{ id: backupId }, { parentId: backupId }] }, data: { storedBytes: 0 } });
    await settleBackup(tx, cloud, backupId, 'ERROR', { event: 'backup.failed' });
    return false;
  });
  if (isKept) return;
  for (const { id } of parts) await cloud.hardware.disks.remove(backupDisk(id));
  await recountAfter(cloud, parts);
}

/** Forgets a backup that could not be made; its checkpoint says why. One that an image stands on stays, unverified. */
export async function abandonBackup(
  tx: Transaction,
  cloud: Cloud,
  { jobId, backupId, error }: { jobId: string; backupId: string; error: { code: string; message: string } },
): Promise<void> {
  await releaseSources(tx, cloud, jobId);
  const found = await tx.db.backup.findUnique({ where: { id: backupId }, include: { image: { select: { id: true } } } });
  if (!found) return;
  const { image, ...backup } = found;
  if (image !== null) {
    await keepUnverified(tx, cloud, backupId, error);
    return;
  }
  const { resourceId, resourceType, resourceName, checkpointId } = backup;
  if (backup.status !== 'ERROR') await settleBackup(tx, cloud, backupId, 'ERROR', { event: 'backup.failed' });
  await forgetBackups(tx, cloud, [backupId], { keepCheckpoints: true });
  const left = { id: resourceId, type: resourceType, name: resourceName, code: error.code, reason: error.message };
  await settleCheckpoint(tx, cloud, checkpointId, [left]);
}

async function wholeBackup(db: Pick<Transaction['db'], 'backup'>, id: string): Promise<WholeBackup> {
  const backup = await db.backup.findUnique({ where: { id }, include: withParts });
  ensure(backup, errors.backupNotFound);
  return backup;
}
