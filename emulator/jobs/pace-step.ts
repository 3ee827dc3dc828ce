import type { Clock } from '../time/clock.ts';

/** Slices in which the paced clock lets a step's time pass, each with its progress. */
const SLICES = 10;

interface Pacing {
  readonly report: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets the time pass that a step takes in the real cloud, where the clock is not `instant`. Resolves early when the signal aborts. With the end
 * of the step before, and answers with that of this one: see Clock.pace().
 */
export async function paceStep(
  clock: Clock,
  seconds: number,
  { report, signal }: Pacing,
  since: number | undefined,
): Promise<number | undefined> {
  if (clock.setting.mode === 'instant') return undefined;
  let end = since;
  for (let slice = 1; slice <= SLICES && !signal.aborted; slice++) {
    end = await clock.pace(seconds / SLICES, signal, end);
    report(slice, SLICES);
  }
  return end;
}
