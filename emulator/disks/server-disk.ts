import type { DiskId } from '../store/disks/disk-store.ts';

/** Where the bytes of an EVS disk are in the disk store. */
export function serverDisk(diskId: string): DiskId {
  return `disk-${diskId}`;
}
