/** Lets few pieces of work run at once; the others wait for their turn, in order. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  readonly #atOnce: number;
  #free: number;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
    this.#free = atOnce;
  }

  /** How many wait for a turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether nothing runs and nobody waits. */
  get isIdle(): boolean {
    return this.#free === this.#atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The turn is handed on: nobody who comes now gets ahead of who waits.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
