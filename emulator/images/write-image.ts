import { ensure } from '../errors.ts';
import type { Image, Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors } from './errors.ts';

/** An image as it stands in the transaction that is about to change it: it may have been deleted since it was looked up. */
export async function currentImage(tx: Transaction, imageId: string): Promise<Image> {
  const image = await tx.db.image.findUnique({ where: { id: imageId } });
  ensure(image, imageErrors.imageNotFound);
  return image;
}

/** Changes an image's row, and with it the keys by which lists are sorted: they read them from ImageAccess. */
export async function writeImage(tx: Transaction, imageId: string, data: Prisma.ImageUpdateInput): Promise<Image> {
  const image = await tx.db.image.update({ where: { id: imageId }, data });
  const { name, updatedAt } = image;
  await tx.db.imageAccess.updateMany({ where: { imageId }, data: { name, updatedAt } });
  return image;
}
