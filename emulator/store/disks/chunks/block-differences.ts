import type { Turns } from '../../turns.ts';
import { type ByteRange, DiskStoreError, PIECE } from '../disk-store.ts';
import { appendRange } from './byte-ranges.ts';
import type { Chunk, ChunkTable } from './chunk-table.ts';
import { BLOCK, blockNumbers, differingBlocks } from './piece-blocks.mjs';
import type { PieceStorage } from './piece-storage.ts';
import type { PieceDifference } from './piece-tree.ts';
import { pieceLength } from './pieces.ts';

/** What the index tells of the difference between two disks: the pieces, and the size of each disk in bytes. */
export interface DisksApart {
  readonly pieces: readonly PieceDifference[];
  readonly sizes: readonly [before: number, after: number];
}

interface DifferenceParts {
  readonly chunks: ChunkTable;
  readonly storage: PieceStorage;
  readonly turns: Turns;
}

/**
 * Where two disks differ, by blocks of 4 KiB, given the pieces that do: their chunks are to be held. What the index does not tell is found
 * by reading them; one that cannot be read may differ as a whole.
 */
export async function blockDifferences({ pieces, sizes }: DisksApart, parts: DifferenceParts): Promise<ByteRange[]> {
  const ranges: ByteRange[] = [];
  for (const difference of pieces) {
    for (const block of await blocksOf(difference, sizes, parts)) {
      appendRange(ranges, { offset: difference.piece * PIECE + block * BLOCK, length: BLOCK }, Math.max(...sizes));
    }
    await parts.turns.next();
  }
  return ranges;
}

async function blocksOf(
  { piece, before, after }: PieceDifference,
  [sizeBefore, sizeAfter]: DisksApart['sizes'],
  { chunks, storage }: DifferenceParts,
): Promise<number[]> {
  const known = knownBlocks(chunks.get(before), chunks.get(after));
  if (known !== undefined) return known;
  const length = pieceLength(Math.max(sizeBefore, sizeAfter), piece);
  const whole = async (chunk: number, size: number): Promise<Buffer> => {
    const content = chunk === 0 ? Buffer.alloc(0) : await storage.load(chunk, pieceLength(size, piece), 'that is compared');
    return content.length === length ? content : Buffer.concat([content], length);
  };
  try {
    return blockNumbers(differingBlocks(await whole(before, sizeBefore), await whole(after, sizeAfter)).blocks);
  } catch (error) {
    if (!(error instanceof DiskStoreError && error.problem === 'corrupt')) throw error;
    return Array.from({ length: Math.ceil(length / BLOCK) }, (_, block) => block);
  }
}

/** What the index tells: a chunk that is a difference from the other, and one without a base where the other disk has a hole. */
function knownBlocks(before: Chunk | undefined, after: Chunk | undefined): number[] | undefined {
  if (before && after) {
    if (before.base === after.id) return storedBlocks(before);
    return after.base === before.id ? storedBlocks(after) : undefined;
  }
  const only = before ?? after;
  return only?.base === 0 ? storedBlocks(only) : undefined;
}

const storedBlocks = ({ blocks, bytes }: Chunk): number[] =>
  blocks ? blockNumbers(blocks) : Array.from({ length: Math.ceil(bytes / BLOCK) }, (_, block) => block);
