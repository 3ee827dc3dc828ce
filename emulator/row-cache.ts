import { LRUCache } from 'lru-cache';
import type { CloudEvent } from './events/event.ts';

/** Rows of one table that are asked for by id again and again; every event about a row makes it forget that row. */
export class RowCache<Row extends object> {
  readonly #rows: LRUCache<string, Row>;
  readonly #load: (id: string) => Promise<Row | null>;
  readonly #resourceType: string;
  /** Rises with every forgetting, so that a row that was being read meanwhile is not kept. */
  #generation = 0;

  constructor(resourceType: string, max: number, load: (id: string) => Promise<Row | null>) {
    this.#resourceType = resourceType;
    this.#rows = new LRUCache({ max });
    this.#load = load;
  }

  async get(id: string): Promise<Row | null> {
    const known = this.#rows.get(id);
    if (known) return known;
    const generation = this.#generation;
    const row = await this.#load(id);
    if (row && generation === this.#generation) this.#rows.set(id, row);
    return row;
  }

  forget(events: readonly CloudEvent[]): void {
    for (const { resourceType, resourceId } of events) {
      if (resourceType !== this.#resourceType) continue;
      this.#rows.delete(resourceId);
      this.#generation++;
    }
  }
}
