import { z } from 'zod';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob, orderJobs } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { failsWith } from '../../validation.ts';
import type { DataImage } from '../data-image-copies.ts';
import { imageErrors as errors } from '../errors.ts';
import { imageWordErrors, imageWordFields, readImageWords } from '../image-words.ts';
import { createDataImageJob, createDataImages as createDataImagesJob } from '../jobs/create-data-images.ts';
import { recordImage, requireTaskRoom } from '../record-image.ts';
import { imageLimits, SourceDiskId } from '../rules.ts';
import { markUploading, requireSourceDisks, sourceDiskLock } from '../source-disks.ts';
import { noSystem } from '../system-facts.ts';

const { name, description, tags } = imageWordFields;

/**
 * Orders data disk images of disks that are attached to one server, running or stopped: all of them as of one moment, each in a sub-job.
 * Answers with the job and the images in the order of the disks. Source: ims-api 1.1 (b).
 */
export const createDataImages = defineOperation({
  name: 'images.createDataImages',
  permission: 'ims:serverImages:create',
  access: 'write',
  input: z.object({
    dataImages: z
      .array(z.object({ name, description, tags, diskId: SourceDiskId }))
      .min(1)
      .refine(images => images.length <= imageLimits.dataImages.max, failsWith(errors.tooManyTasks)),
  }),
  errors: [
    ...imageWordErrors,
    errors.dataDiskUnavailable,
    errors.dataDiskTwice,
    errors.diskNotAttached,
    errors.diskStateWrong,
    errors.diskBusy,
    errors.diskDamaged,
    errors.dataDiskTooBig,
    errors.disksOfSeveralServers,
    errors.serverStateWrong,
    errors.serverBusy,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input: { dataImages }, commit }) {
    const words = dataImages.map((image, index) => readImageWords(cloud.config.dialect, image, `dataImages.${index}.`));
    const diskIds = dataImages.map(({ diskId }) => diskId);
    requireHardware(cloud);
    return commit(async tx => {
      const { server, disks } = await requireSourceDisks(tx, caller, diskIds, index => `dataImages.${index}.diskId`);
      await requireTaskRoom(tx, caller, disks.length);
      const images: (DataImage & { readonly name: string })[] = [];
      for (const [index, disk] of disks.entries()) {
        const said = words[index];
        if (!said) continue;
        const image = await recordImage(tx, cloud, caller, said, {
          ...noSystem(server),
          kind: 'DATA',
          minDisk: disk.size,
          dataOrigin: `volume,${disk.id}`,
          sourceImageId: disk.imageId,
          sourceServerId: server.id,
          sourceDiskId: disk.id,
        });
        images.push({ imageId: image.id, diskId: disk.id, name: image.name });
      }
      const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
      const entitiesOf = (image: (typeof images)[number] | undefined) =>
        image ? { image_id: image.imageId, image_name: image.name } : {};
      // Clients read the image of a single one from the job itself, too (ims-api 3.4).
      const parentOrder = {
        input: {},
        entities: entitiesOf(images[0]),
        locks: [{ resource: `server:${server.id}`, conflict: errors.serverBusy }],
      };
      const parent = await orderJob(tx, createDataImagesJob, parentOrder, ordering);
      const order = images.map(({ imageId, diskId }) => ({ imageId, diskId }));
      const orders = images.map(image => ({
        input: { imageId: image.imageId, diskId: image.diskId, serverId: server.id, order },
        entities: entitiesOf(image),
        locks: [sourceDiskLock(image.diskId), { resource: `image:${image.imageId}`, conflict: errors.imageBeingCreated }],
      }));
      const jobs = await orderJobs(tx, createDataImageJob, orders, ordering, parent.id);
      await markUploading(tx, cloud, disks);
      tx.afterCommit(() => cloud.jobs.take(jobs));
      return { jobId: parent.id, imageIds: images.map(({ imageId }) => imageId) };
    });
  },
});
