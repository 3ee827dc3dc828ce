import { z } from 'zod';
import { defineOperation } from '../../operation.ts';
import type { Image, ImageMember, ImageTag } from '../../store/generated/client.ts';
import { imageErrors } from '../errors.ts';
import { type ImageRole, visibleImage } from '../image-access.ts';
import { ImageId } from '../rules.ts';

export const getImage = defineOperation({
  name: 'images.get',
  permission: 'ims:images:get',
  access: 'read',
  input: z.object({ imageId: ImageId }),
  errors: [imageErrors.imageIdInvalid, imageErrors.imageNotFound],
  run: async ({ cloud, caller, input }): Promise<Image> => (await visibleImage(cloud, caller, input.imageId)).image,
});

/** Tags of several images that the caller has been shown, in one go. */
export const listImageTags = defineOperation({
  name: 'images.listTags',
  permission: 'ims:images:list',
  access: 'read',
  input: z.object({ imageIds: z.array(ImageId) }),
  errors: [imageErrors.imageNotFound],
  async run({ cloud, caller, input: { imageIds } }): Promise<ImageTag[]> {
    await Promise.all(imageIds.map(id => visibleImage(cloud, caller, id)));
    const tags = await cloud.imageTags.getMany(imageIds);
    return imageIds.flatMap(id => tags.get(id) ?? []);
  },
});

/** Who several images are shared with: the owner sees all members, a member sees itself, everyone else nobody. */
export const listImageMembers = defineOperation({
  name: 'images.listMembers',
  permission: 'ims:images:get',
  access: 'read',
  input: z.object({ imageIds: z.array(ImageId) }),
  errors: [imageErrors.imageNotFound],
  async run({ cloud, caller, input: { imageIds } }): Promise<ImageMember[]> {
    // Side by side: the database client makes one query of the look-ups.
    const visible = await Promise.all(imageIds.map(id => visibleImage(cloud, caller, id)));
    const withRole = (...roles: ImageRole[]): string[] =>
      visible.filter(({ role }) => roles.includes(role)).map(({ image }) => image.id);
    const owned = withRole('OWNER', 'ADMINISTRATOR');
    const received = withRole('MEMBER');
    return cloud.database.read.imageMember.findMany({
      where: { OR: [{ imageId: { in: owned } }, { imageId: { in: received }, tenantId: caller.tenantId }] },
      orderBy: [{ imageId: 'asc' }, { createdAt: 'asc' }, { tenantId: 'asc' }],
    });
  },
});
