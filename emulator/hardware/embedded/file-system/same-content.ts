import type { ByteRange } from '../../../store/disks/disk-store.ts';
import { MIB } from '../../../units.ts';
import { HardwareError } from '../../hardware.ts';
import type { Extent } from './block-maps.ts';
import type { Ext4Volume } from './ext4-volume.ts';
import type { Inode } from './inode.ts';

/** Bytes that are compared at once. */
const STEP = MIB;
/** Most pieces of a file that are looked at: one that is scattered further is not compared. */
const MAX_EXTENTS = 1_000_000;

/**
 * Whether files of one size hold the same bytes. Those that are in the same places of both disks, where the disks do not differ, are not
 * read; of the others, what is a hole in both is not.
 * `changed`: where the disks may differ, in order. `onStep`: called between any two pieces of work; what it throws ends it.
 */
export function contentComparer(
  before: Ext4Volume,
  after: Ext4Volume,
  changed: readonly ByteRange[],
  onStep: () => Promise<void>,
) {
  return async (a: Inode, b: Inode): Promise<boolean> => {
    const [ofA, ofB] = [await mapOf(before, a), await mapOf(after, b)];
    if (before.blockSize === after.blockSize && isSameMap(ofA, ofB) && !ofA.some(isChanged)) return true;
    for (const { offset, length } of unionOf(rangesOf(ofA, before.blockSize), rangesOf(ofB, after.blockSize))) {
      for (let at = offset; at < Math.min(offset + length, a.size); at += STEP) {
        await onStep();
        const step = Math.min(STEP, offset + length - at);
        if (!(await before.contents(a, at, step)).equals(await after.contents(b, at, step))) return false;
      }
    }
    return true;
  };

  function isChanged({ physical, count }: Extent): boolean {
    return overlaps(changed, physical * before.blockSize, (physical + count) * before.blockSize);
  }
}

async function mapOf(volume: Ext4Volume, inode: Inode): Promise<Extent[]> {
  const extents: Extent[] = [];
  for await (const extent of volume.mapOf(inode)) {
    if (extents.length === MAX_EXTENTS) throw new HardwareError('too-large', 'a file is scattered too far to be compared');
    extents.push(extent);
  }
  return extents;
}

const isSameMap = (a: readonly Extent[], b: readonly Extent[]): boolean =>
  a.length === b.length &&
  a.every(({ logical, physical, count }, at) => {
    const other = b[at];
    return other?.logical === logical && other.physical === physical && other.count === count;
  });

const rangesOf = (extents: readonly Extent[], blockSize: number): ByteRange[] =>
  extents.map(({ logical, count }) => ({ offset: logical * blockSize, length: count * blockSize }));

/** Ranges that are in one or the other, in order, those that touch as one. */
function unionOf(a: readonly ByteRange[], b: readonly ByteRange[]): ByteRange[] {
  const union: { offset: number; length: number }[] = [];
  for (const { offset, length } of [...a, ...b].sort((x, y) => x.offset - y.offset)) {
    const last = union.at(-1);
    if (last && offset <= last.offset + last.length) last.length = Math.max(last.length, offset + length - last.offset);
    else union.push({ offset, length });
  }
  return union;
}

/** Whether one of the ranges (in order, apart from each other) has a byte from `from` up to, not including, `to`. */
function overlaps(ranges: readonly ByteRange[], from: number, to: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offset, length } = ranges[middle] ?? { offset: 0, length: 0 };
    if (offset + length <= from) low = middle + 1;
    else high = middle;
  }
  const next = ranges[low];
  return next !== undefined && next.offset < to;
}
