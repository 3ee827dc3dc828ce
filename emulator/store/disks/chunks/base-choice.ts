import type { ChunkTable } from './chunk-table.ts';
import type { PieceTree, TreeRoot } from './piece-tree.ts';

/**
 * The chunk over which a new content of a piece may be stored as a difference; 0 for none. It is what the piece has now (or the base of
 * that), where others keep it in any case: so a copy and what is written afterwards take the bytes once and the change. A base that only
 * the differences kept would be bytes that nobody can see.
 */
export function baseFor({ tree, chunks }: { tree: PieceTree; chunks: ChunkTable }, root: TreeRoot, piece: number): number {
  const [found] = tree.lookup(root, piece, piece + 1);
  const chunk = found && chunks.get(found[1]);
  if (chunk === undefined) return 0;
  const isKept = chunk.refs > 1 || tree.isShared(root, piece);
  if (chunk.base === 0) return isKept ? chunk.id : 0;
  const base = chunks.get(chunk.base);
  return base !== undefined && (isKept || base.refs > 1) ? base.id : 0;
}
