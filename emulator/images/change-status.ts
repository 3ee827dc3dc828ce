import type { Image, Prisma } from '../store/generated/client.ts';
import type { ImageStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors } from './errors.ts';
import { emitImage, type ImageEventKind } from './image-events.ts';
import { imageStates } from './states.ts';
import { writeImage } from './write-image.ts';

const EVENTS = {
  QUEUED: 'image.created',
  SAVING: 'image.saving',
  ACTIVE: 'image.active',
  KILLED: 'image.killed',
  DELETED: 'image.deleted',
} as const satisfies Record<ImageStatus, ImageEventKind>;

/** Takes an image to another status and tells of it. Throws CloudError `imageNotActive` where the table of states does not allow it. */
export async function changeStatus(
  tx: Transaction,
  imageId: string,
  to: ImageStatus,
  changes: Prisma.ImageUpdateInput = {},
): Promise<Image> {
  const { status } = await tx.db.image.findUniqueOrThrow({ where: { id: imageId }, select: { status: true } });
  imageStates.assert(status, to, imageErrors.imageNotActive);
  const image = await writeImage(tx, imageId, { ...changes, status: to });
  await emitImage(tx, EVENTS[to], image);
  return image;
}
