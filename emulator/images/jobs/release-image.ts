import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { imageDisk } from '../image-disk.ts';

/**
 * Frees the bytes of a deleted image: exactly those that no disk and no other image shares. Its record is gone already, so the job cannot be
 * cancelled. Our own; the service frees them silently.
 */
export const releaseImageJob = defineJob<{ imageId: string }, object>({
  name: 'imsDeleteImageJob',
  queue: 'light',
  input: z.object({ imageId: z.string() }),
  state: z.object({}),
  errors: [],
  resources: ({ imageId }) => [imageId],
  steps: [
    {
      name: 'release',
      weight: 1,
      seconds: 1,
      final: true,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await cloud.hardware.disks.remove(imageDisk(input.imageId));
        return undefined;
      },
      /** Where it failed: there is no image that could come back. */
      revert: ({ cloud, input }) => cloud.hardware.disks.remove(imageDisk(input.imageId)),
    },
  ],
});
