import type { DiskUsage } from '../disk-store.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { DiskRow } from './disk-table.ts';
import type { PieceTree } from './piece-tree.ts';
import type { Turns } from './turns.ts';

/** Ids in one look-up: as many as a leaf has. */
const AT_ONCE = 128;

/**
 * What a disk takes. A chunk is shared where another disk refers to it: through a node that both have, or through a leaf of its own,
 * which shows as more references than the leaves of this disk alone account for. A chunk that a disk has twice is counted once.
 */
export async function usageOf(disk: DiskRow, tree: PieceTree, chunks: ChunkTable, turns: Turns): Promise<DiskUsage> {
  const ownReferences = new Map<number, number>();
  const shared = new Set<number>();
  for (const leaf of tree.leaves(disk)) {
    for (const chunk of leaf.chunks) {
      if (leaf.isShared) shared.add(chunk);
      ownReferences.set(chunk, (ownReferences.get(chunk) ?? 0) + (leaf.isShared ? 0 : 1));
    }
    await turns.next();
  }
  const ids = [...ownReferences.keys()];
  const usage = { logical: disk.size, stored: 0, shared: 0 };
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const chunk of chunks.getMany(ids.slice(at, at + AT_ONCE))) {
      usage.stored += chunk.bytes;
      if (shared.has(chunk.id) || chunk.refs > (ownReferences.get(chunk.id) ?? 0)) usage.shared += chunk.bytes;
    }
    await turns.next();
  }
  return usage;
}
