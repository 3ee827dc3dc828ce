import type { Turns } from '../../turns.ts';
import type { DiskId, DiskUsage, GroupedUsage, UsageOptions } from '../disk-store.ts';
import type { Chunk, ChunkTable } from './chunk-table.ts';
import type { DiskRow } from './disk-table.ts';
import type { PieceTree } from './piece-tree.ts';

/** Ids in one look-up: as many as a leaf has. */
const AT_ONCE = 128;

interface UsageParts {
  readonly tree: PieceTree;
  readonly chunks: ChunkTable;
  readonly turns: Turns;
}

/** A disk that is counted, and the groups that it is in: a bit for each. */
export interface CountedDisk extends DiskRow {
  readonly groups: number;
}

/** Each disk once, with the groups that it is in. */
export function groupsById(groups: readonly (readonly DiskId[])[]): ReadonlyMap<DiskId, number> {
  const found = new Map<DiskId, number>();
  for (const [at, ids] of groups.entries()) for (const id of ids) found.set(id, (found.get(id) ?? 0) | (1 << at));
  return found;
}

/** What is known of a node or chunk that one of the disks uses. */
interface Use {
  /** The disk (by its place in the list) whose own node or leaf has it. */
  readonly disk: number;
  /** References from own nodes or leaves of that disk. */
  references: number;
  isShared: boolean;
  /** The groups of all disks that use it. */
  groups: number;
}

type Uses = Map<number, Use>;

/**
 * What groups of disks take, each together, and all of them. A chunk is shared where two disks refer to it: through a node that both have,
 * through leaves of their own, or (a disk that is not of these) which shows as more references than the leaves that were seen account for.
 * However many disks and groups have a node or a chunk, it is looked at once.
 */
export async function usageOf(
  disks: readonly CountedDisk[],
  count: number,
  { tree, chunks, turns }: UsageParts,
  { signal }: UsageOptions = {},
): Promise<GroupedUsage> {
  const sums = new Sums(count);
  for (const { size, groups } of disks) sums.add('logical', size, groups);
  const step = async (): Promise<void> => {
    await turns.next();
    signal?.throwIfAborted();
  };
  await addBytes(sums, await usedChunks(disks, tree, step), chunks, step);
  return { groups: sums.groups, total: sums.total };
}

/** Level by level from the roots, so that all who have a node are known when it is looked at. */
async function usedChunks(disks: readonly CountedDisk[], tree: PieceTree, step: () => Promise<void>): Promise<Uses> {
  const top = disks.reduce((highest, { height }) => Math.max(highest, height), 0);
  const levels = Array.from({ length: top + 1 }, (): Uses => new Map());
  for (const [disk, { node, height, groups }] of disks.entries()) {
    if (node !== 0) note(levels[height], node, { disk, isShared: false, groups });
    await step();
  }
  const used: Uses = new Map();
  for (const [height, level] of [...levels.entries()].reverse()) {
    for (const [id, { disk, isShared, groups }] of level) {
      const node = tree.node(id);
      // What is lost takes nothing: a count of many disks goes on.
      const below = { disk, isShared: isShared || (node?.refs ?? 0) > 1, groups };
      for (const entry of node?.entries ?? []) note(height === 0 ? used : levels[height - 1], entry, below);
      await step();
    }
    level.clear();
  }
  return used;
}

function note(uses: Uses | undefined, id: number, { disk, isShared, groups }: Omit<Use, 'references'>): void {
  const use = uses?.get(id);
  if (use === undefined) {
    uses?.set(id, { disk, references: 1, isShared, groups });
  } else {
    use.references += 1;
    use.isShared ||= isShared || use.disk !== disk;
    use.groups |= groups;
  }
}

async function addBytes(sums: Sums, used: Uses, chunks: ChunkTable, step: () => Promise<void>): Promise<void> {
  const isShared = ({ id, refs }: Chunk): boolean => {
    const use = used.get(id);
    return use?.isShared === true || refs > (use?.references ?? 0);
  };
  // What others are differences from is known only when all differences were looked at.
  for await (const chunk of rowsOf(used.keys(), chunks, step)) {
    const { disk = 0, groups = 0 } = used.get(chunk.id) ?? {};
    if (chunk.base !== 0) note(used, chunk.base, { disk, isShared: isShared(chunk), groups });
  }
  for await (const chunk of rowsOf(used.keys(), chunks, step)) {
    const { groups = 0 } = used.get(chunk.id) ?? {};
    sums.add('stored', chunk.bytes, groups);
    if (isShared(chunk)) sums.add('shared', chunk.bytes, groups);
  }
}

async function* rowsOf(ids: Iterable<number>, chunks: ChunkTable, step: () => Promise<void>): AsyncGenerator<Chunk> {
  let some: number[] = [];
  for (const id of ids) {
    some.push(id);
    if (some.length < AT_ONCE) continue;
    yield* chunks.getMany(some);
    some = [];
    await step();
  }
  yield* chunks.getMany(some);
}

type Sum = { -readonly [What in keyof DiskUsage]: DiskUsage[What] };
const nothing = (): Sum => ({ logical: 0, stored: 0, shared: 0 });

/** Sums for each group and for all of them. */
class Sums {
  readonly groups: Sum[];
  readonly total = nothing();

  constructor(count: number) {
    this.groups = Array.from({ length: count }, nothing);
  }

  add(what: keyof Sum, bytes: number, groups: number): void {
    this.total[what] += bytes;
    for (const [at, sum] of this.groups.entries()) if (groups & (1 << at)) sum[what] += bytes;
  }
}
