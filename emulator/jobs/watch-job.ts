import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { commonErrors } from '../errors.ts';
import { decodeCursor } from '../events/cursor.ts';
import type { JsonObject } from '../events/event.ts';
import { audiencesOf, type Caller } from '../identity/caller.ts';
import { defineOperation } from '../operation.ts';
import { isOver, type JobRecord, jobPayload } from './job.ts';
import { jobErrors, visibleJob } from './operations.ts';
import { stepName } from './progress.ts';

/** How a job stood at one place of the event log. */
export interface JobUpdate {
  /** The place. */
  readonly sequence: number;
  readonly at: Date;
  /** `job.progress`, …; `job.state` for the state that a watch without a place begins with. */
  readonly kind: string;
  /** As in jobPayload(). */
  readonly job: JsonObject;
  /** The sub-job whose change this is; null if it is the job's own. */
  readonly subJob: JsonObject | null;
  /** Percent of the whole, also within sub-jobs: the job itself only counts those that are over. Never goes back. */
  readonly progress: number;
}

const STATE = 'job.state';
/** As in emitJob(). */
const JOB = 'job';

/**
 * A job until it is over. Without a place it begins with how the job stands, so that nobody waits for what has passed; with one it goes
 * on after it. What an update says is what the log says, not what has become of the job since.
 */
export const watchJob = defineOperation({
  name: 'jobs.watch',
  permission: 'jobs:jobs:get',
  access: 'read',
  input: z.object({
    jobId: z.string(),
    after: z.string().nullish(),
    signal: z.instanceof(AbortSignal).optional(),
  }),
  errors: [jobErrors.jobNotFound, commonErrors.badCursor, commonErrors.cursorTooOld],
  async run({ cloud, caller, input: { jobId, after, signal } }): Promise<AsyncGenerator<JobUpdate, void, void>> {
    const job = await visibleJob(cloud, caller, jobId);
    const place = after ? decodeCursor(cloud.id, after) : undefined;
    return updates({ cloud, caller, job, place, signal });
  },
});

interface Watch {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly job: JobRecord;
  readonly place: number | undefined;
  readonly signal: AbortSignal | undefined;
}

async function* updates({ cloud, caller, job, place, signal }: Watch): AsyncGenerator<JobUpdate, void, void> {
  const from = place ?? cloud.tail.head;
  const before = await cloud.events.latestOf({ resourceType: JOB, resourceId: job.id }, from);
  // Where the log has forgotten the job's last change, nothing has changed since.
  let state = before?.payload ?? jobPayload(job, stepName(cloud.jobs.typeOf(job.type), job));
  const whole = await WholeProgress.of(cloud, job.id);
  if (place === undefined) {
    yield { sequence: from, at: cloud.clock.now(), kind: STATE, job: state, subJob: null, progress: whole.after(state) };
  }
  if ((before || place === undefined) && isOver(state)) return;

  const events = cloud.tail.subscribe({
    audiences: audiencesOf(caller),
    after: from,
    matches: ({ resourceType, resourceId, payload }) =>
      resourceType === JOB && (resourceId === job.id || payload.parentId === job.id),
    ...(signal && { signal }),
  });
  for await (const { sequence, at, kind, payload, resourceId } of events) {
    const isOwn = resourceId === job.id;
    if (isOwn) state = payload;
    yield { sequence, at, kind, job: state, subJob: isOwn ? null : payload, progress: whole.after(payload) };
    if (isOwn && isOver(payload)) return;
  }
}

/** Adds up the progress of a job and its sub-jobs, which are all there from the job's beginning. */
class WholeProgress {
  readonly #jobId: string;
  readonly #subJobs: Map<string, number>;
  #highest = 0;

  private constructor(jobId: string, subJobs: Map<string, number>) {
    this.#jobId = jobId;
    this.#subJobs = subJobs;
  }

  static async of(cloud: Cloud, jobId: string): Promise<WholeProgress> {
    const subJobs = await cloud.database.read.job.findMany({ where: { parentId: jobId }, select: { id: true } });
    return new WholeProgress(jobId, new Map(subJobs.map(({ id }) => [id, 0])));
  }

  /** The progress when the job or a sub-job has come to this state. */
  after({ id, progress }: JsonObject): number {
    const percent = typeof progress === 'number' ? progress : 0;
    if (id === this.#jobId) {
      this.#highest = Math.max(this.#highest, percent);
      return this.#highest;
    }
    this.#subJobs.set(String(id), percent);
    const sum = [...this.#subJobs.values()].reduce((total, one) => total + one, 0);
    // 100 is for the job itself to say.
    this.#highest = Math.max(this.#highest, Math.min(99, Math.floor(sum / this.#subJobs.size)));
    return this.#highest;
  }
}
