import type { JobRecord } from './job.ts';

interface Weighted {
  readonly steps: readonly { readonly name: string; readonly weight: number }[];
}

/** Progress in percent: the weights of the finished steps and the fraction of the one that runs. 100 only when all are finished. */
export function progressOf({ steps }: Weighted, finished: number, fraction = 0): number {
  const total = steps.reduce((sum, { weight }) => sum + weight, 0);
  const done = steps.slice(0, finished).reduce((sum, { weight }) => sum + weight, 0);
  const running = (steps[finished]?.weight ?? 0) * Math.min(Math.max(fraction, 0), 1);
  return finished >= steps.length ? 100 : Math.min(99, Math.floor((100 * (done + running)) / total));
}

/** Name of the step that a job is at; null when it is over or has none. */
export function stepName(type: Weighted | undefined, job: Pick<JobRecord, 'step'>): string | null {
  return type?.steps[job.step]?.name ?? null;
}
