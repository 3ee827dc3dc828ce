import type { Cloud } from '../../emulator/cloud.ts';
import { isOver, type JobRecord } from '../../emulator/jobs/job.ts';

/** A job that ended otherwise than was hoped for. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly job: JobRecord;
  /** The documented code. */
  readonly code: string | null;

  constructor(job: JobRecord) {
    super(`job ${job.type} ended with ${job.status}: ${job.errorCode ?? ''} ${job.failReason ?? ''}`.trimEnd());
    this.job = job;
    this.code = job.errorCode;
  }
}

export interface WaitOptions {
  /** Milliseconds of real time; default 60,000. */
  readonly timeoutMs?: number;
}

/** Waits until a job is over, whatever its end. Rejects when the time is up. */
export async function waitUntilOver(cloud: Cloud, jobId: string, { timeoutMs = 60_000 }: WaitOptions = {}): Promise<JobRecord> {
  const signal = AbortSignal.timeout(timeoutMs);
  const changes = cloud.tail.subscribe({
    audiences: 'everything',
    after: cloud.tail.head,
    matches: ({ resourceType, resourceId }) => resourceType === 'job' && resourceId === jobId,
    signal,
  });
  for (;;) {
    const job = await cloud.database.read.job.findUniqueOrThrow({ where: { id: jobId } });
    if (isOver(job)) {
      await changes.return();
      return job;
    }
    await changes.next();
    if (signal.aborted)
      throw new Error(`job ${job.type} is still ${job.status} at ${job.progress} % (step ${job.step}) after ${timeoutMs} ms`);
  }
}

/** Waits for success. Rejects with JobFailedError. */
export async function waitForJob(cloud: Cloud, jobId: string, options: WaitOptions = {}): Promise<JobRecord> {
  const job = await waitUntilOver(cloud, jobId, options);
  if (job.status !== 'SUCCESS') throw new JobFailedError(job);
  return job;
}
