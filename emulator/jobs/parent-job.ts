import type { Cloud } from '../cloud.ts';
import type { Transaction } from '../transactions.ts';
import { emitJob } from './job-orders.ts';

/**
 * Ends a batch with the last of its sub-jobs: it succeeds when all of them have succeeded, else it fails with the first failure's code.
 * Its progress until then is kept by ParentProgress.
 */
export async function finishParent(tx: Transaction, cloud: Cloud, parentId: string): Promise<void> {
  const groups = await tx.db.job.groupBy({ by: ['status'], where: { parentId }, _count: true });
  const count = (...statuses: string[]): number =>
    groups.filter(({ status }) => statuses.includes(status)).reduce((sum, group) => sum + group._count, 0);
  const all = count('INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'CANCELLED');
  const over = count('SUCCESS', 'FAIL', 'CANCELLED');
  const failed = count('FAIL', 'CANCELLED');
  if (over < all) return;
  cloud.jobs.parents.forget(parentId);
  const endAt = cloud.clock.now();
  await tx.db.resourceLock.deleteMany({ where: { jobId: parentId } });
  if (failed === 0) {
    const parent = await tx.db.job.update({ where: { id: parentId }, data: { progress: 100, status: 'SUCCESS', endAt } });
    emitJob(tx, 'job.succeeded', parent, null);
    return;
  }
  const first = await tx.db.job.findFirst({
    where: { parentId, status: { in: ['FAIL', 'CANCELLED'] } },
    orderBy: [{ endAt: 'asc' }, { id: 'asc' }],
  });
  const failReason = `${failed} of ${all} failed: ${first?.failReason ?? ''}`;
  const parent = await tx.db.job.update({
    where: { id: parentId },
    data: { status: first?.status ?? 'FAIL', endAt, errorCode: first?.errorCode ?? null, failReason },
  });
  emitJob(tx, 'job.failed', parent, null);
}
