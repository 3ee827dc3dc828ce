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
}

const STATE = 'job.state';

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
    /** Whether changes of its sub-jobs are told too. */
    subJobs: z.boolean().nullish(),
    signal: z.instanceof(AbortSignal).optional(),
  }),
  errors: [jobErrors.jobNotFound, commonErrors.badCursor, commonErrors.cursorTooOld],
  async run({ cloud, caller, input: { jobId, after, subJobs, signal } }): Promise<AsyncGenerator<JobUpdate, void, void>> {
    const job = await visibleJob(cloud, caller, jobId);
    const place = after ? decodeCursor(cloud.id, after) : undefined;
    return updates({ cloud, caller, job, place, subJobs: subJobs ?? false, signal });
  },
});

interface Watch {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly job: JobRecord;
  readonly place: number | undefined;
  readonly subJobs: boolean;
  readonly signal: AbortSignal | undefined;
}

async function* updates({ cloud, caller, job, place, subJobs, signal }: Watch): AsyncGenerator<JobUpdate, void, void> {
  const from = place ?? cloud.tail.head;
  const before = await cloud.events.latestOf(job.id, from);
  // Where the log has forgotten the job's last change, nothing has changed since.
  let state = before?.payload ?? jobPayload(job, stepName(cloud.jobs.typeOf(job.type), job));
  if (place === undefined) yield { sequence: from, at: cloud.clock.now(), kind: STATE, job: state, subJob: null };
  if ((before || place === undefined) && isOver(state)) return;

  const matches = ({ resourceId, payload }: { resourceId: string; payload: JsonObject }): boolean =>
    resourceId === job.id || (subJobs && payload['parentId'] === job.id);
  for await (const event of cloud.tail.subscribe({
    audiences: audiencesOf(caller),
    after: from,
    matches,
    ...(signal && { signal }),
  })) {
    const { sequence, at, kind, payload, resourceId } = event;
    const isOwn = resourceId === job.id;
    if (isOwn) state = payload;
    yield { sequence, at, kind, job: state, subJob: isOwn ? null : payload };
    if (isOwn && isOver(payload)) return;
  }
}
