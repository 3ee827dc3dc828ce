import { LRUCache } from 'lru-cache';
import type { CloudEvent } from './events/event.ts';

type LoadRows<Row> = (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

/**
 * Rows that are asked for by the id of a resource again and again; every event about that resource makes it forget them. What is not there
 * is looked up in one go with whatever else is asked for in the same turn.
 */
export class RowCache<Row extends object> {
  readonly #rows: LRUCache<string, Row>;
  readonly #load: LoadRows<Row>;
  readonly #resourceType: string;
  #asked: { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> } | undefined;
  /** Rises with every forgetting, so that a row that was being read meanwhile is not kept. */
  #generation = 0;

  /** `load` leaves out what is not there; that is not remembered. */
  constructor(resourceType: string, max: number, load: LoadRows<Row>) {
    this.#resourceType = resourceType;
    // By size, not by number: that would set aside the memory for all of them at once, 2 ms for each cache of each cloud.
    this.#rows = new LRUCache({ maxSize: max, sizeCalculation: () => 1 });
    this.#load = load;
  }

  async get(id: string): Promise<Row | null> {
    return this.#rows.get(id) ?? (await this.#ask([id])).get(id) ?? null;
  }

  /** Those that are there, by id. */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const found = new Map<string, Row>();
    const missing: string[] = [];
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row) found.set(id, row);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await this.#ask(missing);
    for (const id of missing) {
      const row = rows.get(id);
      if (row) found.set(id, row);
    }
    return found;
  }

  forget(events: readonly CloudEvent[]): void {
    for (const { resourceType, resourceId } of events) {
      if (resourceType !== this.#resourceType) continue;
      this.#rows.delete(resourceId);
      this.#generation++;
    }
  }

  #ask(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    this.#asked ??= this.#begin();
    for (const id of ids) this.#asked.ids.add(id);
    return this.#asked.rows;
  }

  #begin(): { ids: Set<string>; rows: Promise<ReadonlyMap<string, Row>> } {
    const ids = new Set<string>();
    const turnIsOver = new Promise<void>(resolve => process.nextTick(resolve));
    return { ids, rows: turnIsOver.then(() => this.#read([...ids])) };
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    this.#asked = undefined;
    const generation = this.#generation;
    const rows = await this.#load(ids);
    if (generation === this.#generation) for (const [id, row] of rows) this.#rows.set(id, row);
    return rows;
  }
}

/** For load functions: rows by their id. */
export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(row => [row.id, row]));
}
