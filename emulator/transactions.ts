import type { CloudEvent, NewEvent } from './events/event.ts';
import type { EventLog } from './events/event-log.ts';
import type { Database, TransactionClient } from './store/database.ts';
import type { Clock } from './time/clock.ts';

/** Inside a transaction: what to change, what to tell of it. */
export interface Transaction {
  readonly db: TransactionClient;
  /** Tells the log (and so every subscriber) once the transaction is committed. */
  emit(event: NewEvent): void;
  /** Runs after the commit, in order. Must not throw. */
  afterCommit(action: () => void): void;
}

type Work<T> = (tx: Transaction) => Promise<T>;

interface Waiting {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How many waiting pieces of work one commit takes at most. */
const GROUP = 24;

/**
 * All writing to the database. Work that waits while a commit is under way is committed together afterwards (group commit): the cost
 * of a transaction and of the event log's counter is shared. If one piece of a group fails, the group is rolled back and each piece
 * runs by itself, so work may run twice and must do nothing but read and write through `tx`.
 */
export class Transactions {
  readonly #database: Database;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #onCommit: (events: readonly CloudEvent[]) => void;
  #waiting: Waiting[] = [];
  #running = false;

  /** `onCommit` is told of every commit's events, in order, before anybody who waits for the commit goes on. */
  constructor(parts: { database: Database; log: EventLog; clock: Clock; onCommit: (events: readonly CloudEvent[]) => void }) {
    this.#database = parts.database;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#onCommit = parts.onCommit;
  }

  run<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: value => resolve(value as T), reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // A turn of the event loop later, so that what is ordered in one go is committed in one go.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, GROUP);
      this.#waiting = this.#waiting.slice(GROUP);
      await this.#commit(group);
    }
    this.#running = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const values = await this.#commitAll(group.map(({ work }) => work));
      for (const [index, { resolve }] of group.entries()) resolve(values[index]);
    } catch (error) {
      const [only, ...others] = group;
      if (only && others.length === 0) only.reject(error);
      else for (const one of group) await this.#commit([one]);
    }
  }

  async #commitAll(works: readonly Work<unknown>[]): Promise<unknown[]> {
    const committed = await this.#database.write(async (db, direct) => {
      const events: NewEvent[] = [];
      const actions: (() => void)[] = [];
      const tx: Transaction = { db, emit: event => events.push(event), afterCommit: action => actions.push(action) };
      const values: unknown[] = [];
      for (const work of works) values.push(await work(tx));
      const logged: CloudEvent[] = events.length > 0 ? this.#log.append(direct, events, this.#clock.now()) : [];
      return { values, logged, actions };
    });
    this.#onCommit(committed.logged);
    for (const action of committed.actions) action();
    return committed.values;
  }
}
