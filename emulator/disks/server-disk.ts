import type { DiskId } from '../store/disks/disk-store.ts';

/** Where the bytes of an EVS disk are in the disk store. */
export function serverDisk(diskId: string): DiskId {
  return `disk-${diskId}`;
}

/** Where the bytes of a bare-metal server's own disk are, which is no EVS disk. */
export function localDisk(serverId: string): DiskId {
  return `local-${serverId}`;
}

/** Where the bytes of a disk's snapshot are. */
export function snapshotDisk(snapshotId: string): DiskId {
  return `snapshot-${snapshotId}`;
}
