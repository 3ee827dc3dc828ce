import type { DiskId, DiskStore } from '../store/disks/disk-store.ts';

/** The first sector of a disk with a partition table (MBR, or the one that protects a GPT): four entries of 16 bytes, and a signature. */
const SECTOR = 512;
const ENTRIES = [446, 462, 478, 494];
const TYPE = 4;
const SIGNATURE = { at: 510, value: 0xaa55 };
/** Of an entry: not to be booted from, to be booted from. File systems that start with code of their own have other bytes there. */
const FLAGS = [0x00, 0x80];

/** Whether a disk has a partition table, as those that bare-metal servers boot from; cloud servers boot from a file system alone. */
export async function hasPartitions(disks: Pick<DiskStore, 'read'>, disk: DiskId): Promise<boolean> {
  const sector = await disks.read(disk, { offset: 0, length: SECTOR });
  return (
    sector.length === SECTOR &&
    sector.readUInt16LE(SIGNATURE.at) === SIGNATURE.value &&
    ENTRIES.every(at => FLAGS.includes(sector.readUInt8(at))) &&
    ENTRIES.some(at => sector.readUInt8(at + TYPE) !== 0)
  );
}
