import type { DiskId } from '../store/disks/disk-store.ts';

/** Where the bytes of a disk's backup are in the disk store. */
export function backupDisk(backupId: string): DiskId {
  return `backup-${backupId}`;
}
