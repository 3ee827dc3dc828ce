/** When what ended by itself is started again: at once, and after growing pauses where it does not last. */
import { setTimeout } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** What ran for so long has lasted. */
const LASTING_MS = 60_000;

export interface RestartsOptions {
  /** In milliseconds, since any moment. */
  readonly now?: () => number;
  /** Rejects when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export class Restarts {
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #last = new Map<string, { at: number; pause: number }>();
  readonly #coming = new Map<string, AbortController>();

  constructor({ now = () => performance.now(), sleep = sleepFor }: RestartsOptions = {}) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Waits until it is time to start something again that has just ended. False if that was called off meanwhile. */
  async due(id: string): Promise<boolean> {
    const pause = this.#pause(id);
    const coming = new AbortController();
    this.#coming.get(id)?.abort();
    this.#coming.set(id, coming);
    try {
      await this.#sleep(pause, coming.signal);
    } catch (error) {
      if (!coming.signal.aborted) throw error;
    }
    if (coming.signal.aborted) return false;
    this.#coming.delete(id);
    this.#last.set(id, { at: this.#now(), pause });
    return true;
  }

  /** Calls off a start that is to come; the next is at once again. */
  forget(id: string): void {
    this.#coming.get(id)?.abort();
    this.#coming.delete(id);
    this.#last.delete(id);
  }

  forgetAll(): void {
    for (const id of [...this.#coming.keys(), ...this.#last.keys()]) this.forget(id);
  }

  #pause(id: string): number {
    const last = this.#last.get(id);
    if (last === undefined || this.#now() - last.at >= LASTING_MS) return 0;
    return Math.min(Math.max(2 * last.pause, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
  }
}

async function sleepFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal, ref: false });
}
