import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { MIB } from '../units.ts';
import type { Result } from './checkpoint-worker.mjs';

/** Commits between two looks at the size of the log. */
const COMMITS = 64;
/** A log that has grown by so much is checkpointed in the background (SQLite's own default: 1,000 pages of 4 KiB). */
const WORTH_IT = 4 * MIB;
/** So large it only gets where writers never pause, or no worker can start; then the one who writes has to wait. */
const TOO_LARGE = 64 * MIB;

/**
 * Checkpoints of a SQLite database in WAL mode, in a worker thread.
 *
 * SQLite checkpoints within a commit, on the thread that commits, and forces the database to the device there: a pause of the event
 * loop of 36 ms (measured) every few hundred commits. The log itself is not forced at a commit (`synchronous = NORMAL`), so nothing
 * becomes less durable by moving this. A process that is killed leaves the log, and SQLite goes on with it.
 */
export class BackgroundCheckpoints {
  readonly #db: Database;
  #commits = 0;
  /** How much of the log as it is now has been checkpointed, in bytes. */
  #covered = 0;
  #running: Promise<void> | undefined;

  /** The database is in WAL mode, not locked exclusively, and written through this connection. */
  constructor(db: Database) {
    this.#db = db;
    db.pragma('wal_autocheckpoint = 0');
    // When all of the log is in the database the next commit begins it anew; only if it is cut off then can one see that it did.
    db.pragma('journal_size_limit = 0');
  }

  /** To be called after each commit. */
  committed(): void {
    this.#commits += 1;
    if (this.#commits % COMMITS !== 0) return;
    const size = statSync(`${this.#db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (size < this.#covered) this.#covered = 0;
    if (size >= TOO_LARGE) {
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } else if (size - this.#covered >= WORTH_IT && this.#running === undefined) {
      this.#covered = size;
      this.#running = this.#checkpoint();
    }
  }

  /** Resolves when no worker has the database open any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Never fails: a checkpoint that was not possible is made up for by the next. */
  async #checkpoint(): Promise<void> {
    const worker = new Worker(new URL('./checkpoint-worker.mjs', import.meta.url), { workerData: this.#db.name });
    await new Promise<void>(resolve => {
      worker.once('message', ({ log, checkpointed }: Result) => {
        // The next commit will begin the log anew.
        if (log === checkpointed) this.#covered = 0;
      });
      worker.once('error', () => undefined);
      worker.once('exit', () => resolve());
    });
    this.#running = undefined;
  }
}
