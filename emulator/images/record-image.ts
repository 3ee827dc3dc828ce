import type { Cloud } from '../cloud.ts';
import { refuse } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import { takeQuota } from '../quotas.ts';
import type { Image, Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors as errors } from './errors.ts';
import { ownerAccess } from './image-access.ts';
import { emitImage } from './image-events.ts';
import type { ImageWords } from './image-words.ts';
import { imageLimits } from './rules.ts';
import type { SystemFacts } from './system-facts.ts';

/** The jobs that make an image; those of them that run at once are limited. Source: ims-api 3.4, 5.4. */
const CREATIONS = [
  'imsCreateImageByInstance',
  'imsCopyVolumeToImageJob',
  'imsVolumeCreateImageJob',
  'imsCreateWholeImageByInstanceJob',
  'imsCreateWholeImageByBackupJob',
];

/** What is known of an image from what it is made of. */
export type ImageFacts = SystemFacts &
  Pick<Prisma.ImageUncheckedCreateInput, 'kind' | 'minDisk' | 'dataOrigin'> &
  Partial<
    Pick<
      Prisma.ImageUncheckedCreateInput,
      'sourceImageId' | 'sourceServerId' | 'sourceDiskId' | 'backupId' | 'sizeBytes' | 'virtualSize' | 'checksum'
    >
  >;

/** Refuses (`tooManyTasks`) to begin with more images than may be made at once. */
export async function requireTaskRoom(tx: Transaction, { tenantId }: Pick<Caller, 'tenantId'>, wanted = 1): Promise<void> {
  const running = await tx.db.job.count({
    where: { tenantId, type: { in: CREATIONS }, status: { in: ['INIT', 'RUNNING'] } },
  });
  refuse(running + wanted > imageLimits.tasks.max, errors.tooManyTasks);
}

/** Writes an image that is yet to be made: it is there at once, QUEUED, for its owner. Throws `imageQuotaUsedUp`. */
export async function recordImage(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'regionId'>,
  { tags, ...words }: ImageWords,
  facts: ImageFacts,
): Promise<Image> {
  await takeQuota(tx, cloud.config, { tenantId: caller.tenantId, resource: 'images', amount: 1 }, errors.imageQuotaUsedUp);
  const now = cloud.clock.now();
  const image = await tx.db.image.create({
    data: {
      ...facts,
      ...words,
      id: cloud.ids.uuid(),
      ownerId: caller.tenantId,
      regionId: caller.regionId,
      status: 'QUEUED',
      visibility: 'PRIVATE',
      createdAt: now,
      updatedAt: now,
    },
  });
  await tx.db.imageAccess.create({ data: ownerAccess(image) });
  await tx.db.imageTag.createMany({ data: tags.map(tag => ({ ...tag, imageId: image.id })) });
  await emitImage(tx, 'image.created', image);
  return image;
}
