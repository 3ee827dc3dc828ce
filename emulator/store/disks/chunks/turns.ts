import { setImmediate } from 'node:timers/promises';

/** How long work may keep the event loop before others have their turn, in milliseconds. */
export const SLICE_MS = 3;

/**
 * Lets the event loop turn. Calls of the index are synchronous, so a caller that awaits one call after another would never leave the
 * queue of microtasks, and timers and sockets would wait until it is through.
 */
export class Turns {
  #last = 0;

  /** Waits for a turn of the event loop if the last one was a slice ago. */
  async next(): Promise<void> {
    if (performance.now() - this.#last < SLICE_MS) return;
    await setImmediate();
    this.#last = performance.now();
  }
}
