import type { DiskId } from '../store/disks/disk-store.ts';
import type { Backup } from '../store/generated/client.ts';

/** Where the bytes of a disk's backup are in the disk store. */
export function backupDisk(backupId: string): DiskId {
  return `backup-${backupId}`;
}

/** The parts of a backup that hold bytes: of a server's those of its disks, in the order of their devices; a disk's is its own. */
export function partsOf(backup: Backup & { readonly children: readonly Backup[] }): readonly Backup[] {
  return backup.resourceType === 'DISK' ? [backup] : backup.children;
}

/** To be included where a backup is read with its parts. */
export const withParts = { children: { orderBy: { device: 'asc' } } } as const;
