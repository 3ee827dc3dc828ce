import type { Cloud } from '../cloud.ts';
import { EVERYONE } from '../events/event.ts';
import type { Image } from '../store/generated/client.ts';

/** GRANTED: public, the tenant's own, or a share that it has accepted. OFFERED: a share that it has not accepted. */
type ImageUse = 'GRANTED' | 'OFFERED';

/** How far a tenant may use an image; undefined where the image does not exist for it. Source: ims-api 4.3. */
export async function imageUse(
  cloud: Cloud,
  tenantId: string,
  { id: imageId, ownerId, visibility }: Pick<Image, 'id' | 'ownerId' | 'visibility'>,
): Promise<ImageUse | undefined> {
  if (visibility === 'PUBLIC' || ownerId === tenantId) return 'GRANTED';
  const key = { audience_imageId: { audience: tenantId, imageId } };
  const access = await cloud.database.read.imageAccess.findUnique({ where: key });
  if (!access) return undefined;
  return access.memberStatus === 'ACCEPTED' ? 'GRANTED' : 'OFFERED';
}

/** An image that a tenant names to make something of it, in the tenant's region or in all; undefined where there is none for it. */
export async function imageToUse(
  cloud: Cloud,
  { tenantId, regionId }: { readonly tenantId: string; readonly regionId: string },
  imageId: string,
): Promise<{ readonly image: Image; readonly use: ImageUse } | undefined> {
  const image = await cloud.images.get(imageId);
  if (!image || (image.regionId !== EVERYONE && image.regionId !== regionId)) return undefined;
  const use = await imageUse(cloud, tenantId, image);
  return use && { image, use };
}
