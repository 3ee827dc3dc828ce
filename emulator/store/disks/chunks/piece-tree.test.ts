import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Index, openIndex } from './chunk-index.ts';
import { type ChunkTable, chunkTable } from './chunk-table.ts';
import { PieceTree, type TreeRoot } from './piece-tree.ts';

let db: Index;
let chunks: ChunkTable;
let tree: PieceTree;
beforeEach(() => {
  db = openIndex(':memory:');
  chunks = chunkTable(db);
  tree = new PieceTree(db, chunks);
  for (let id = 1; id <= 20; id += 1) chunks.add({ id, digest: Buffer.from([id]), bytes: 1, base: 0, blocks: null });
});
afterEach(() => {
  db.close();
});

const EMPTY: TreeRoot = { node: 0, height: 0 };
const count = (table: 'node' | 'chunk', where = 'true'): unknown =>
  db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get();
const differences = (before: TreeRoot, after: TreeRoot) => [...tree.differences(before, after)].flat();
const reclaim = (): void => {
  while (tree.reclaimOne());
};

test('pieces are found where they were put, at any height', () => {
  const root = tree.set(tree.raise(EMPTY, 3_000_000), [
    [0, 1],
    [127, 2],
    [128, 3],
    [16_384, 4],
    [2_999_999, 5],
  ]);
  expect(root.height).toBe(3);
  expect(tree.lookup(root, 0, 3_000_000)).toEqual([
    [0, 1],
    [127, 2],
    [128, 3],
    [16_384, 4],
    [2_999_999, 5],
  ]);
  expect(tree.lookup(root, 127, 129)).toEqual([
    [127, 2],
    [128, 3],
  ]);
  expect(tree.lookup(root, 129, 16_384)).toEqual([]);
});

test('a shared tree is copied only along the way of a change, and freed only where nobody else has it', () => {
  const original = tree.set(
    tree.raise(EMPTY, 16_384),
    Array.from({ length: 128 }, (_, leaf) => [leaf * 128, (leaf % 20) + 1] as const),
  );
  expect(count('node')).toBe(129);
  tree.retain(original);
  const copy = tree.set(original, [[5, 1]]);
  expect(count('node')).toBe(131);
  expect(differences(original, copy)).toEqual([{ piece: 5, before: 0, after: 1 }]);
  tree.release(original);
  reclaim();
  expect(count('node')).toBe(129);
  expect(tree.lookup(copy, 0, 256)).toEqual([
    [0, 1],
    [5, 1],
    [128, 2],
  ]);
  tree.release(copy);
  reclaim();
  expect(count('node')).toBe(0);
  expect(count('chunk', 'refs <> 0')).toBe(0);
});

test('a tree that has only holes has no nodes', () => {
  const root = tree.set(tree.raise(EMPTY, 20_000), [
    [3, 1],
    [19_999, 2],
  ]);
  expect(tree.clear(root, 0, 20_000).node).toBe(0);
  reclaim();
  expect(count('node')).toBe(0);
});

test('trees of different heights are compared as if the lower one went on with holes', () => {
  const low = tree.set(EMPTY, [[7, 1]]);
  tree.retain(low);
  const high = tree.set(tree.raise(low, 100_000), [[99_999, 2]]);
  expect(differences(low, high)).toEqual([{ piece: 99_999, before: 0, after: 2 }]);
  expect(differences(high, low)).toEqual([{ piece: 99_999, before: 2, after: 0 }]);
  expect(differences(EMPTY, high)).toEqual([
    { piece: 7, before: 0, after: 1 },
    { piece: 99_999, before: 0, after: 2 },
  ]);
});

test.each([1, 2, 3])('any number of trees hold what maps would hold, and every reference is counted (seed %i)', seed => {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pieces = 40_000;
  const trees = [{ root: tree.raise(EMPTY, pieces), map: new Map<number, number>() }];
  for (let step = 0; step < 400; step += 1) {
    const one = trees[below(trees.length)];
    if (one === undefined) break;
    // Close together at times, so that leaves fill up.
    const piece = below(2) === 0 ? below(pieces) : below(300);
    const kind = below(8);
    if (kind < 4) {
      const chunk = below(21);
      one.root = tree.set(one.root, [[piece, chunk]]);
      one.map.set(piece, chunk);
    } else if (kind < 6) {
      tree.retain(one.root);
      trees.push({ root: one.root, map: new Map(one.map) });
    } else if (kind < 7) {
      const to = Math.min(pieces, piece + below(below(2) === 0 ? 300 : 30_000));
      one.root = tree.clear(one.root, piece, to);
      for (const key of [...one.map.keys()]) if (key >= piece && key < to) one.map.delete(key);
    } else if (trees.length > 1) {
      tree.release(one.root);
      trees.splice(trees.indexOf(one), 1);
      reclaim();
    }
  }
  const filled = ({ map }: (typeof trees)[number]) => [...map].filter(([, chunk]) => chunk !== 0).sort(([a], [b]) => a - b);
  for (const one of trees) expect(tree.lookup(one.root, 0, pieces)).toEqual(filled(one));
  const [first, last] = [trees[0], trees.at(-1)];
  if (first && last) {
    const expected = [...new Set([...first.map.keys(), ...last.map.keys()])]
      .sort((a, b) => a - b)
      .map(piece => ({ piece, before: first.map.get(piece) ?? 0, after: last.map.get(piece) ?? 0 }))
      .filter(({ before, after }) => before !== after);
    expect(differences(first.root, last.root)).toEqual(expected);
  }
  for (const { root } of trees) tree.release(root);
  reclaim();
  expect(count('node')).toBe(0);
  expect(count('chunk', 'refs <> 0')).toBe(0);
});
