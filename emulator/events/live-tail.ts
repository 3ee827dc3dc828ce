import { type CloudEvent, EVERYONE } from './event.ts';
import type { Audiences, EventLog } from './event-log.ts';

/** Events of the recent past kept in memory for all subscribers together. */
const RING_SIZE = 4096;
const PAGE = 256;

export interface Subscription {
  readonly audiences: Audiences;
  /** Place to go on from; without one it starts with what comes next. */
  readonly after?: number;
  /** Chooses among the events that the audiences may see. */
  readonly matches?: (event: CloudEvent) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * Hands new events to subscribers. Each of them has only its own place in the log: those that keep up are served from one ring in
 * memory, those that lag read the log. So a slow subscriber costs nothing, and nobody misses an event or sees one twice.
 */
export class LiveTail {
  readonly #log: EventLog;
  /** The newest events, without a gap: oldest first, the last of them is number #head. */
  readonly #ring: CloudEvent[] = [];
  #head: number;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(log: EventLog, head: number) {
    this.#log = log;
    this.#head = head;
  }

  static async open(log: EventLog): Promise<LiveTail> {
    return new LiveTail(log, await log.head());
  }

  /** Number of the newest event that subscribers have been told of. */
  get head(): number {
    return this.#head;
  }

  /** Called after each commit, in order. */
  publish(events: readonly CloudEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#ring.push(...events);
    if (this.#ring.length > RING_SIZE * 2) this.#ring.splice(0, this.#ring.length - RING_SIZE);
    this.#head = last.sequence;
    this.#wakeAll();
  }

  /** Ends every subscription. */
  close(): void {
    this.#closed = true;
    this.#wakeAll();
  }

  async *subscribe({ audiences, after, matches, signal }: Subscription): AsyncGenerator<CloudEvent, void, void> {
    let place = after ?? this.#head;
    const sees = (event: CloudEvent): boolean => isAudience(audiences, event) && (matches?.(event) ?? true);
    // A place in the future or in the forgotten past is refused at once, not when the next event comes.
    if (after !== undefined && after !== this.#head) await this.#log.readAfter(place, [], 1);
    while (!this.#closed && !signal?.aborted) {
      if (place >= this.#head) {
        await this.#next(signal);
        continue;
      }
      const { events, upTo } = await this.#readAfter(place, audiences);
      for (const event of events) {
        if (signal?.aborted || this.#closed) return;
        place = event.sequence;
        if (sees(event)) yield event;
      }
      place = upTo;
    }
  }

  /** What comes after a place, and the place that is reached when all of it has been looked at. */
  async #readAfter(place: number, audiences: Audiences): Promise<{ events: readonly CloudEvent[]; upTo: number }> {
    const oldest = this.#ring[0]?.sequence ?? Number.POSITIVE_INFINITY;
    if (place + 1 >= oldest) {
      const events = this.#ring.slice(place + 1 - oldest, place + 1 - oldest + PAGE);
      return { events, upTo: events.at(-1)?.sequence ?? this.#head };
    }
    const head = this.#head;
    const events = await this.#log.readAfter(place, audiences, PAGE);
    const last = events.at(-1);
    return { events, upTo: events.length === PAGE && last ? last.sequence : Math.max(head, last?.sequence ?? 0) };
  }

  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

function isAudience(audiences: Audiences, event: CloudEvent): boolean {
  return audiences === 'everything' || event.audiences.some(of => of === EVERYONE || audiences.includes(of));
}
