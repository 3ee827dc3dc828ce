import { z } from 'zod';
import { orderDeletion } from '../../backups/order-deletion.ts';
import type { Cloud } from '../../cloud.ts';
import { CloudError, refuse } from '../../errors.ts';
import type { Caller } from '../../identity/caller.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota } from '../../quotas.ts';
import type { Transaction } from '../../transactions.ts';
import { imageErrors as errors } from '../errors.ts';
import { audiencesOfImage, ownImage } from '../image-access.ts';
import { emitImage } from '../image-events.ts';
import { releaseImageJob } from '../jobs/release-image.ts';
import { ImageId } from '../rules.ts';
import { imageStates } from '../states.ts';
import { currentImage } from '../write-image.ts';

/**
 * Deletes an image: it is gone for its owner and everyone it is shared with at once; its bytes follow in a job. Disks that were made
 * from it are not touched.
 */
export const deleteImage = defineOperation({
  name: 'images.delete',
  permission: 'ims:images:delete',
  access: 'write',
  input: z.object({
    imageId: ImageId,
    /** Of a full-ECS image: its backup goes, too. Without it the backup stays and can be made an image of again. */
    deleteBackup: z.boolean().default(false),
  }),
  errors: [
    errors.imageIdInvalid,
    errors.imageNotFound,
    errors.deleteByOwnerOnly,
    errors.publicImageNotDeletable,
    errors.imageProtectedFromDeletion,
    errors.imageBeingCreated,
    errors.backupNotDeleted,
  ],
  async run({ cloud, caller, input: { imageId, deleteBackup }, commit }) {
    await ownImage(cloud, caller, imageId, {
      foreign: errors.deleteByOwnerOnly,
      publicImage: errors.publicImageNotDeletable,
    });
    return commit(async tx => {
      const image = await currentImage(tx, imageId);
      refuse(image.protected, errors.imageProtectedFromDeletion);
      imageStates.assert(image.status, 'DELETED', errors.imageBeingCreated);
      const job = await orderJob(
        tx,
        releaseImageJob,
        {
          input: { imageId },
          entities: { image_id: imageId, image_name: image.name },
          // A creation job holds the image until it is active or gone.
          locks: [{ resource: `image:${imageId}`, conflict: errors.imageBeingCreated }],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      const audiences = await audiencesOfImage(tx, image);
      await tx.db.image.delete({ where: { id: imageId } });
      await releaseQuota(tx, { tenantId: image.ownerId, resource: 'images', amount: 1 });
      await emitImage(tx, 'image.deleted', { ...image, status: 'DELETED' }, audiences);
      tx.afterCommit(() => cloud.jobs.take([job]));
      if (deleteBackup && image.backupId !== null) await deleteBackupOf(tx, cloud, caller, image.backupId);
      // The backup may have expired while the image stood on it.
      if (image.backupId !== null) tx.afterCommit(() => cloud.backupSchedule.reconsider());
      return { imageId, jobId: job.id };
    });
  },
});

/** Once its image is gone nothing is in the way of deleting a backup but a job that is at it, or that it is another tenant's. */
async function deleteBackupOf(tx: Transaction, cloud: Cloud, caller: Caller, backupId: string): Promise<void> {
  const backup = await tx.db.backup.findUnique({ where: { id: backupId } });
  refuse(backup?.tenantId !== caller.tenantId, errors.backupNotDeleted, { field: 'deleteBackup' });
  try {
    await orderDeletion(tx, cloud, caller, backupId);
  } catch (cause) {
    if (!(cause instanceof CloudError)) throw cause;
    const message = `${errors.backupNotDeleted.message} (${cause.message})`;
    throw new CloudError(errors.backupNotDeleted, { message, field: 'deleteBackup', cause });
  }
}
