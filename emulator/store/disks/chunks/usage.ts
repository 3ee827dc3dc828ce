import type { DiskUsage } from '../disk-store.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { DiskRow } from './disk-table.ts';
import type { PieceTree } from './piece-tree.ts';

/** Ids in one look-up: as many as a leaf has. */
const AT_ONCE = 128;

/**
 * What a disk takes. A chunk is shared where another disk refers to it: through a node that both have, or through a leaf of its own,
 * which shows as more references than this disk's leaves account for.
 */
export function usageOf(disk: DiskRow, tree: PieceTree, chunks: ChunkTable): DiskUsage {
  const { own, shared } = tree.ownership(disk);
  const ids = [...new Set([...own.keys(), ...shared])];
  let stored = 0;
  let sharedBytes = 0;
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const chunk of chunks.getMany(ids.slice(at, at + AT_ONCE))) {
      stored += chunk.bytes;
      if (shared.has(chunk.id) || chunk.refs > (own.get(chunk.id) ?? 0)) sharedBytes += chunk.bytes;
    }
  }
  return { logical: disk.size, stored, shared: sharedBytes };
}
