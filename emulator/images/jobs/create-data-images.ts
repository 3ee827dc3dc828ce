import { z } from 'zod';
import { releaseSources } from '../../disks/release-sources.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { defineBatch } from '../../servers/order-batch.ts';
import { imageErrors } from '../errors.ts';
import { activateImage, CopyState, forgetHalfMade, removeCopy, verifyImage } from './copied-image.ts';

const DataImage = z.object({ imageId: z.string(), diskId: z.string() });
const Input = DataImage.extend({
  serverId: z.string(),
  /** All images of the order, this one too: they are copied as of one moment. */
  order: z.array(DataImage),
});

export const createDataImages = defineBatch('imsVolumesToSysDataImagesJob');

/** Makes one data disk image of an order. Source: ims-api 1.1 (b), 3.4. */
export const createDataImageJob = defineJob<z.infer<typeof Input>, CopyState>({
  name: 'imsCopyVolumeToImageJob',
  queue: 'copy',
  input: Input,
  state: CopyState,
  errors: [imageErrors.creationFailed],
  resources: ({ imageId, serverId, diskId }) => [imageId, serverId, diskId],
  steps: [
    {
      name: 'snapshot',
      weight: 1,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await orFail(imageErrors.creationFailed, () => cloud.dataImageCopies.ensure(input.order));
        return undefined;
      },
      revert: removeCopy,
    },
    { name: 'verify', weight: 8, seconds: 60, run: verifyImage },
    { name: 'activate', weight: 1, seconds: 2, commit: activateImage },
  ],
  async failed(tx, { cloud, job, input }) {
    await forgetHalfMade(tx, input.imageId);
    await releaseSources(tx, cloud, job.id);
  },
});
