import type { Index } from './chunk-index.ts';

/** Ids are taken from the index in blocks: one small transaction for so many new chunks. */
const BLOCK = 256;

/**
 * Gives new chunks their ids, and remembers (in the index) the only range in which files can lie that the index does not know:
 * from the lowest id that was in the making when the last block was taken, up to the end of that block. So what a crash leaves
 * behind is found by looking at a few hundred names, however many chunks there are.
 */
export class ChunkIds {
  readonly #setNumber;
  readonly #isKnown;
  readonly #inTheMaking = new Set<number>();
  readonly #sweep: { readonly from: number; readonly to: number };
  #next: number;
  #end: number;

  constructor(db: Index) {
    this.#setNumber = db.prepare<[number, string]>('UPDATE number SET value = ? WHERE name = ?');
    this.#isKnown = db.prepare<[number], number>('SELECT 1 FROM chunk WHERE id = ?').pluck();
    const number = db.prepare<[string], number>('SELECT value FROM number WHERE name = ?').pluck();
    this.#sweep = { from: number.get('sweep-from') ?? 1, to: number.get('sweep-to') ?? 1 };
    this.#next = this.#sweep.to;
    this.#end = this.#sweep.to;
  }

  next(): number {
    const id = this.#next;
    this.#inTheMaking.add(id);
    if (id === this.#end) this.#reserve();
    this.#next += 1;
    return id;
  }

  /** The chunk is in the index now, or its file is gone. */
  settled(id: number): void {
    this.#inTheMaking.delete(id);
  }

  /** Ids whose files, if there are any, were in the making when the store was last left. */
  leftBehind(): number[] {
    const ids = Array.from({ length: this.#sweep.to - this.#sweep.from }, (_, at) => this.#sweep.from + at);
    return ids.filter(id => this.#isKnown.get(id) === undefined);
  }

  /** Nothing is in the making any more: the next opening need not look for anything. */
  close(): void {
    this.#setNumber.run(this.#next, 'sweep-from');
    this.#setNumber.run(this.#next, 'sweep-to');
  }

  #reserve(): void {
    let lowest = this.#next;
    for (const id of this.#inTheMaking) lowest = Math.min(lowest, id);
    this.#setNumber.run(lowest, 'sweep-from');
    this.#setNumber.run(this.#next + BLOCK, 'sweep-to');
    this.#end = this.#next + BLOCK;
  }
}
