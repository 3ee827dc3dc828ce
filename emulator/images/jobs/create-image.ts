import { z } from 'zod';
import { serverDisk } from '../../disks/server-disk.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { imageErrors } from '../errors.ts';
import { imageDisk } from '../image-disk.ts';
import { activateImage, CopyState, forgetHalfMade, removeCopy, settleCopy, verifyImage } from './copied-image.ts';

const Input = z.object({ imageId: z.string(), serverId: z.string(), diskId: z.string() });

/**
 * Makes a system disk image of a server, running or stopped: its disk as of one moment (the server is frozen for milliseconds at most),
 * then every byte of it read and summed, while the server is free for other jobs. What is written after that moment is not in the image. The
 * server keeps its status and has no task meanwhile (compute 2.6).
 */
export const createImageJob = defineJob<z.infer<typeof Input>, CopyState>({
  name: 'imsCreateImageByInstance',
  queue: 'copy',
  input: Input,
  state: CopyState,
  errors: [imageErrors.creationFailed],
  resources: ({ imageId, serverId }) => [imageId, serverId],
  steps: [
    {
      name: 'snapshot',
      weight: 1,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const copies = [{ source: serverDisk(input.diskId), target: imageDisk(input.imageId) }];
        return orFail(imageErrors.creationFailed, () => cloud.hardware.snapshot(copies));
      },
      commit: settleCopy,
      revert: removeCopy,
    },
    { name: 'verify', weight: 8, seconds: 60, run: verifyImage },
    { name: 'activate', weight: 1, seconds: 2, commit: activateImage },
  ],
  failed: (tx, { input }) => forgetHalfMade(tx, input.imageId),
});
