import { z } from 'zod';
import { CloudError, ensure } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { hasCapability } from '../../servers/hardware-failures.ts';
import { isCopyOfMachine } from '../copies-of-machines.ts';
import { imageErrors as errors } from '../errors.ts';
import { kindOfType } from '../image-type.ts';
import { imageWordErrors, imageWordFields, readImageWords } from '../image-words.ts';
import { createImageFromDiskJob } from '../jobs/create-image-from-disk.ts';
import { osVersion } from '../os-versions.ts';
import { recordImage, requireTaskRoom } from '../record-image.ts';
import { DiskImageType, OsVersionName, SourceDiskId } from '../rules.ts';
import { markUploading, requireSourceDisks, sourceDiskLock } from '../source-disks.ts';
import { systemOfUnknownDisk } from '../system-facts.ts';

/**
 * Orders a system disk image of a data disk that holds an operating system and is attached to a server, running or stopped. What the job
 * finds on the disk counts more than the OS version that is said, and decides the type where none is. Source: ims-api 1.1 (d).
 */
export const createImageFromDisk = defineOperation({
  name: 'images.createFromDisk',
  permission: 'ims:serverImages:create',
  access: 'write',
  input: z.object({ ...imageWordFields, diskId: SourceDiskId, type: DiskImageType.nullish(), osVersion: OsVersionName }),
  errors: [
    ...imageWordErrors,
    errors.imageTypeInvalid,
    errors.osVersionInvalid,
    errors.dataDiskUnavailable,
    errors.diskNotAttached,
    errors.diskStateWrong,
    errors.diskBusy,
    errors.diskDamaged,
    errors.dataDiskTooBig,
    errors.serverStateWrong,
    errors.serverBusy,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input, commit }) {
    const words = readImageWords(cloud.config.dialect, input);
    const type = input.type ?? null;
    const version = osVersion(input.osVersion);
    ensure(version, errors.osVersionInvalid, { field: 'osVersion' });
    requireHardware(cloud);
    // What it stays unless the job can tell better.
    const isForMachines =
      type === null && !hasCapability(cloud, 'partitionedDisks') && (await isCopyOfMachine(cloud, input.diskId));
    const likelyType = type ?? (isForMachines ? 'BMS' : 'ECS');
    return commit(async tx => {
      const { server, disks } = await requireSourceDisks(tx, caller, [input.diskId], () => 'diskId');
      const [disk] = disks;
      if (!disk) throw new CloudError(errors.dataDiskUnavailable);
      await requireTaskRoom(tx, caller);
      const image = await recordImage(tx, cloud, caller, words, {
        ...systemOfUnknownDisk(version),
        kind: kindOfType[likelyType],
        minDisk: disk.size,
        dataOrigin: `volume,${disk.id}`,
        sourceImageId: disk.imageId,
        sourceServerId: server.id,
        sourceDiskId: disk.id,
      });
      const job = await orderJob(
        tx,
        createImageFromDiskJob,
        {
          input: { imageId: image.id, serverId: server.id, diskId: disk.id, type, osVersion: version.name },
          entities: { image_id: image.id, image_name: image.name },
          locks: [
            { resource: `server:${server.id}`, conflict: errors.serverBusy },
            sourceDiskLock(disk.id),
            { resource: `image:${image.id}`, conflict: errors.imageBeingCreated },
          ],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      await markUploading(tx, cloud, disks);
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, imageId: image.id };
    });
  },
});
