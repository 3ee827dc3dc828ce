import { type ByteRange, PIECE } from '../disk-store.ts';
import { FILES_AT_ONCE, type PieceStorage } from './piece-storage.ts';
import type { PieceChange } from './piece-tree.ts';
import { pieceLength } from './pieces.ts';
import { sideBySide } from './side-by-side.ts';

interface DiskPieces {
  readonly id: string;
  readonly size: number;
  /** Those of the range that are no holes. */
  readonly pieces: readonly PieceChange[];
}

/** Bytes of a range of a disk. */
export async function readPieces(
  storage: PieceStorage,
  { id, size, pieces }: DiskPieces,
  { offset, length }: ByteRange,
): Promise<Buffer> {
  const into = Buffer.alloc(length);
  const chunks = pieces.map(([, chunk]) => chunk);
  await storage.holding(chunks, () =>
    sideBySide(pieces, FILES_AT_ONCE, async ([piece, chunk]) => {
      const content = await storage.load(chunk, pieceLength(size, piece), id);
      const start = piece * PIECE - offset;
      content.copy(into, Math.max(start, 0), Math.max(-start, 0));
    }),
  );
  return into;
}
