import type { DiskUsage, WorkOptions } from '../disk-store.ts';
import type { Chunk, ChunkTable } from './chunk-table.ts';
import type { DiskRow } from './disk-table.ts';
import type { PieceTree } from './piece-tree.ts';
import type { Turns } from './turns.ts';

/** Ids in one look-up: as many as a leaf has. */
const AT_ONCE = 128;

interface UsageParts {
  readonly tree: PieceTree;
  readonly chunks: ChunkTable;
  readonly turns: Turns;
}

/** What is known of a chunk that one of the disks uses. */
interface Use {
  /** The disk (by its place in the list) whose own leaf has it. */
  readonly disk: number;
  /** References from own leaves of that disk. */
  references: number;
  isShared: boolean;
}

/**
 * What disks take together. A chunk is shared where two disks refer to it: through a node that both have, through leaves of their own,
 * or (a disk that is not of these) which shows as more references than the leaves that were seen account for. However often a chunk is
 * met, it is counted once; and a node that many of the disks share is looked at once.
 */
export async function usageOf(
  disks: readonly DiskRow[],
  { tree, chunks, turns }: UsageParts,
  { onProgress, signal }: WorkOptions = {},
): Promise<DiskUsage> {
  const logical = disks.reduce((sum, disk) => sum + disk.size, 0);
  const uses = new Map<number, Use>();
  const seen = new Set<number>();
  let done = 0;
  for (const [at, disk] of disks.entries()) {
    for (const leaf of tree.leaves(disk, seen)) {
      for (const chunk of leaf.chunks) note(uses, chunk, at, leaf.isShared);
      await turns.next();
      signal?.throwIfAborted();
    }
    done += disk.size;
    onProgress?.(done, logical);
  }
  return { logical, ...(await bytesOf(uses, chunks, turns)) };
}

function note(uses: Map<number, Use>, chunk: number, disk: number, isShared: boolean): void {
  const use = uses.get(chunk);
  if (use === undefined) {
    uses.set(chunk, { disk, references: 1, isShared });
  } else {
    use.references += 1;
    use.isShared ||= isShared || use.disk !== disk;
  }
}

async function bytesOf(uses: Map<number, Use>, chunks: ChunkTable, turns: Turns): Promise<Omit<DiskUsage, 'logical'>> {
  const usage = { stored: 0, shared: 0 };
  const isShared = ({ id, refs }: Chunk): boolean => {
    const use = uses.get(id);
    return use?.isShared === true || refs > (use?.references ?? 0);
  };
  const add = (chunk: Chunk): void => {
    usage.stored += chunk.bytes;
    if (isShared(chunk)) usage.shared += chunk.bytes;
  };
  // What others are differences from is known only when all differences were looked at.
  const bases = new Set<number>();
  const direct = [...uses.keys()];
  for await (const chunk of rowsOf(direct, chunks, turns)) {
    if (chunk.base === 0) continue;
    bases.add(chunk.base);
    note(uses, chunk.base, uses.get(chunk.id)?.disk ?? 0, isShared(chunk));
  }
  for await (const chunk of rowsOf([...new Set([...direct, ...bases])], chunks, turns)) add(chunk);
  return usage;
}

async function* rowsOf(ids: readonly number[], chunks: ChunkTable, turns: Turns): AsyncGenerator<Chunk> {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    yield* chunks.getMany(ids.slice(at, at + AT_ONCE));
    await turns.next();
  }
}
