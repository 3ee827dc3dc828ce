import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { changeStatus } from '../change-status.ts';
import { imageErrors } from '../errors.ts';
import { activateWholeImage } from '../whole-image.ts';
import { forgetHalfMade } from './copied-image.ts';

const Input = z.object({ imageId: z.string(), backupId: z.string() });

/** Registers a backup of a server as a full-ECS image: its bytes are the backup's, nothing is copied. Source: ims-api 1.4. */
export const createWholeImageFromBackupJob = defineJob<z.infer<typeof Input>, object>({
  name: 'imsCreateWholeImageByBackupJob',
  queue: 'light',
  input: Input,
  state: z.object({}),
  errors: [imageErrors.creationFailed],
  resources: ({ imageId, backupId }) => [imageId, backupId],
  steps: [
    {
      name: 'register',
      weight: 1,
      seconds: 5,
      async commit(tx, { cloud, input: { imageId } }) {
        await changeStatus(tx, imageId, 'SAVING');
        await activateWholeImage(tx, cloud, imageId);
      },
    },
  ],
  failed: (tx, { input }) => forgetHalfMade(tx, input.imageId),
});
