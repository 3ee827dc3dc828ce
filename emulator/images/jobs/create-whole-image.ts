import { z } from 'zod';
import { abandonBackup, recordCopy, snapshotBackup, TakenSnapshot, undoBackup } from '../../backups/make-backup.ts';
import { CloudError } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { changeStatus } from '../change-status.ts';
import { imageErrors } from '../errors.ts';
import { inImageCodes } from '../source-vault.ts';
import { activateWholeImage } from '../whole-image.ts';
import { orderWholeImageCheck } from './check-whole-image.ts';
import { forgetHalfMade } from './copied-image.ts';

const Input = z.object({
  imageId: z.string(),
  backupId: z.string(),
  serverId: z.string(),
  /** Whether the server is in the vault for the sake of this image. */
  enteredVault: z.boolean(),
});
type Input = z.infer<typeof Input>;
const State = z.object({ taken: TakenSnapshot }).partial();

/**
 * Makes a full-ECS image of a server, running or stopped: a backup of all its disks as of one moment, which only notes what has changed since the
 * one before. The image is of use as soon as that is there; its bytes are read and summed afterwards, by a job of their own. Source: ims-api 1.4, 8.
 */
export const createWholeImageJob = defineJob<Input, z.infer<typeof State>>({
  name: 'imsCreateWholeImageByInstanceJob',
  // Sharing bytes takes milliseconds: it waits for nobody who reads whole disks.
  queue: 'light',
  input: Input,
  state: State,
  errors: [imageErrors.creationFailed, imageErrors.vaultFull],
  resources: ({ imageId, backupId, serverId }) => [imageId, backupId, serverId],
  steps: [
    {
      name: 'snapshot',
      weight: 8,
      seconds: 20,
      run: async ({ cloud, input, signal }) => ({
        taken: await inImageCodes(() => snapshotBackup(cloud, input.backupId, signal)),
      }),
      async commit(tx, { cloud, job, input: { backupId, imageId }, state: { taken } }) {
        if (!taken) throw new CloudError(imageErrors.creationFailed);
        await inImageCodes(() => recordCopy(tx, cloud, { jobId: job.id, backupId, taken }));
        await changeStatus(tx, imageId, 'SAVING');
      },
      revert: ({ cloud, input }) => undoBackup(cloud, input.backupId, input.imageId),
    },
    {
      name: 'register',
      weight: 2,
      seconds: 5,
      async commit(tx, { cloud, job, input: { imageId, backupId }, state: { taken } }) {
        if (!taken) throw new CloudError(imageErrors.creationFailed);
        await activateWholeImage(tx, cloud, imageId);
        await orderWholeImageCheck(tx, cloud, job, { imageId, backupId, taken });
      },
    },
  ],
  async failed(tx, { cloud, job, input: { imageId, backupId, serverId, enteredVault } }, error) {
    const backup = await tx.db.backup.findUnique({ where: { id: backupId } });
    await forgetHalfMade(tx, imageId);
    await abandonBackup(tx, cloud, { jobId: job.id, backupId, error });
    if (!backup || !enteredVault) return;
    const others = await tx.db.backup.count({ where: { vaultId: backup.vaultId, resourceId: serverId } });
    if (others === 0) await tx.db.vaultResource.deleteMany({ where: { resourceId: serverId, vaultId: backup.vaultId } });
  },
});
