import type { Cloud } from '../cloud.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { CloudError, commonErrors, refuse } from '../errors.ts';
import { PIECE } from '../store/disks/disk-store.ts';
import type { Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { backupErrors as errors } from './errors.ts';
import { backupLimits } from './rules.ts';
import { addUsedBytes, storedBytes } from './stored-bytes.ts';

export const GIB = 2 ** 30;

/**
 * Room in vaults. A vault is full when the bytes that its backups store come to its capacity: what they share with disks and images counts,
 * what one shares with the backup before it does not.
 */

/**
 * What a backup of these disks would store if it were made now, in bytes. Asked before anything is made; the copy itself is counted again.
 * Throws CloudError `diskFull` while the disk store has no room for anything.
 */
export async function expectedBytes(cloud: Cloud, vaultId: string, diskIds: readonly string[]): Promise<number> {
  // Its first preparation is under way: the jobs wait for it, and count then.
  if (cloud.hardware.status().state !== 'ready') return 0;
  refuse((await cloud.hardware.disks.free()) < PIECE, commonErrors.diskFull);
  let sum = 0;
  for (const diskId of diskIds) {
    const place = { vaultId, resourceId: diskId, createdAt: FAR_FUTURE };
    const disk = serverDisk(diskId);
    if (await cloud.hardware.disks.stat(disk)) sum += (await storedBytes(cloud, place, disk)).storedBytes;
  }
  return sum;
}

/** The end of every chain. */
const FAR_FUTURE = new Date('9999-12-31T00:00:00Z');

/** Throws CloudError `vaultFull` where that much does not fit any more; one that expands by itself takes all. */
export function requireRoom({ size, usedBytes, autoExpand, name }: Vault, bytes: number): void {
  if (Number(usedBytes) + bytes <= size * GIB || autoExpand) return;
  const free = Math.max(0, size * GIB - Number(usedBytes));
  throw new CloudError(errors.vaultFull, { message: `${errors.vaultFull.message} (${name}: ${bytes} bytes, ${free} are free)` });
}

/** Takes up room for what has been stored. Throws CloudError `vaultFull`. */
export async function takeRoom(tx: Transaction, cloud: Cloud, vaultId: string, bytes: number): Promise<void> {
  const vault = await tx.db.vault.findUniqueOrThrow({ where: { id: vaultId } });
  requireRoom(vault, bytes);
  const needed = Math.ceil((Number(vault.usedBytes) + bytes) / GIB);
  if (needed > vault.size) {
    refuse(needed > backupLimits.vaultSize.max, errors.vaultFull);
    await tx.db.vault.update({ where: { id: vaultId }, data: { size: needed } });
  }
  await addUsedBytes(tx, cloud, vaultId, BigInt(bytes));
}
