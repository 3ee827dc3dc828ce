import { type ByteRange, PIECE } from '../disk-store.ts';

/** Pieces (ascending) as byte ranges: neighbours become one, and none goes beyond `end`. */
export function byteRanges(pieces: Iterable<number>, end: number): ByteRange[] {
  const ranges: { offset: number; length: number }[] = [];
  for (const piece of pieces) {
    const offset = piece * PIECE;
    const length = Math.min(PIECE, end - offset);
    const last = ranges.at(-1);
    if (last && last.offset + last.length === offset) last.length += length;
    else ranges.push({ offset, length });
  }
  return ranges;
}
