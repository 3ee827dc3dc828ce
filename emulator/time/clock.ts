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
  /** Whether somebody waits for show: the virtual clock is moved on to its end where nothing else goes on. */
  readonly isPacing: boolean;
  readonly wake: () => void;
}

/** In ms: timers take no longer ones. */
const LONGEST_TIMER = 2 ** 31 - 1;

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
   * Waits as the mode says for something that takes `seconds` on the real cloud; resolves early when the signal aborts or the mode changes. It
   * begins now, or in virtual time at `since`, when what it follows ended: that time may have been moved on much further since. Answers with its
   * own end, in ms since 1970.
   */
  async pace(seconds: number, signal?: AbortSignal, since?: number): Promise<number> {
    const { mode, factor } = this.#setting;
    const now = this.now().getTime();
    const begin = mode === 'virtual' && since !== undefined ? Math.min(since, now) : now;
    if (mode === 'instant' || seconds <= 0 || signal?.aborted) return begin;
    const ms = seconds * 1000 * (mode === 'paced' ? factor : 1);
    const due = begin + ms;
    if (due > now) await this.#sleep({ due, isPacing: true, realMs: mode === 'paced' ? ms : undefined }, signal);
    return due;
  }

  /**
   * Waits until it is a certain time, for ever without one; resolves early when the signal aborts or the mode changes, and may do so without
   * a reason: whoever waits looks at the clock again. Advancing virtual time makes things due; nobody advances it for their sake.
   */
  async until(time: Date | undefined, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const due = time?.getTime() ?? Number.POSITIVE_INFINITY;
    const left = due - this.now().getTime();
    if (left <= 0) return;
    const realMs = this.#setting.mode === 'virtual' ? undefined : Math.min(left, LONGEST_TIMER);
    await this.#sleep({ due, isPacing: false, realMs }, signal);
  }

  /** With a span of real time it ends then, else when virtual time is moved on so far. */
  #sleep({ due, isPacing, realMs }: Omit<Sleeper, 'wake'> & { realMs: number | undefined }, signal?: AbortSignal): Promise<void> {
    return new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#sleepers.delete(sleeper);
        resolve();
      };
      const sleeper: Sleeper = { due, isPacing, wake };
      const timer = realMs === undefined ? undefined : setTimeout(wake, realMs);
      // What is only due some day keeps no process alive.
      if (!isPacing) timer?.unref();
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

  /** Milliseconds until the next thing that waits for show in virtual time; undefined if nothing does. */
  untilNext(): number | undefined {
    const pacing = [...this.#sleepers].filter(({ isPacing }) => isPacing);
    if (this.#setting.mode !== 'virtual' || pacing.length === 0) return undefined;
    return Math.max(0, Math.min(...pacing.map(({ due }) => due)) - this.#virtualNow);
  }
}
