import type { Cloud } from '../cloud.ts';
import type { DiskId } from '../store/disks/disk-store.ts';

/** Removes bytes that no row speaks of any more; what can't be removed now, the reconciler removes. */
export async function removeBytes(
  { hardware, logger }: Pick<Cloud, 'hardware' | 'logger'>,
  disks: readonly DiskId[],
): Promise<void> {
  for (const disk of disks) {
    await hardware.disks.remove(disk).catch((error: unknown) => {
      logger.warn({ err: error, disk }, 'a disk could not be removed; the reconciler will see to it');
    });
  }
}
