import type { Cloud } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Image } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { GIB } from '../units.ts';
import { changeStatus } from './change-status.ts';
import { imageErrors } from './errors.ts';
import { emitImage } from './image-events.ts';
import { writeImage } from './write-image.ts';

/** Makes a full-ECS image usable: what its backup holds is whole from the moment on at which its disks were copied. */
export async function activateWholeImage(tx: Transaction, cloud: Cloud, imageId: string): Promise<Image> {
  const now = cloud.clock.now();
  return changeStatus(tx, imageId, 'ACTIVE', { ...(await bytesOf(tx, imageId)), activeAt: now, updatedAt: now });
}

/** Tells what the backup under a full-ECS image has turned out to be. Does nothing where the image is gone. */
export async function refreshWholeImage(tx: Transaction, cloud: Cloud, backupId: string): Promise<void> {
  const image = await tx.db.image.findUnique({ where: { backupId } });
  if (image?.status !== 'ACTIVE') return;
  const change = { ...(await bytesOf(tx, image.id)), updatedAt: cloud.clock.now() };
  await emitImage(tx, 'image.updated', await writeImage(tx, image.id, change));
}

/** Size and checksum are those of its system disk (ims-api 8); what is stored is what the backup added to the one before. */
async function bytesOf(tx: Transaction, imageId: string): Promise<Pick<Image, 'checksum' | 'sizeBytes' | 'virtualSize'>> {
  const include = { backup: { include: { children: true } } } as const;
  const { backup } = await tx.db.image.findUniqueOrThrow({ where: { id: imageId }, include });
  const system = backup?.children.find(({ systemDisk }) => systemDisk);
  if (!backup || !system) throw new CloudError(imageErrors.creationFailed);
  return { checksum: system.checksum, sizeBytes: backup.storedBytes, virtualSize: BigInt(system.resourceSize * GIB) };
}
