import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import type { Caller } from '../identity/caller.ts';
import { type JobOrder, orderJob, orderJobs } from '../jobs/job-orders.ts';
import { defineJob, type JobType } from '../jobs/job-type.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';

/** The job over a batch: it has no steps of its own and ends with its last sub-job. Source: compute 2.2. */
export function defineBatch(name: string): JobType<Record<string, never>, Record<string, never>> {
  const nothing = z.strictObject({});
  return defineJob({ name, queue: 'light', input: nothing, state: nothing, errors: [], resources: () => [], steps: [] });
}

export interface Batch<Input extends { serverId: string }, State extends object> {
  readonly batch: ReturnType<typeof defineBatch>;
  readonly single: JobType<Input, State>;
  readonly inputs: readonly Input[];
}

/**
 * Orders a job with a sub-job for each server, also where it is only one, for clients read `entities.sub_jobs[0]`. Each sub-job holds its
 * server until it is over. Throws `serverBusy` if another job holds one. Returns the id of the parent.
 */
export async function orderBatch<Input extends { serverId: string }, State extends object>(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  { batch, single, inputs }: Batch<Input, State>,
): Promise<string> {
  const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
  const parent = await orderJob(tx, batch, { input: {}, entities: {}, locks: [] }, ordering);
  const orders = inputs.map(input => orderFor(input));
  const subJobs = await orderJobs(tx, single, orders, ordering, parent.id);
  tx.afterCommit(() => cloud.jobs.take(subJobs));
  return parent.id;
}

/** A job about one server. */
export function orderFor<Input extends { serverId: string }>(input: Input): JobOrder<Input> {
  const { serverId } = input;
  return { input, entities: { server_id: serverId }, locks: [serverLock(serverId)] };
}

export function serverLock(serverId: string): { resource: string; conflict: typeof errors.serverBusy } {
  return { resource: `server:${serverId}`, conflict: errors.serverBusy };
}
