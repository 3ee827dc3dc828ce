import { setImmediate } from 'node:timers/promises';

/** How long work may keep the event loop before others have their turn, in milliseconds. */
const SLICE_MS = 3;
/** Pieces of work in one slice: many that come at once look at the time before any of them has taken any. */
const PER_SLICE = 16;

/**
 * Lets the event loop turn. Calls of SQLite are synchronous, so a caller that awaits one call after another would never leave the queue of
 * microtasks, and timers and sockets would wait until it is through.
 */
export class Turns {
  #began = 0;
  #taken = 0;
  #last: Promise<void> = Promise.resolve();

  /** Goes on at once while the slice lasts; after that, whoever waits goes on in a turn of its own, in the order of coming. */
  async next(): Promise<void> {
    if (performance.now() - this.#began >= SLICE_MS || this.#taken >= PER_SLICE) {
      this.#last = this.#last.then(() => setImmediate());
      await this.#last;
      this.#began = performance.now();
      this.#taken = 0;
    }
    this.#taken += 1;
  }
}
