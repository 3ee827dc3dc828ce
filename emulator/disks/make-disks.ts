import { CloudError, commonErrors } from '../errors.ts';
import type { Hardware } from '../hardware/hardware.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { FileSystem } from '../store/generated/client.ts';
import { GIB } from '../units.ts';

export interface DiskToMake {
  readonly disk: DiskId;
  /** Whose bytes it starts with; null for an empty disk. */
  readonly source: DiskId | null;
  /** GiB */
  readonly size: number;
  /** To be made on an empty disk. */
  readonly fileSystem: FileSystem | null;
}

/**
 * Makes disks in the store, those with a source all as of one moment, and grows what is on them to their size. May be run again after a
 * crash: nobody uses the disks yet.
 */
export async function makeDisks(hardware: Hardware, disks: readonly DiskToMake[]): Promise<void> {
  const copies = disks.flatMap(({ disk: target, source }) => (source === null ? [] : [{ source, target }]));
  if (copies.length > 0) await hardware.snapshot(copies);
  for (const { disk, source, size, fileSystem } of disks) {
    if (source === null) {
      await hardware.disks.create(disk, size * GIB);
      if (fileSystem !== null) await hardware.formatDisk(disk);
    } else if ((await hardware.disks.stat(disk))?.size !== size * GIB) {
      await hardware.growDisk(disk, size * GIB);
    }
  }
}

/** Asked before anything is given up for the sake of such bytes. Throws CloudError `damagedDisk` where they are gone. */
export async function requireBytes({ disks }: Pick<Hardware, 'disks'>, sources: readonly DiskId[]): Promise<void> {
  for (const source of sources)
    if ((await disks.stat(source)) === undefined)
      throw new CloudError(commonErrors.damagedDisk, {
        message: `${commonErrors.damagedDisk.message} (${source}: they are gone)`,
      });
}
