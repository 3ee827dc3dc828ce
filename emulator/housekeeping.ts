import type { Logger } from 'pino';
import type { EventLog } from './events/event-log.ts';
import type { Database } from './store/database.ts';
import type { Clock } from './time/clock.ts';

interface Parts {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Events that the log keeps at least. */
  readonly eventsKept: number;
}

/** In milliseconds of real time. */
const INTERVAL = 3_600_000;
/** For this long an expired token is told that it has expired, not that it is unknown; in milliseconds. */
const EXPIRED_TOKEN_KEPT = 7 * 24 * 3_600_000;
/** Events are forgotten in slices of this share of what is kept, so that no commit waits long for it. */
const SLICE = 0.01;
const SMALLEST_SLICE = 100;

/** Forgets what nobody can ask for any more: events beyond those kept, expired tokens and idempotency keys. */
export class Housekeeping {
  readonly #parts: Parts;
  readonly #slice: number;
  readonly #timer: NodeJS.Timeout;
  /** Number of the newest event when events were last forgotten. */
  #prunedAt = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#slice = Math.max(SMALLEST_SLICE, Math.floor(parts.eventsKept * SLICE));
    this.#timer = setInterval(() => this.#do(() => this.#forgetExpired()), INTERVAL).unref();
    this.#do(() => this.#forgetExpired());
  }

  /** To be called after each commit with the number of the newest event. */
  noteHead(head: number): void {
    if (head - this.#prunedAt < this.#slice) return;
    this.#prunedAt = head;
    this.#do(() => this.#parts.events.prune(this.#parts.eventsKept));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'housekeeping failed'));
  }

  async #forgetExpired(): Promise<void> {
    const now = this.#parts.clock.now();
    const longExpired = new Date(now.getTime() - EXPIRED_TOKEN_KEPT);
    await this.#parts.database.write(async tx => {
      await tx.idempotencyKey.deleteMany({ where: { expiresAt: { lt: now } } });
      await tx.token.deleteMany({ where: { expiresAt: { lt: longExpired } } });
    });
  }
}
