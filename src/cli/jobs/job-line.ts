import { isOver, type Job, type JobProgress } from '../queries/jobs.ts';
import type { JobLine } from './job-display.ts';

const WORDS: Readonly<Record<Job['status'], string>> = {
  INIT: 'waiting',
  RUNNING: 'running',
  SUCCESS: 'done',
  FAIL: 'failed',
  CANCELLED: 'cancelled',
};

/** A job's line: its step; that of the part that moves where it has none of its own. */
export function jobLine({ job, subJob, progress }: JobProgress): JobLine {
  const { uuid: id, type, status } = job;
  const words = isOver(job) || job.step !== null || subJob === null ? stepOf(job) : `${subjectOf(subJob)}: ${stepOf(subJob)}`;
  return { id, type, status, progress, words };
}

function stepOf(job: Job): string {
  if (isOver(job)) return WORDS[job.status];
  // An error before the end: what was done is being taken back.
  return `${job.error ? 'taking back: ' : ''}${job.step ?? WORDS[job.status]}`;
}

/** Sub-jobs are about one thing each. */
function subjectOf({ entities, type }: Job): string {
  const names = [entities.server_name, entities.image_name, entities.server_id, entities.image_id];
  return names.find(name => typeof name === 'string') ?? type;
}
