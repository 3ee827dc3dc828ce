import { createHash } from 'node:crypto';
import type { ChunkStore } from '../../store/disks/chunks/chunk-store.ts';
import { type DiskId, DiskStoreError } from '../../store/disks/disk-store.ts';
import { HardwareError } from '../hardware.ts';
import { ext4Format, isUntouched } from './file-system/ext4-format.ts';
import { SUPERBLOCK } from './file-system/superblock.ts';

/**
 * Makes an empty ext4 on a disk that holds nothing; all of it or, after a crash, nothing. One that is there and was never touched is what a
 * step which runs again has made. Throws `failed` where the disk holds anything else. To be called with the disk locked.
 */
export async function formatDisk(store: ChunkStore, disk: DiskId, now: Date): Promise<void> {
  const found = await store.stat(disk);
  if (found === undefined) throw new DiskStoreError('not-found', `there is no disk ${disk}`);
  if ((await store.usage(disk)).stored > 0) {
    if (await isEmptyFileSystem(store, disk, found.size)) return;
    throw new HardwareError('failed', `disk ${disk} holds something already: it is not formatted`);
  }
  await store.writeAll(disk, ext4Format(found.size, { uuid: uuidFor(disk), time: Math.floor(now.getTime() / 1000) }));
}

async function isEmptyFileSystem(store: ChunkStore, disk: DiskId, size: number): Promise<boolean> {
  return size >= SUPERBLOCK.offset + SUPERBLOCK.length && isUntouched(await store.read(disk, SUPERBLOCK));
}

/** A UUID of version 8 (RFC 9562): its bits are the application's own. */
function uuidFor(disk: DiskId): Buffer {
  const uuid = createHash('sha256').update(`cloudyard file system of ${disk}`).digest().subarray(0, 16);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return uuid;
}
