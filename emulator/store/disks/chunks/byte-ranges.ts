import type { ByteRange } from '../disk-store.ts';

/** Adds a range that comes after all others, as one with the last where it follows at once; none goes beyond `end`. */
export function appendRange(ranges: ByteRange[], { offset, length }: ByteRange, end: number): void {
  const within = Math.min(length, end - offset);
  if (within <= 0) return;
  const last = ranges.at(-1);
  if (last && last.offset + last.length === offset)
    ranges[ranges.length - 1] = { offset: last.offset, length: last.length + within };
  else ranges.push({ offset, length: within });
}
