import { CloudError, type ErrorCode } from '../errors.ts';
import type { JsonObject } from '../events/event.ts';
import type { Caller } from '../identity/caller.ts';
import type { Ids } from '../ids.ts';
import type { Prisma } from '../store/generated/client.ts';
import { insertRows } from '../store/insert-rows.ts';
import { slices } from '../store/slices.ts';
import type { Clock } from '../time/clock.ts';
import type { Transaction } from '../transactions.ts';
import { type JobRecord, jobPayload } from './job.ts';
import type { JobType } from './job-type.ts';
import { stepName } from './progress.ts';

export interface JobOrder<Input> {
  readonly input: Input;
  /** What the job is about, in the service's spelling: `{ image_id, image_name }`. */
  readonly entities: JsonObject;
  /** Resources that no other job may touch meanwhile, and what a caller is told if one does. */
  readonly locks: readonly Lock[];
}

export interface Lock {
  /** `server:<id>` */
  readonly resource: string;
  readonly conflict: ErrorCode;
}

interface Ordering {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly caller: Pick<Caller, 'tenantId' | 'userId'>;
}

/** A job of which nothing has been done. */
const NEW = {
  status: 'INIT',
  progress: 0,
  step: 0,
  reverting: false,
  outputs: {},
  errorCode: null,
  failReason: null,
  cancelRequested: false,
  leaseOwner: null,
  leaseUntil: null,
  attempt: 0,
  beginAt: null,
  endAt: null,
} as const satisfies Partial<JobRecord>;

/** Records that a job is to be done, in the transaction of the operation that wants it. Throws the conflict of a lock that is held. */
export async function orderJob<Input, State extends object>(
  tx: Transaction,
  type: JobType<Input, State>,
  { input, entities, locks }: JobOrder<Input>,
  ordering: Ordering,
): Promise<JobRecord> {
  const [job] = await orderJobs(tx, type, [{ input, entities, locks }], ordering);
  if (!job) throw new Error('one order makes one job');
  return job;
}

/** Several jobs of one type, written together. With a parent they are its sub-jobs. */
export async function orderJobs<Input, State extends object>(
  tx: Transaction,
  type: JobType<Input, State>,
  orders: readonly JobOrder<Input>[],
  { ids, clock, caller }: Ordering,
  parentId: string | null = null,
): Promise<JobRecord[]> {
  await requireLocksFree(
    tx,
    orders.flatMap(({ locks }) => locks),
  );
  const createdAt = clock.now();
  const jobs = orders.map(({ input, entities }): JobRecord => {
    const who = { tenantId: caller.tenantId, userId: caller.userId };
    // A job's input is JSON: its type's schema reads it back.
    const about = { input: input as Prisma.JsonValue, entities: structuredClone(entities) as Prisma.JsonObject };
    return { ...NEW, id: ids.hex32(), type: type.name, ...who, ...about, parentId, createdAt };
  });
  await insertRows(tx.db, 'Job', jobs);
  const locks = orders.flatMap((order, index) => order.locks.map(({ resource }) => ({ resource, jobId: jobs[index]?.id ?? '' })));
  await insertRows(tx.db, 'ResourceLock', locks);
  for (const job of jobs) emitJob(tx, 'job.created', job, stepName(type, job));
  return jobs;
}

export function emitJob(tx: Transaction, kind: string, job: JobRecord, step: string | null): void {
  tx.emit({ kind, resourceType: 'job', resourceId: job.id, payload: jobPayload(job, step), audiences: [job.tenantId] });
}

/** Throws the conflict of the first lock that a job holds. The database's unique constraint would refuse too; this tells which of them it was. */
export async function requireLocksFree(tx: Transaction, locks: readonly Lock[]): Promise<void> {
  if (locks.length === 0) return;
  const held = new Set<string>();
  for (const resources of slices(locks.map(({ resource }) => resource))) {
    for (const { resource } of await tx.db.resourceLock.findMany({ where: { resource: { in: resources } } })) held.add(resource);
  }
  const first = locks.find(({ resource }) => held.has(resource));
  if (first) throw new CloudError(first.conflict);
  const seen = new Set<string>();
  for (const { resource, conflict } of locks) {
    if (seen.has(resource)) throw new CloudError(conflict);
    seen.add(resource);
  }
}
