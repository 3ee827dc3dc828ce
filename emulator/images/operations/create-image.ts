import { z } from 'zod';
import { systemAttachment, withDisks } from '../../disks/attachments.ts';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { imageErrors as errors } from '../errors.ts';
import { imageWordErrors, imageWordFields, readImageWords } from '../image-words.ts';
import { createImageJob } from '../jobs/create-image.ts';
import { recordImage, requireTaskRoom } from '../record-image.ts';
import { imageLimits, SourceServerId } from '../rules.ts';
import { requireImageable } from '../source-server.ts';
import { systemOfServer } from '../system-facts.ts';

/** Orders a system disk image of a server. Answers with the job and the image, which is there at once, QUEUED. */
export const createImage = defineOperation({
  name: 'images.create',
  permission: 'ims:serverImages:create',
  access: 'write',
  input: z.object({ ...imageWordFields, serverId: SourceServerId }),
  errors: [
    ...imageWordErrors,
    errors.serverIdInvalid,
    errors.serverNotFound,
    errors.serverStateWrong,
    errors.serverBusy,
    errors.serverBeingBackedUp,
    errors.serverWithoutSystemDisk,
    errors.systemDiskUnavailable,
    errors.systemDiskTooBig,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input, commit }) {
    const words = readImageWords(cloud.config.dialect, input);
    requireHardware(cloud);
    const server = await cloud.servers.get(input.serverId);
    ensure(server && server.tenantId === caller.tenantId, errors.serverNotFound, { field: 'serverId' });
    const source = await cloud.images.get(server.imageId);

    return commit(async tx => {
      const current = await tx.db.server.findUnique({ where: { id: server.id }, include: withDisks });
      ensure(current, errors.serverNotFound, { field: 'serverId' });
      requireImageable(current);
      const disk = systemAttachment(current.attachments)?.disk;
      ensure(disk, errors.serverWithoutSystemDisk);
      refuse(disk.size > imageLimits.sourceDisk.max, errors.systemDiskTooBig);
      refuse(disk.status === 'BACKING_UP', errors.serverBeingBackedUp);
      refuse(disk.damage !== null, errors.systemDiskUnavailable, {
        message: `${errors.systemDiskUnavailable.message} (${disk.damage})`,
      });
      await requireTaskRoom(tx, caller);
      const image = await recordImage(tx, cloud, caller, words, {
        ...systemOfServer(server, source),
        // An image of a bare-metal server is one for bare metal, with a partition table as its disk has.
        kind: server.kind === 'BARE_METAL' ? 'BARE_METAL' : 'SYSTEM',
        minDisk: disk.size,
        dataOrigin: `instance,${server.id}`,
        sourceImageId: server.imageId,
        sourceServerId: server.id,
        sourceDiskId: disk.id,
      });
      const job = await orderJob(
        tx,
        createImageJob,
        {
          input: { imageId: image.id, serverId: server.id, diskId: disk.id },
          entities: { image_id: image.id, image_name: image.name },
          locks: [
            { resource: `server:${server.id}`, conflict: errors.serverBusy },
            { resource: `disk:${disk.id}`, conflict: errors.systemDiskUnavailable },
            { resource: `image:${image.id}`, conflict: errors.imageBeingCreated },
          ],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      refuse(disk.status !== 'IN_USE', errors.systemDiskUnavailable, {
        message: `${errors.systemDiskUnavailable.message} (${disk.status})`,
      });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, imageId: image.id };
    });
  },
});
