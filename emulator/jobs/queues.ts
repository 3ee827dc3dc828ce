import type { QueueName } from './job-type.ts';

/**
 * How many jobs of a kind run at once. Launches: 4 was measured best on two cores; beyond that only the wait grows. Bulk work reads
 * whole disks. Light work only touches the database. Copies share bytes at once, for which nobody should have to wait while he is kept from
 * his server; reading what was copied has turns of its own (`Cloud.wholeDiskReads`), so most of these jobs only wait.
 */
export const QUEUE_LIMITS: Readonly<Record<QueueName, number>> = { light: 24, launch: 4, copy: 100, bulk: 2 };

/** Runs what is handed in, first come first served, a limited number at once. */
export class WorkQueue {
  readonly #limit: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The work must not reject. */
  push(work: () => Promise<void>): void {
    this.#waiting.push(work);
    this.#next();
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #next(): void {
    while (this.#running < this.#limit) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      this.#running++;
      void work().finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }
}
