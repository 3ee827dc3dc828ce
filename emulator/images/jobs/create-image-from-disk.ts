import { z } from 'zod';
import { releaseSources } from '../../disks/release-sources.ts';
import { serverDisk } from '../../disks/server-disk.ts';
import { CloudError } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { hasCapability, orFail } from '../../servers/hardware-failures.ts';
import { hasPartitions } from '../detect-partitions.ts';
import { detectSystem } from '../detect-system.ts';
import { imageErrors } from '../errors.ts';
import { imageDisk } from '../image-disk.ts';
import { imageTypes, kindOfDisk, systemKinds } from '../image-type.ts';
import { anyOsVersion } from '../os-versions.ts';
import { systemOfVersion } from '../system-facts.ts';
import { activateImage, CopyState, forgetHalfMade, removeCopy, settleCopy, verifyImage } from './copied-image.ts';

const Input = z.object({
  imageId: z.string(),
  serverId: z.string(),
  diskId: z.string(),
  /** The machines that the image is for, as the caller says; null where it does not. */
  type: z.enum(imageTypes).nullable().default(null),
  /** What the caller says is on it. */
  osVersion: z.string(),
});
const State = CopyState.extend({
  osVersion: z.string().optional(),
  kind: z.enum(systemKinds).optional(),
  /** What a job noted that an earlier version of this program began. */
  isPartitioned: z.boolean().optional(),
});
type State = z.infer<typeof State>;

/**
 * Makes a system disk image out of a data disk that holds an operating system. What is found on the disk counts more than what the caller
 * says of it; a disk that holds none is refused, since no server could boot from the image, and so is one that servers of the type that is said
 * could not boot from. What a bare-metal server booted from gives an image for bare metal. Source: ims-api 1.1 (d).
 */
export const createImageFromDiskJob = defineJob<z.infer<typeof Input>, State>({
  name: 'imsVolumeCreateImageJob',
  queue: 'copy',
  input: Input,
  state: State,
  errors: [imageErrors.creationFailed, imageErrors.noSystemOnDisk, imageErrors.diskOfOtherType],
  resources: ({ imageId, serverId, diskId }) => [imageId, serverId, diskId],
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
    {
      name: 'detect',
      weight: 1,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const disk = imageDisk(input.imageId);
        const found = await detectSystem(cloud.hardware, disk, anyOsVersion(input.osVersion));
        if (!found) throw new CloudError(imageErrors.noSystemOnDisk);
        const isPartitioned = await orFail(imageErrors.creationFailed, () => hasPartitions(cloud.hardware.disks, disk));
        const machinesHaveTables = hasCapability(cloud, 'partitionedDisks') ?? false;
        return { osVersion: found.name, kind: kindOfDisk(input.type, { isPartitioned, machinesHaveTables }) };
      },
    },
    { name: 'verify', weight: 7, seconds: 60, run: verifyImage },
    {
      name: 'activate',
      weight: 1,
      seconds: 2,
      async commit(tx, context) {
        const { input, state } = context;
        const kind = state.kind ?? (state.isPartitioned ? 'BARE_METAL' : undefined);
        await activateImage(tx, context, {
          ...systemOfVersion(anyOsVersion(state.osVersion ?? input.osVersion)),
          // Where nobody can tell, it is what was recorded at the order.
          ...(kind && { kind }),
        });
      },
    },
  ],
  async failed(tx, { cloud, job, input }) {
    await forgetHalfMade(tx, input.imageId);
    await releaseSources(tx, cloud, job.id);
  },
});
