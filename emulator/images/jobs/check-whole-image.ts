import { z } from 'zod';
import { backupLock } from '../../backups/backup-locks.ts';
import { completeBackup, keepUnverified, TakenSnapshot, verifyBackup } from '../../backups/make-backup.ts';
import type { Cloud } from '../../cloud.ts';
import { commonErrors } from '../../errors.ts';
import type { JobRecord } from '../../jobs/job.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineJob } from '../../jobs/job-type.ts';
import type { Transaction } from '../../transactions.ts';
import { imageErrors } from '../errors.ts';
import { inImageCodes } from '../source-vault.ts';

const Input = z.object({ imageId: z.string(), backupId: z.string(), taken: TakenSnapshot });
type Input = z.infer<typeof Input>;
const State = z.object({});

/**
 * Reads the bytes of a full-ECS image and sums them, while the image is in use already: its backup is complete then, and the image of use in
 * every zone. Where that fails the image stays: without checksums, and not to be used if bytes were found damaged. The name is ours; the service
 * does it unseen.
 */
export const checkWholeImageJob = defineJob<Input, z.infer<typeof State>>({
  name: 'imsCheckWholeImageJob',
  queue: 'bulk',
  input: Input,
  state: State,
  errors: [imageErrors.creationFailed, commonErrors.damagedDisk],
  waitsForHardware: true,
  resources: ({ imageId, backupId }) => [imageId, backupId],
  steps: [
    {
      name: 'verify',
      weight: 1,
      seconds: 60,
      // There is nothing to take back: whoever cancelled it would only be left without checksums.
      final: true,
      async run({ cloud, input: { backupId, taken }, report, signal }) {
        await inImageCodes(() => verifyBackup(cloud, { backupId, taken }, { onProgress: report, signal }));
        return undefined;
      },
      async commit(tx, { cloud, input: { backupId } }) {
        await completeBackup(tx, cloud, backupId);
      },
    },
  ],
  async failed(tx, { cloud, input: { backupId } }, error) {
    if (await tx.db.backup.findUnique({ where: { id: backupId } })) await keepUnverified(tx, cloud, backupId, error);
  },
});

/** Orders it in the transaction that makes the image usable. The backup goes over from the job that made it. */
export async function orderWholeImageCheck(tx: Transaction, cloud: Cloud, maker: JobRecord, input: Input): Promise<void> {
  const { imageId, backupId } = input;
  const lock = backupLock(backupId);
  await tx.db.resourceLock.deleteMany({ where: { jobId: maker.id, resource: lock.resource } });
  const job = await orderJob(
    tx,
    checkWholeImageJob,
    { input, entities: { image_id: imageId, backup_id: backupId }, locks: [lock] },
    { ids: cloud.ids, clock: cloud.clock, caller: maker },
  );
  tx.afterCommit(() => cloud.jobs.take([job]));
}
