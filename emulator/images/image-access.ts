import type { Cloud } from '../cloud.ts';
import { CloudError, type ErrorCode, refuse } from '../errors.ts';
import { EVERYONE } from '../events/event.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import type { Image, ImageAccess } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors } from './errors.ts';

/** What a caller is to an image that it may see. */
export type ImageRole = 'OWNER' | 'MEMBER' | 'EVERYONE' | 'ADMINISTRATOR';

export interface VisibleImage {
  readonly image: Image;
  readonly role: ImageRole;
}

/**
 * An image that a caller may see: its own, a public one, or one that is shared with it in whatever status (ims-api 4.3).
 * For everyone else it does not exist: throws CloudError `imageNotFound`.
 */
export async function visibleImage(
  cloud: Cloud,
  caller: Caller,
  id: string,
  notFound: ErrorCode = imageErrors.imageNotFound,
): Promise<VisibleImage> {
  const image = await cloud.images.get(id);
  const role = image ? await roleOf(cloud, caller, image) : undefined;
  if (!image || !role) throw new CloudError(notFound);
  return { image, role };
}

async function roleOf(cloud: Cloud, caller: Caller, image: Image): Promise<ImageRole | undefined> {
  if (image.ownerId === caller.tenantId) return 'OWNER';
  if (image.visibility === 'PUBLIC') return 'EVERYONE';
  if (isAdministrator(caller)) return 'ADMINISTRATOR';
  const audiences = await cloud.imageAudiences.get(image.id);
  return audiences?.has(caller.tenantId) ? 'MEMBER' : undefined;
}

/** An image that a caller may change. Members and everyone get `foreign` or `publicImage`; strangers learn nothing. */
export async function ownImage(
  cloud: Cloud,
  caller: Caller,
  id: string,
  errors: { foreign: ErrorCode; publicImage: ErrorCode },
): Promise<Image> {
  const { image, role } = await visibleImage(cloud, caller, id);
  refuse(role === 'EVERYONE' || (role === 'OWNER' && image.visibility === 'PUBLIC'), errors.publicImage);
  refuse(role === 'MEMBER', errors.foreign);
  return image;
}

/** Everyone who hears of what happens to an image: its owner and those it is shared with; for a public image all. */
export async function audiencesOfImage(tx: Transaction, image: Pick<Image, 'id' | 'ownerId' | 'visibility'>): Promise<string[]> {
  if (image.visibility === 'PUBLIC') return [EVERYONE];
  const rows = await tx.db.imageAccess.findMany({ where: { imageId: image.id }, select: { audience: true } });
  return [...new Set([image.ownerId, ...rows.map(({ audience }) => audience)])];
}

/** The row that lets the owner see its image, from the first moment on. */
export function ownerAccess(image: Pick<Image, 'id' | 'ownerId' | 'name' | 'createdAt' | 'updatedAt'>): ImageAccess {
  const { id: imageId, ownerId: audience, name, createdAt, updatedAt } = image;
  return { audience, imageId, relation: 'OWN', listed: true, memberStatus: null, name, createdAt, updatedAt };
}
