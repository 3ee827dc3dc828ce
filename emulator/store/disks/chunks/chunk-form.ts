import { BLOCK, differingBlocks, gatherBlocks } from './piece-blocks.mjs';
import { storedLength } from './pieces.ts';

/** How the bytes of a piece are kept in the file of its chunk. */
export interface ChunkForm {
  /** Length of the file. */
  readonly bytes: number;
  /** The chunk whose piece the file's blocks are laid over; 0 for zeros. A base has no base itself. */
  readonly base: number;
  /** Which blocks the file has; null for all from the start on, without the zeros at the end. */
  readonly blocks: Buffer | null;
}

/** The form that takes least. `base`: a chunk that is kept in any case, and its piece. Returns undefined for zeros. */
export function formOf(
  piece: Buffer,
  base?: { readonly chunk: number; readonly piece: Buffer },
): { form: ChunkForm; file: Uint8Array } | undefined {
  const whole = storedLength(piece);
  if (whole === 0) return undefined;
  const sparse = differingBlocks(piece);
  const delta = base && differingBlocks(piece, base.piece);
  if (base && delta && delta.count * BLOCK < Math.min(whole, sparse.count * BLOCK))
    return formWith(piece, delta.blocks, base.chunk);
  if (sparse.count * BLOCK < whole) return formWith(piece, sparse.blocks, 0);
  return { form: { bytes: whole, base: 0, blocks: null }, file: piece.subarray(0, whole) };
}

function formWith(piece: Buffer, blocks: Buffer, base: number): { form: ChunkForm; file: Uint8Array } {
  const file = gatherBlocks(piece, blocks);
  return { form: { bytes: file.length, base, blocks }, file };
}
