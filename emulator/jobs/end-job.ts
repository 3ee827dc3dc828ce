import type { Cloud } from '../cloud.ts';
import type { Transaction } from '../transactions.ts';
import type { JobRecord } from './job.ts';
import type { JobFailure } from './job-failure.ts';
import { emitJob } from './job-orders.ts';
import { finishParent } from './parent-job.ts';

/** Ends a job without success: what it held is free, and a batch hears of it. Takes neither its type nor its input, which may be unreadable. */
export async function endInFailure(
  tx: Transaction,
  cloud: Cloud,
  id: string,
  { code, message, status }: JobFailure & { readonly status: 'FAIL' | 'CANCELLED' },
): Promise<void> {
  const data = {
    status,
    errorCode: code,
    failReason: message,
    endAt: cloud.clock.now(),
    leaseOwner: null,
    leaseUntil: null,
  } as const;
  const over = await tx.db.job.update({ where: { id }, data });
  emitJob(tx, 'job.failed', over, null);
  await releaseJob(tx, cloud, over);
}

/** Lets go of what a job that is over held. */
export async function releaseJob(tx: Transaction, cloud: Cloud, job: Pick<JobRecord, 'id' | 'parentId'>): Promise<void> {
  await tx.db.resourceLock.deleteMany({ where: { jobId: job.id } });
  if (job.parentId) await finishParent(tx, cloud, job.parentId);
}
