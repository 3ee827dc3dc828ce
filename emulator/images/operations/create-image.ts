import { z } from 'zod';
import { systemAttachment, withDisks } from '../../disks/attachments.ts';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { takeQuota } from '../../quotas.ts';
import type { Image, Server } from '../../store/generated/client.ts';
import { parseInput } from '../../validation.ts';
import { imageErrors as errors } from '../errors.ts';
import { ownerAccess } from '../image-access.ts';
import { emitImage } from '../image-events.ts';
import { createImageJob } from '../jobs/create-image.ts';
import {
  ImageDescription,
  imageLimits,
  imageName,
  imageTags,
  MaxRam,
  MinRam,
  ramRangeError,
  ramRangeFits,
  SourceServerId,
} from '../rules.ts';

/** In these statuses a server's disk can be imaged: running or stopped (ims-api 1.1). */
const IMAGEABLE: readonly Server['status'][] = ['ACTIVE', 'SHUTOFF'];

/** Orders a system disk image of a server. Answers with the job and the image, which is there at once, QUEUED. */
export const createImage = defineOperation({
  name: 'images.create',
  permission: 'ims:serverImages:create',
  access: 'write',
  input: z.object({
    name: z.unknown(),
    description: ImageDescription.nullish(),
    serverId: SourceServerId,
    tags: z.unknown().optional(),
    minRam: MinRam.optional(),
    maxRam: MaxRam.nullish(),
  }),
  errors: [
    errors.nameMissing,
    errors.nameTooLong,
    errors.nameInvalid,
    errors.descriptionTooLong,
    errors.descriptionInvalid,
    errors.tagInvalid,
    errors.tooManyTags,
    errors.sizeInvalid,
    errors.serverIdInvalid,
    errors.serverNotFound,
    errors.serverStateWrong,
    errors.serverBusy,
    errors.serverWithoutSystemDisk,
    errors.systemDiskTooBig,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input, commit }) {
    const { dialect } = cloud.config;
    const schema = z.object({ name: imageName(dialect), tags: imageTags(dialect) });
    const { name, tags } = parseInput(schema, { name: input.name, tags: input.tags ?? [] }, errors.nameMissing);
    refuse(!ramRangeFits(input), errors.sizeInvalid, { message: ramRangeError.error, field: 'maxRam' });
    requireHardware(cloud);
    const server = await cloud.servers.get(input.serverId);
    ensure(server && server.tenantId === caller.tenantId, errors.serverNotFound, { field: 'serverId' });
    const source = await cloud.images.get(server.imageId);

    return commit(async tx => {
      const now = cloud.clock.now();
      const current = await tx.db.server.findUnique({ where: { id: server.id }, include: withDisks });
      ensure(current, errors.serverNotFound, { field: 'serverId' });
      refuse(!IMAGEABLE.includes(current.status), errors.serverStateWrong);
      const disk = systemAttachment(current.attachments)?.disk;
      ensure(disk, errors.serverWithoutSystemDisk);
      refuse(disk.size > imageLimits.sourceDisk.max, errors.systemDiskTooBig);
      const running = await tx.db.job.count({
        where: { tenantId: caller.tenantId, type: createImageJob.name, status: { in: ['INIT', 'RUNNING'] } },
      });
      refuse(running >= imageLimits.tasks.max, errors.tooManyTasks);
      await takeQuota(tx, cloud.config, { tenantId: caller.tenantId, resource: 'images', amount: 1 }, errors.imageQuotaUsedUp);

      const image: Image = await tx.db.image.create({
        data: {
          id: cloud.ids.uuid(),
          ownerId: caller.tenantId,
          regionId: caller.regionId,
          name,
          status: 'QUEUED',
          visibility: 'PRIVATE',
          kind: 'SYSTEM',
          description: input.description ?? null,
          osType: server.osType,
          // What the source image said; it may be gone since.
          osVersion: source?.osVersion ?? 'Other Linux(64 bit)',
          osBit: source?.osBit ?? '64',
          platform: source?.platform ?? 'Other',
          architecture: source?.architecture ?? 'X86',
          firmware: source?.firmware ?? 'BIOS',
          minDisk: disk.size,
          minRam: input.minRam ?? 0,
          maxRam: input.maxRam || null,
          content: source?.content === 'PLACEHOLDER' ? 'PLACEHOLDER' : 'REAL',
          contentNote: source?.contentNote ?? null,
          loginUser: source?.loginUser ?? null,
          userData: source?.userData ?? true,
          diskHotSwap: source?.diskHotSwap ?? true,
          dataOrigin: `instance,${server.id}`,
          sourceImageId: server.imageId,
          sourceServerId: server.id,
          attributes: source?.attributes ?? {},
          createdAt: now,
          updatedAt: now,
        },
      });
      await tx.db.imageAccess.create({ data: ownerAccess(image) });
      await tx.db.imageTag.createMany({ data: tags.map(tag => ({ ...tag, imageId: image.id })) });
      await emitImage(tx, 'image.created', image);
      const job = await orderJob(
        tx,
        createImageJob,
        {
          input: { imageId: image.id, serverId: server.id, diskId: disk.id },
          entities: { image_id: image.id, image_name: name },
          locks: [
            { resource: `server:${server.id}`, conflict: errors.serverBusy },
            { resource: `image:${image.id}`, conflict: errors.imageBeingCreated },
          ],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, imageId: image.id };
    });
  },
});
