import { CloudError, commonErrors } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { DirectWrites } from '../store/direct-writes.ts';
import type { Prisma } from '../store/generated/client.ts';
import type { CloudEvent, JsonObject, NewEvent } from './event.ts';

const SEQUENCE = 'event';
const FLOOR = 'event-floor';

/** Audiences whose events are asked for; `everything` is the administrator's view. */
export type Audiences = readonly string[] | 'everything';

/** The log of all that changed: appended to in the transaction of the change, read from any place on. */
export class EventLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Appends events in the caller's transaction, as its last act: numbers are in the order of commits. */
  append(direct: DirectWrites, events: readonly NewEvent[], at: Date): CloudEvent[] {
    const first = direct.raiseCounter(SEQUENCE, events.length) - events.length + 1;
    const rows = events.map((event, index) => ({ ...event, at, sequence: first + index }));
    const columns = rows.map(({ sequence, at, kind, resourceType, resourceId, payload }) => {
      return { sequence, at, kind, resourceType, resourceId, payload };
    });
    direct.insert('Event', columns);
    const audiences = rows.flatMap(row => [...new Set(row.audiences)].map(audience => ({ audience, sequence: row.sequence })));
    direct.insert('EventAudience', audiences);
    return rows;
  }

  /** Number of the newest event, 0 if there is none. */
  async head(): Promise<number> {
    return (await this.#database.read.counter.findUnique({ where: { name: SEQUENCE } }))?.value ?? 0;
  }

  /**
   * Events after a place, oldest first. Throws CloudError `cursorTooOld` if some of them are not kept any more, `badCursor` for a
   * place that has not been reached yet.
   */
  async readAfter(sequence: number, audiences: Audiences, limit: number): Promise<CloudEvent[]> {
    await this.#requireReachable(sequence);
    const rows = await this.#database.read.event.findMany({
      where: { sequence: { gt: sequence }, ...audienceWhere(audiences) },
      orderBy: { sequence: 'asc' },
      take: limit,
      include: { audiences: true },
    });
    return rows.map(({ audiences: of, payload, ...row }) => ({
      ...row,
      payload: toObject(payload),
      audiences: of.map(({ audience }) => audience),
    }));
  }

  /** The place before the oldest event that is kept. */
  async floor(): Promise<number> {
    return (await this.#database.read.counter.findUnique({ where: { name: FLOOR } }))?.value ?? 0;
  }

  /**
   * The last event about a resource up to a place: how things stood there. Undefined if none is kept, or none for these audiences. It takes the
   * type, too: a key pair's id is a name that somebody chose.
   */
  async latestOf(
    { resourceType, resourceId }: Pick<CloudEvent, 'resourceType' | 'resourceId'>,
    upTo: number,
    audiences: Audiences = 'everything',
  ): Promise<Pick<CloudEvent, 'sequence' | 'payload'> | undefined> {
    const row = await this.#database.read.event.findFirst({
      where: { resourceType, resourceId, sequence: { lte: upTo }, ...audienceWhere(audiences) },
      orderBy: { sequence: 'desc' },
    });
    return row ? { sequence: row.sequence, payload: toObject(row.payload) } : undefined;
  }

  /** Forgets all but the newest `keep` events. */
  async prune(keep: number): Promise<void> {
    const floor = (await this.head()) - keep;
    if (floor <= 0) return;
    await this.#database.write(async tx => {
      await tx.counter.upsert({ where: { name: FLOOR }, create: { name: FLOOR, value: floor }, update: { value: floor } });
      await tx.eventAudience.deleteMany({ where: { sequence: { lte: floor } } });
      await tx.event.deleteMany({ where: { sequence: { lte: floor } } });
    });
  }

  async #requireReachable(sequence: number): Promise<void> {
    const marks = await this.#database.read.counter.findMany({ where: { name: { in: [SEQUENCE, FLOOR] } } });
    const mark = (name: string): number => marks.find(counter => counter.name === name)?.value ?? 0;
    if (sequence < mark(FLOOR)) throw new CloudError(commonErrors.cursorTooOld, { field: 'after' });
    if (sequence > mark(SEQUENCE)) throw new CloudError(commonErrors.badCursor, { field: 'after' });
  }
}

function audienceWhere(audiences: Audiences): Prisma.EventWhereInput {
  return audiences === 'everything' ? {} : { audiences: { some: { audience: { in: [...audiences] } } } };
}

function toObject(value: Prisma.JsonValue): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
