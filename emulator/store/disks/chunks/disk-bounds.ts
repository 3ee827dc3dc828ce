import { type ByteRange, type DiskId, DiskStoreError } from '../disk-store.ts';

/** Sizes of disks are multiples of this, in bytes. */
const SECTOR = 4096;

/** Throws `out-of-range` for what no disk can have. */
export function assertSize(id: DiskId, size: number): void {
  if (Number.isSafeInteger(size) && size > 0 && size % SECTOR === 0) return;
  throw new DiskStoreError('out-of-range', `the size of disk ${id} must be a multiple of ${SECTOR} bytes, not ${size}`);
}

/** Throws `out-of-range` unless the range is wholly on a disk of `size` bytes. */
export function assertRange(id: DiskId, size: number, { offset, length }: ByteRange): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (isRange && offset + length <= size) return;
  throw new DiskStoreError('out-of-range', `disk ${id} has ${size} bytes; ${length} at ${offset} are not all on it`);
}
