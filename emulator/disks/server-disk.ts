import type { DiskId } from '../store/disks/disk-store.ts';

/** Where the bytes of an EVS disk are in the disk store. */
export function serverDisk(diskId: string): DiskId {
  return `disk-${diskId}`;
}

/** Where the bytes of a bare-metal server's own disk are, which is no EVS disk. */
export function localDisk(serverId: string): DiskId {
  return `local-${serverId}`;
}

/** Where a job that writes a bare-metal server's own disk anew keeps what was on it. */
export function keptLocalDisk(serverId: string, jobId: string): DiskId {
  return `${localDisk(serverId)}-${jobId}`;
}

/** The job in such a name; undefined for any other. */
export function jobOfKeptDisk(disk: DiskId): string | undefined {
  return /^local-[0-9a-f-]{36}-([0-9a-f]{32})$/.exec(disk)?.[1];
}

/** Where the bytes of a disk's snapshot are. */
export function snapshotDisk(snapshotId: string): DiskId {
  return `snapshot-${snapshotId}`;
}
