import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is looked at, in milliseconds: a sample is this plus the delay. */
const RESOLUTION = 5;

/** The longest time that the event loop of this process was kept from its work, from the making of this on. */
export class LoopPauses {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.#delay.enable();
  }

  /** In milliseconds; ends the watch. */
  longestMs(): number {
    this.#delay.disable();
    return Math.max(0, this.#delay.max / 1e6 - RESOLUTION);
  }
}
