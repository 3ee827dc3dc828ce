import { z } from 'zod';
import { serverDisk } from '../../disks/server-disk.ts';
import { CloudError } from '../../errors.ts';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { releaseQuota } from '../../quotas.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { changeStatus } from '../change-status.ts';
import { imageErrors } from '../errors.ts';
import { imageDisk } from '../image-disk.ts';

const Input = z.object({ imageId: z.string(), serverId: z.string(), diskId: z.string() });
const State = z.object({ checksum: z.string(), storedBytes: z.number(), diskBytes: z.number(), frozenMs: z.number() }).partial();
type Context = StepContext<z.infer<typeof Input>, z.infer<typeof State>>;

/**
 * Makes a system disk image of a server, running or stopped: its disk as of one moment (the server is frozen for milliseconds at most),
 * then every byte of it read and summed. What is written after that moment is not in the image.
 */
export const createImageJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'imsCreateImageByInstance',
  queue: 'bulk',
  input: Input,
  state: State,
  errors: [imageErrors.creationFailed],
  resources: ({ imageId, serverId }) => [imageId, serverId],
  steps: [
    {
      name: 'snapshot',
      weight: 1,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const server = await cloud.database.read.server.findUnique({ where: { id: input.serverId } });
        const running = server?.status === 'ACTIVE' ? input.serverId : undefined;
        const copies = [{ source: serverDisk(input.diskId), target: imageDisk(input.imageId) }];
        return orFail(imageErrors.creationFailed, () => cloud.hardware.snapshot(copies, running));
      },
      async commit(tx, { input }) {
        await changeStatus(tx, input.imageId, 'SAVING');
      },
      revert: ({ cloud, input }) => cloud.hardware.disks.remove(imageDisk(input.imageId)),
    },
    {
      name: 'verify',
      weight: 8,
      seconds: 60,
      async run({ cloud, input, report, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const { disks } = cloud.hardware;
        const disk = imageDisk(input.imageId);
        return orFail(imageErrors.creationFailed, async () => {
          const checksum = await disks.checksum(disk, { onProgress: report, signal });
          const { logical, stored } = await disks.usage(disk);
          return { checksum, storedBytes: stored, diskBytes: logical };
        });
      },
    },
    {
      name: 'activate',
      weight: 1,
      seconds: 2,
      async commit(tx, { cloud, input, state }) {
        const { checksum, storedBytes, diskBytes } = state;
        if (checksum === undefined || storedBytes === undefined || diskBytes === undefined)
          throw new CloudError(imageErrors.creationFailed);
        const now = cloud.clock.now();
        await changeStatus(tx, input.imageId, 'ACTIVE', {
          checksum,
          sizeBytes: storedBytes,
          virtualSize: diskBytes,
          activeAt: now,
          updatedAt: now,
        });
      },
    },
  ],
  /** The image is killed, and nothing half-made stays: its record goes too. */
  async failed(tx, { input }: Context) {
    const image = await tx.db.image.findUnique({ where: { id: input.imageId } });
    if (!image) return;
    await changeStatus(tx, image.id, 'KILLED');
    await tx.db.image.delete({ where: { id: image.id } });
    await releaseQuota(tx, { tenantId: image.ownerId, resource: 'images', amount: 1 });
  },
});
