import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../errors.ts';
import { EVERYONE } from '../events/event.ts';
import type { Image } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';

/**
 * An image that a tenant may launch from: public, its own, or shared with it in whatever status (ims-api 4.3); but a full-ECS image has to be
 * accepted, for that needs a vault. Asked when a launch is ordered and again before its bytes are used, since it may have been deleted or
 * unshared meanwhile. Throws `imageNotFound`, `imageNotActive`, `imageDamaged`, `imageUnusable`.
 */
export async function launchImage(
  cloud: Cloud,
  { tenantId, regionId }: { tenantId: string; regionId: string },
  imageId: string,
  field = 'imageId',
): Promise<Image> {
  const image = await cloud.images.get(imageId);
  ensure(image && (image.regionId === EVERYONE || image.regionId === regionId), errors.imageNotFound, { field });
  const use = await useOf(cloud, tenantId, image);
  ensure(use, errors.imageNotFound, { field });
  ensure(image.status === 'ACTIVE', errors.imageNotActive, { field });
  const { kind, name, damage } = image;
  const refuseUse = (error: ErrorCode, reason: string): void =>
    refuse(true, error, { message: `${error.message} (${name}: ${reason})`, field });
  if (damage !== null) refuseUse(kind === 'FULL_ECS' ? errors.imageUnusable : errors.imageDamaged, damage);
  if (kind === 'FULL_ECS' && use === 'SHARED') refuseUse(errors.imageUnusable, 'its share has not been accepted');
  return image;
}

/** OWN: public, the tenant's or accepted. Undefined for an image that does not exist for the tenant. */
async function useOf(cloud: Cloud, tenantId: string, image: Image): Promise<'OWN' | 'SHARED' | undefined> {
  if (image.visibility === 'PUBLIC' || image.ownerId === tenantId) return 'OWN';
  const key = { audience_imageId: { audience: tenantId, imageId: image.id } };
  const access = await cloud.database.read.imageAccess.findUnique({ where: key });
  if (!access) return undefined;
  return access.memberStatus === 'ACCEPTED' ? 'OWN' : 'SHARED';
}
