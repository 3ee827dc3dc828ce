import type { JsonObject } from '../events/event.ts';
import type { Job as JobRow } from '../store/generated/client.ts';

/** A job as it stands in the database. Progress is 0 to 100. */
export type JobRecord = JobRow;

/** The end of a job's life: nothing changes any more. */
export function isOver({ status }: { readonly status?: unknown }): boolean {
  return status === 'SUCCESS' || status === 'FAIL' || status === 'CANCELLED';
}

/** What an event says of a job: all that a progress bar needs. Times are ISO 8601. */
export function jobPayload(job: JobRecord, stepName: string | null): JsonObject {
  return {
    id: job.id,
    type: job.type,
    status: job.status,
    progress: job.progress,
    step: stepName,
    entities: objectOf(job.entities),
    errorCode: job.errorCode,
    failReason: job.failReason,
    parentId: job.parentId,
    createdAt: job.createdAt.toISOString(),
    beginAt: job.beginAt?.toISOString() ?? null,
    endAt: job.endAt?.toISOString() ?? null,
  };
}

export function objectOf(value: JobRow['entities']): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
