import type { Clock } from '../time/clock.ts';

/** Slices in which the paced clock lets a step's time pass, each with its progress. */
const SLICES = 10;

interface Pacing {
  readonly report: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Lets the time pass that a step takes in the real cloud, where the clock is not `instant`. Resolves early when the signal aborts. */
export async function paceStep(clock: Clock, seconds: number, { report, signal }: Pacing): Promise<void> {
  if (clock.setting.mode === 'instant') return;
  for (let slice = 1; slice <= SLICES && !signal.aborted; slice++) {
    await clock.pace(seconds / SLICES, signal);
    report(slice, SLICES);
  }
}
