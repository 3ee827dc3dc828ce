import type { ByteRange } from '../disk-store.ts';

/** Ranges (ascending) with neighbours as one; none goes beyond `end`. */
export function joinedRanges(ranges: Iterable<ByteRange>, end: number): ByteRange[] {
  const joined: { offset: number; length: number }[] = [];
  for (const range of ranges) {
    const length = Math.min(range.length, end - range.offset);
    const last = joined.at(-1);
    if (length <= 0) continue;
    if (last && last.offset + last.length === range.offset) last.length += length;
    else joined.push({ offset: range.offset, length });
  }
  return joined;
}
