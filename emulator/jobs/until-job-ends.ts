import type { Cloud } from '../cloud.ts';
import type { CloudEvent } from '../events/event.ts';
import { isOver, type JobRecord } from './job.ts';

/** Resolves with a job when it is over; with how it stands when the signal aborts or the cloud closes, null if there is none. */
export async function untilJobEnds(cloud: Cloud, jobId: string, signal?: AbortSignal): Promise<JobRecord | null> {
  const after = cloud.tail.head;
  const stand = (): Promise<JobRecord | null> => cloud.database.read.job.findUnique({ where: { id: jobId } });
  const matches = ({ resourceType, resourceId }: CloudEvent): boolean => resourceType === 'job' && resourceId === jobId;
  const before = await stand();
  if (!before || isOver(before)) return before;
  for await (const { payload } of cloud.tail.subscribe({ audiences: 'everything', after, matches, ...(signal && { signal }) })) {
    if (isOver(payload)) break;
  }
  return stand();
}
