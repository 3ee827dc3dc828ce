import { type ByteRange, DiskStoreError, PIECE } from '../disk-store.ts';
import { joinedRanges } from './byte-ranges.ts';
import type { Chunk, ChunkTable } from './chunk-table.ts';
import type { DiskRow } from './disk-table.ts';
import { BLOCK, blockNumbers, differingBlocks } from './piece-blocks.mjs';
import type { PieceStorage } from './piece-storage.ts';
import type { PieceTree } from './piece-tree.ts';
import { pieceLength } from './pieces.ts';
import type { Turns } from './turns.ts';

interface DifferenceParts {
  readonly tree: PieceTree;
  readonly chunks: ChunkTable;
  readonly storage: PieceStorage;
  readonly turns: Turns;
}

/** A piece in which two disks may differ, and its chunks; 0 for a hole. */
interface Difference {
  readonly piece: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Where two disks differ, by blocks of 4 KiB. What the index does not tell is found by reading the pieces that have different chunks; one
 * that cannot be read may differ as a whole.
 */
export async function blockDifferences(before: DiskRow, after: DiskRow, parts: DifferenceParts): Promise<ByteRange[]> {
  const { tree, storage, turns } = parts;
  const differences = [...tree.differences(before, after)].map(
    (piece): Difference => ({ piece, before: chunkAt(tree, before, piece), after: chunkAt(tree, after, piece) }),
  );
  const end = Math.max(before.size, after.size);
  return storage.holding(
    differences.flatMap(difference => [difference.before, difference.after]),
    async () => {
      const ranges: ByteRange[] = [];
      for (const difference of differences) {
        for (const block of await blocksOf(difference, before.size, after.size, parts)) {
          ranges.push({ offset: difference.piece * PIECE + block * BLOCK, length: BLOCK });
        }
        await turns.next();
      }
      return joinedRanges(ranges, end);
    },
  );
}

function chunkAt(tree: PieceTree, disk: DiskRow, piece: number): number {
  return tree.lookup(disk, piece, piece + 1)[0]?.[1] ?? 0;
}

async function blocksOf(
  { piece, before, after }: Difference,
  sizeBefore: number,
  sizeAfter: number,
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
