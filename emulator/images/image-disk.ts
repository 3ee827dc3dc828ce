import type { DiskId } from '../store/disks/disk-store.ts';

/** Where an image's bytes are in the disk store. */
export function imageDisk(imageId: string): DiskId {
  return `image-${imageId}`;
}
