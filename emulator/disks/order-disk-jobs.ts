import type { Cloud } from '../cloud.ts';
import type { Caller } from '../identity/caller.ts';
import { type JobOrder, orderJob, orderJobs } from '../jobs/job-orders.ts';
import type { JobType } from '../jobs/job-type.ts';
import type { defineBatch } from '../servers/order-batch.ts';
import type { Transaction } from '../transactions.ts';

interface DiskJobs<Input, State extends object> {
  /** For one disk: clients read its id from the job itself. */
  readonly single: JobType<Input, State>;
  /** For several: a job over them, with a sub-job for each. */
  readonly batch: ReturnType<typeof defineBatch>;
  readonly part: JobType<Input, State>;
  readonly orders: readonly JobOrder<Input>[];
}

/** Orders a job for one disk, or a batch for several. Returns the id of the job. Source: compute 4.6. */
export async function orderDiskJobs<Input, State extends object>(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  { single, batch, part, orders }: DiskJobs<Input, State>,
): Promise<string> {
  const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
  const [only, ...others] = orders;
  if (only && others.length === 0) {
    const job = await orderJob(tx, single, only, ordering);
    tx.afterCommit(() => cloud.jobs.take([job]));
    return job.id;
  }
  const parent = await orderJob(tx, batch, { input: {}, entities: {}, locks: [] }, ordering);
  const subJobs = await orderJobs(tx, part, orders, ordering, parent.id);
  tx.afterCommit(() => cloud.jobs.take(subJobs));
  return parent.id;
}
