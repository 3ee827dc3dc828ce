import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota } from '../../quotas.ts';
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
  input: z.object({ imageId: ImageId }),
  errors: [
    errors.imageIdInvalid,
    errors.imageNotFound,
    errors.deleteByOwnerOnly,
    errors.publicImageNotDeletable,
    errors.imageProtectedFromDeletion,
    errors.imageBeingCreated,
  ],
  async run({ cloud, caller, input: { imageId }, commit }) {
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
      return { imageId, jobId: job.id };
    });
  },
});
