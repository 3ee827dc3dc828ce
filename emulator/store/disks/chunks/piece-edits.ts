import { type ByteRange, PIECE } from '../disk-store.ts';
import { FILES_AT_ONCE, type PieceContent } from './piece-storage.ts';
import { type DiskWrite, pieceCount, pieceLength, splitWrites } from './pieces.ts';
import { sideBySide } from './side-by-side.ts';

/** A disk that is about to be changed. */
export interface Original {
  readonly size: number;
  /** A piece of it as it is now, in memory of the caller's own. */
  copyOf(piece: number): Promise<Buffer>;
  /** See base-choice.ts. */
  baseFor(piece: number): number;
}

/** The pieces that writes leave. Those that are wholly overwritten are not read before. */
export async function writtenPieces(original: Original, writes: readonly DiskWrite[]): Promise<PieceContent[]> {
  const contents: PieceContent[] = [];
  await sideBySide(splitWrites(writes), FILES_AT_ONCE, async ([piece, parts]) => {
    const [only] = parts;
    if (parts.length === 1 && only?.data.length === pieceLength(original.size, piece)) {
      contents.push({ piece, content: asBuffer(only.data), isOwn: false });
      return;
    }
    const content = await original.copyOf(piece);
    for (const { at, data } of parts) content.set(data, at);
    contents.push({ piece, content, isOwn: true, base: original.baseFor(piece) });
  });
  return contents;
}

/**
 * What a disk that grows to `size` has to store anew: its last piece, if that was short and becomes longer. A digest is taken over a
 * whole piece, with the zeros that follow.
 */
export async function grownPieces(original: Original, size: number): Promise<PieceContent[]> {
  const piece = pieceCount(original.size) - 1;
  if (pieceLength(original.size, piece) === pieceLength(size, piece)) return [];
  const content = Buffer.alloc(pieceLength(size, piece));
  content.set(await original.copyOf(piece));
  return [{ piece, content, isOwn: true }];
}

/** What a range that becomes a hole leaves: pieces that are holes from then on, and the rest of those at its ends. */
export async function discardedPieces(
  original: Original,
  { offset, length }: ByteRange,
): Promise<{ holes: { from: number; to: number }; rest: PieceContent[] }> {
  const end = offset + length;
  const from = Math.ceil(offset / PIECE);
  const to = end === original.size ? pieceCount(end) : Math.floor(end / PIECE);
  const rest: PieceContent[] = [];
  for (const piece of new Set([Math.floor(offset / PIECE), Math.floor((end - 1) / PIECE)])) {
    if (length === 0 || (piece >= from && piece < to)) continue;
    const content = await original.copyOf(piece);
    content.fill(0, Math.max(offset - piece * PIECE, 0), Math.min(end - piece * PIECE, content.length));
    rest.push({ piece, content, isOwn: true, base: original.baseFor(piece) });
  }
  return { holes: { from, to }, rest };
}

const asBuffer = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
