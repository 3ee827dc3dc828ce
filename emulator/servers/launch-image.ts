import type { Cloud } from '../cloud.ts';
import { ensure } from '../errors.ts';
import { EVERYONE } from '../events/event.ts';
import type { Image } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';

/**
 * An image that a tenant may launch from: public, its own, or shared with it in whatever status (ims-api 4.3). Asked when a launch is ordered
 * and again before its bytes are used, since it may have been deleted or unshared meanwhile. Throws `imageNotFound`, `imageNotActive`.
 */
export async function launchImage(
  cloud: Cloud,
  { tenantId, regionId }: { tenantId: string; regionId: string },
  imageId: string,
): Promise<Image> {
  const image = await cloud.images.get(imageId);
  ensure(image && (image.regionId === EVERYONE || image.regionId === regionId), errors.imageNotFound, { field: 'imageId' });
  ensure(await mayUse(cloud, tenantId, image), errors.imageNotFound, { field: 'imageId' });
  ensure(image.status === 'ACTIVE', errors.imageNotActive, { field: 'imageId' });
  return image;
}

async function mayUse(cloud: Cloud, tenantId: string, image: Image): Promise<boolean> {
  if (image.visibility === 'PUBLIC' || image.ownerId === tenantId) return true;
  const key = { audience_imageId: { audience: tenantId, imageId: image.id } };
  return (await cloud.database.read.imageAccess.findUnique({ where: key })) !== null;
}
