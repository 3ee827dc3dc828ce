import type { Cloud } from '../cloud.ts';
import { refuse } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import type { JobRecord } from '../jobs/job.ts';
import { orderJob } from '../jobs/job-orders.ts';
import type { Transaction } from '../transactions.ts';
import { currentBackup } from './backup-access.ts';
import { backupLock } from './backup-locks.ts';
import { backupErrors as errors } from './errors.ts';
import { deleteBackupJob, deletionOf } from './jobs/delete-backup.ts';
import { settleBackup } from './settle-backup.ts';

/**
 * Orders the deletion of a backup; it begins after the commit. Throws CloudError `backupNotFound`, `backupPartOfOther`, `backupUsedByImage`,
 * `backupBusy`, `backupStatusWrong`.
 */
export async function orderDeletion(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  backupId: string,
): Promise<JobRecord> {
  const backup = await currentBackup(tx, backupId);
  refuse(backup.parentId !== null, errors.backupPartOfOther);
  refuse((await tx.db.image.findUnique({ where: { backupId } })) !== null, errors.backupUsedByImage);
  const job = await orderJob(
    tx,
    deleteBackupJob,
    {
      input: await deletionOf(tx.db, backupId),
      entities: { backup_id: backupId, backup_name: backup.name },
      locks: [backupLock(backupId)],
    },
    { ids: cloud.ids, clock: cloud.clock, caller },
  );
  await settleBackup(tx, cloud, backupId, 'WAITING_DELETE');
  tx.afterCommit(() => cloud.jobs.take([job]));
  return job;
}
