import { z } from 'zod';
import { CloudError } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { defineBatch } from '../../servers/order-batch.ts';
import { backupErrors } from '../errors.ts';
import {
  abandonBackup,
  completeBackup,
  recordCopy,
  snapshotBackup,
  TakenSnapshot,
  undoBackup,
  verifyBackup,
} from '../make-backup.ts';
import { applyRetention } from '../retention.ts';

const Input = z.object({ backupId: z.string(), checkpointId: z.string(), resourceId: z.string() });
const State = z.object({ taken: TakenSnapshot }).partial();

/** The job over a run: it ends with the last of its backups. */
export const createCheckpointJob = defineBatch('createCheckpoint');

/**
 * Makes the backup of one server or disk: its disks as of one moment, within milliseconds, then every byte of them read and summed while the
 * server goes on and other jobs may touch it. The names of the jobs are ours: the service has none.
 */
export const createBackupJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'createBackup',
  queue: 'copy',
  input: Input,
  state: State,
  errors: [backupErrors.backupFailed, backupErrors.vaultFull, backupErrors.vaultGigabytesUsedUp],
  resources: ({ backupId, resourceId }) => [backupId, resourceId],
  steps: [
    {
      name: 'snapshot',
      weight: 1,
      seconds: 5,
      run: async ({ cloud, input, signal }) => ({ taken: await snapshotBackup(cloud, input.backupId, signal) }),
      async commit(tx, { cloud, job, input, state: { taken } }) {
        if (!taken) throw new CloudError(backupErrors.backupFailed);
        await recordCopy(tx, cloud, { jobId: job.id, backupId: input.backupId, taken });
      },
      revert: ({ cloud, input }) => undoBackup(cloud, input.backupId),
    },
    {
      name: 'verify',
      weight: 9,
      seconds: 60,
      async run({ cloud, input, state: { taken }, report, signal }) {
        if (!taken) throw new CloudError(backupErrors.backupFailed);
        const options = { onProgress: report, signal };
        await verifyBackup(cloud, { backupId: input.backupId, taken }, options);
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        const backup = await completeBackup(tx, cloud, input.backupId);
        await applyRetention(tx, cloud, backup);
      },
    },
  ],
  failed: (tx, { cloud, job, input }, error) => abandonBackup(tx, cloud, { jobId: job.id, backupId: input.backupId, error }),
});
