import type { Index } from './chunk-index.ts';
import type { ChunkTable } from './chunk-table.ts';
import { decodeEntries, encodeEntries, FANOUT, spanOf } from './node-entries.ts';

/** The tree of one disk: its root node (0: holes only) and how many levels there are above the leaves. */
export interface TreeRoot {
  readonly node: number;
  readonly height: number;
}

/** A piece and the chunk that holds it; 0 is a hole. */
export type PieceChange = readonly [piece: number, chunk: number];

interface NodeRow {
  id: number;
  refs: number;
  height: number;
  entries: Buffer;
}

/** A node that belongs to one parent only, while it is changed; id 0 until it is stored. */
interface OwnNode {
  readonly id: number;
  readonly height: number;
  readonly entries: number[];
}

/** A piece in which two trees differ, and its chunks; 0 for a hole. */
export interface PieceDifference {
  readonly piece: number;
  readonly before: number;
  readonly after: number;
}

/** The index is damaged. Whoever knows the disk says which (chunk-store.ts). */
export class MissingNodeError extends Error {
  override readonly name = 'MissingNodeError';

  constructor(node: number) {
    super(`the index of the disk store lacks node ${node}`);
  }
}

/**
 * Which chunk holds which piece of a disk: a tree of 128-way nodes that disks share.
 *
 * A node with one reference belongs to one disk and is changed in place; one with more is copied first, and the copy refers to the
 * same children. So a snapshot costs one reference to the root, a write the nodes on its way, and a removal only what nobody else
 * refers to. All methods run inside a transaction of the caller.
 */
export class PieceTree {
  readonly #chunks: ChunkTable;
  readonly #select;
  readonly #insert;
  readonly #update;
  readonly #delete;
  readonly #addReferences;
  readonly #selectDead;

  constructor(db: Index, chunks: ChunkTable) {
    this.#chunks = chunks;
    this.#select = db.prepare<[number], NodeRow>('SELECT id, refs, height, entries FROM node WHERE id = ?');
    this.#insert = db.prepare<[number, Buffer]>('INSERT INTO node (refs, height, entries) VALUES (1, ?, ?)');
    this.#update = db.prepare<[Buffer, number]>('UPDATE node SET entries = ? WHERE id = ?');
    this.#delete = db.prepare<[number]>('DELETE FROM node WHERE id = ?');
    this.#addReferences = db.prepare<[number, number]>('UPDATE node SET refs = refs + ? WHERE id = ?');
    this.#selectDead = db.prepare<[], NodeRow>('SELECT id, refs, height, entries FROM node WHERE refs = 0 LIMIT 1');
  }

  /** One more disk shares the tree. */
  retain(root: TreeRoot): void {
    if (root.node !== 0) this.#addReferences.run(1, root.node);
  }

  /** One disk less. What nobody else refers to is freed by `reclaimOne`, a node at a time. */
  release(root: TreeRoot): void {
    if (root.node !== 0) this.#addReferences.run(-1, root.node);
  }

  /** Frees one node that nobody refers to; false where there is none. */
  reclaimOne(): boolean {
    const row = this.#selectDead.get();
    if (row === undefined) return false;
    for (const entry of decodeEntries(row.entries)) if (entry !== 0) this.#changeReferences(row.height, entry, -1);
    this.#delete.run(row.id);
    return true;
  }

  /** The tree for a disk of so many pieces: the root moves down by a level where the disk has outgrown it. */
  raise(root: TreeRoot, pieces: number): TreeRoot {
    let { node, height } = root;
    while (spanOf(height) < pieces) {
      height += 1;
      if (node !== 0) node = this.#close({ id: 0, height, entries: firstOnly(node) });
    }
    return { node, height };
  }

  /** Puts chunks in the places of pieces (in ascending order). */
  set(root: TreeRoot, changes: readonly PieceChange[]): TreeRoot {
    if (changes.length === 0) return root;
    return { node: this.#set(root.node, root.height, changes), height: root.height };
  }

  /** Turns pieces `from` up to, not including, `to` into holes. */
  clear(root: TreeRoot, from: number, to: number): TreeRoot {
    return { node: this.#clear(root.node, root.height, from, to), height: root.height };
  }

  /** The chunks of pieces `from` up to, not including, `to`, without the holes, in order. */
  lookup(root: TreeRoot, from: number, to: number): PieceChange[] {
    const found: PieceChange[] = [];
    this.#lookup(root.node, root.height, 0, from, to, found);
    return found;
  }

  /**
   * The pieces in which two trees differ, in ascending order, a leaf at a time, so that a caller may let others have their turn (while
   * neither tree is changed). Shared nodes are passed over without being read; a leaf that was read without finding anything is empty.
   */
  *differences(before: TreeRoot, after: TreeRoot): Generator<PieceDifference[]> {
    const height = Math.max(before.height, after.height);
    yield* this.#differences(before, after, height, 0);
  }

  /** Whether another tree shares the leaf of a piece. */
  isShared({ node, height }: TreeRoot, piece: number): boolean {
    let id = node;
    for (let level = height; id !== 0; level -= 1) {
      const { refs, entries } = this.#load(id);
      if (refs > 1) return true;
      if (level === 0) return false;
      id = decodeEntries(entries)[Math.floor(piece / spanOf(level - 1)) % FANOUT] ?? 0;
    }
    return false;
  }

  /** A node by its id: how many refer to it, and its entries without the holes. Undefined where it is lost. */
  node(id: number): { refs: number; entries: number[] } | undefined {
    const row = this.#select.get(id);
    return row && { refs: row.refs, entries: decodeEntries(row.entries).filter(entry => entry !== 0) };
  }

  #set(id: number, height: number, changes: readonly PieceChange[]): number {
    const node = this.#own(id, height);
    const span = spanOf(height - 1);
    for (let at = 0; at < changes.length; ) {
      const slot = Math.floor((changes[at]?.[0] ?? 0) / span) % FANOUT;
      const old = node.entries[slot] ?? 0;
      let end = at + 1;
      while (end < changes.length && Math.floor((changes[end]?.[0] ?? 0) / span) % FANOUT === slot) end += 1;
      if (height > 0) {
        node.entries[slot] = this.#set(old, height - 1, changes.slice(at, end));
      } else {
        const chunk = changes[end - 1]?.[1] ?? 0;
        if (chunk !== 0) this.#chunks.changeReferences(chunk, 1);
        if (old !== 0) this.#chunks.changeReferences(old, -1);
        node.entries[slot] = chunk;
      }
      at = end;
    }
    return this.#close(node);
  }

  #clear(id: number, height: number, from: number, to: number): number {
    if (id === 0 || from >= to) return id;
    const node = this.#own(id, height);
    const span = spanOf(height - 1);
    for (let slot = 0; slot < FANOUT; slot += 1) {
      const entry = node.entries[slot] ?? 0;
      const low = Math.max(from - slot * span, 0);
      const high = Math.min(to - slot * span, span);
      if (entry === 0 || low >= high) continue;
      if (low > 0 || high < span) {
        node.entries[slot] = this.#clear(entry, height - 1, low, high);
      } else {
        this.#changeReferences(height, entry, -1);
        node.entries[slot] = 0;
      }
    }
    return this.#close(node);
  }

  #lookup(id: number, height: number, first: number, from: number, to: number, found: PieceChange[]): void {
    const span = spanOf(height - 1);
    if (id === 0 || first >= to || first + spanOf(height) <= from) return;
    const entries = decodeEntries(this.#load(id).entries);
    for (const [slot, entry] of entries.entries()) {
      const piece = first + slot * span;
      if (entry === 0) continue;
      if (height > 0) this.#lookup(entry, height - 1, piece, from, to, found);
      else if (piece >= from && piece < to) found.push([piece, entry]);
    }
  }

  *#differences(a: TreeRoot, b: TreeRoot, height: number, first: number): Generator<PieceDifference[]> {
    if (a.node === b.node && (a.node === 0 || a.height === b.height)) return;
    const ofA = this.#entriesAt(a, height);
    const ofB = this.#entriesAt(b, height);
    const span = spanOf(height - 1);
    const found: PieceDifference[] = [];
    for (let slot = 0; slot < FANOUT; slot += 1) {
      const [before, after] = [ofA[slot] ?? 0, ofB[slot] ?? 0];
      const piece = first + slot * span;
      if (height === 0) {
        if (before !== after) found.push({ piece, before, after });
      } else {
        // A tree that is lower than the other is, as a whole, the first child of a node that it does not have.
        const below = (root: TreeRoot, node: number): TreeRoot => ({ node, height: Math.min(root.height, height - 1) });
        yield* this.#differences(below(a, before), below(b, after), height - 1, piece);
      }
    }
    if (height === 0) yield found;
  }

  #entriesAt(root: TreeRoot, height: number): number[] {
    if (root.node === 0) return [];
    return root.height < height ? [root.node] : decodeEntries(this.#load(root.node).entries);
  }

  /** A node to change: itself where it has one parent, else a copy that takes over one reference. */
  #own(id: number, height: number): OwnNode {
    if (id === 0) return { id, height, entries: firstOnly(0) };
    const row = this.#load(id);
    const entries = decodeEntries(row.entries);
    if (row.refs === 1) return { id, height, entries };
    for (const entry of entries) if (entry !== 0) this.#changeReferences(height, entry, 1);
    this.#addReferences.run(-1, id);
    return { id: 0, height, entries };
  }

  #close(node: OwnNode): number {
    if (node.entries.every(entry => entry === 0)) {
      if (node.id !== 0) this.#delete.run(node.id);
      return 0;
    }
    const entries = encodeEntries(node.entries);
    if (node.id === 0) return Number(this.#insert.run(node.height, entries).lastInsertRowid);
    this.#update.run(entries, node.id);
    return node.id;
  }

  /** Of an entry in a node of this height: chunks hang below leaves, nodes below all others. */
  #changeReferences(height: number, entry: number, by: number): void {
    if (height === 0) this.#chunks.changeReferences(entry, by);
    else this.#addReferences.run(by, entry);
  }

  #load(id: number): NodeRow {
    const row = this.#select.get(id);
    if (row === undefined) throw new MissingNodeError(id);
    return row;
  }
}

const firstOnly = (entry: number): number[] => [entry, ...new Array<number>(FANOUT - 1).fill(0)];
