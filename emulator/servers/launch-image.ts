import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../errors.ts';
import { imageToUse } from '../images/image-use.ts';
import type { Image } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';

/**
 * An image that a tenant may launch from: public, its own, or shared with it in whatever status (ims-api 4.3); but a full-ECS image has to be
 * accepted, for that needs a vault. Asked when a launch is ordered and again before its bytes are used, since it may have been deleted or
 * unshared meanwhile. Throws `imageNotFound`, `imageNotActive`, `imageDamaged`, `imageUnusable`.
 */
export async function launchImage(
  cloud: Cloud,
  owner: { readonly tenantId: string; readonly regionId: string },
  imageId: string,
  field = 'imageId',
): Promise<Image> {
  const found = await imageToUse(cloud, owner, imageId);
  ensure(found, errors.imageNotFound, { field });
  const { image, use } = found;
  ensure(image.status === 'ACTIVE', errors.imageNotActive, { field });
  const { kind, name, damage } = image;
  const refuseUse = (error: ErrorCode, reason: string): void =>
    refuse(true, error, { message: `${error.message} (${name}: ${reason})`, field });
  if (damage !== null) refuseUse(kind === 'FULL_ECS' ? errors.imageUnusable : errors.imageDamaged, damage);
  if (kind === 'FULL_ECS' && use === 'OFFERED') refuseUse(errors.imageUnusable, 'its share has not been accepted');
  return image;
}
