/**
 * The cloud's time. It stamps records, lets tokens expire and paces jobs.
 *
 * - `instant`: real time, and nothing waits for show.
 * - `paced`: real time; the steps of jobs take the times of their tables, times a factor.
 * - `virtual`: stands still until it is advanced; what waits goes on when its time has come.
 */
export type ClockMode = 'instant' | 'paced' | 'virtual';

export interface ClockSetting {
  readonly mode: ClockMode;
  /** For `paced`: 1 is the table's time, 0.1 a tenth of it. */
  readonly factor: number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export class Clock {
  #setting: ClockSetting;
  /** Virtual time in ms since 1970, while the mode is `virtual`. */
  #virtualNow = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(setting: ClockSetting = { mode: 'instant', factor: 1 }) {
    this.#setting = setting;
    this.#virtualNow = Date.now();
  }

  get setting(): ClockSetting {
    return this.#setting;
  }

  now(): Date {
    return new Date(this.#setting.mode === 'virtual' ? this.#virtualNow : Date.now());
  }

  /** Changes the mode. Virtual time begins at the present; whatever waits under the old mode goes on at once. */
  configure(setting: ClockSetting): void {
    if (setting.mode === 'virtual' && this.#setting.mode !== 'virtual') this.#virtualNow = Date.now();
    this.#setting = setting;
    for (const sleeper of [...this.#sleepers]) sleeper.wake();
  }

  /**
   * Waits as the mode says for something that takes `seconds` on the real cloud; resolves early when the signal aborts or the mode
   * changes.
   */
  async pace(seconds: number, signal?: AbortSignal): Promise<void> {
    const { mode, factor } = this.#setting;
    if (mode === 'instant' || seconds <= 0 || signal?.aborted) return;
    const ms = seconds * 1000 * (mode === 'paced' ? factor : 1);
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#sleepers.delete(sleeper);
        resolve();
      };
      const sleeper: Sleeper = { due: this.now().getTime() + ms, wake };
      const timer = mode === 'paced' ? setTimeout(wake, ms) : undefined;
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Moves virtual time on and wakes what was due by then, in order. Does nothing in the other modes. */
  advance(ms: number): void {
    if (this.#setting.mode !== 'virtual' || ms <= 0) return;
    this.#virtualNow += ms;
    const due = [...this.#sleepers].filter(sleeper => sleeper.due <= this.#virtualNow).sort((a, b) => a.due - b.due);
    for (const sleeper of due) sleeper.wake();
  }

  /** Milliseconds until the next thing that waits in virtual time; undefined if nothing does. */
  untilNext(): number | undefined {
    if (this.#setting.mode !== 'virtual' || this.#sleepers.size === 0) return undefined;
    return Math.max(0, Math.min(...[...this.#sleepers].map(({ due }) => due)) - this.#virtualNow);
  }
}
