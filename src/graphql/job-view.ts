import { z } from 'zod';
import type { JsonObject } from '../../emulator/events/event.ts';
import { type JobRecord, jobPayload } from '../../emulator/jobs/job.ts';
import { getJob } from '../../emulator/jobs/operations.ts';
import { stepName } from '../../emulator/jobs/progress.ts';
import type { Session } from './session.ts';

const Moment = z.iso.datetime().transform(text => new Date(text));

/** A job as the schema shows it: as it stands in the database, or as an event says that it stood. */
const JobView = z.object({
  id: z.string(),
  type: z.string(),
  status: z.enum(['INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'CANCELLED']),
  progress: z.number(),
  step: z.string().nullable(),
  entities: z.custom<JsonObject>(value => typeof value === 'object' && value !== null),
  errorCode: z.string().nullable(),
  failReason: z.string().nullable(),
  parentId: z.string().nullable(),
  createdAt: Moment,
  beginAt: Moment.nullable(),
  endAt: Moment.nullable(),
});
export type JobView = z.output<typeof JobView>;

/** What an event of a job says; see jobPayload(). */
export const viewOfEvent = (payload: JsonObject): JobView => JobView.parse(payload);

export const viewOfJob = ({ cloud }: Session, job: JobRecord): JobView =>
  viewOfEvent(jobPayload(job, stepName(cloud.jobs.typeOf(job.type), job)));

/** Throws CloudError if the caller has no such job. */
export const findJob = async (session: Session, jobId: string): Promise<JobView> =>
  viewOfJob(session, await session.run(getJob, { jobId }));
