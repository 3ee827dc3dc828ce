import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { parseInput } from '../../validation.ts';
import { imageErrors as errors } from '../errors.ts';
import { ownImage } from '../image-access.ts';
import { emitImage } from '../image-events.ts';
import { ImageId, imageLimits, imageTags } from '../rules.ts';
import { currentImage, writeImage } from '../write-image.ts';

/** Adds tags to an image; a key that is there gets the new value. Source: ims-api 1.12, 5.2. */
export const setImageTags = defineOperation({
  name: 'images.setTags',
  permission: 'ims:images:update',
  access: 'write',
  input: z.object({ imageId: ImageId, tags: z.array(z.object({ key: z.string(), value: z.string().optional() })).min(1) }),
  errors: [errors.tagInvalid, errors.tooManyTags, errors.imageNotFound, errors.foreignImage, errors.publicImageReadOnly],
  async run({ cloud, caller, input, commit }) {
    const { tags } = parseInput(z.object({ tags: imageTags(cloud.config.dialect) }), { tags: input.tags }, errors.tagInvalid);
    const { imageId } = input;
    await ownImage(cloud, caller, imageId, { foreign: errors.foreignImage, publicImage: errors.publicImageReadOnly });
    return commit(async tx => {
      await currentImage(tx, imageId);
      await tx.db.imageTag.deleteMany({ where: { imageId, key: { in: tags.map(({ key }) => key) } } });
      await tx.db.imageTag.createMany({ data: tags.map(tag => ({ ...tag, imageId })) });
      refuse((await tx.db.imageTag.count({ where: { imageId } })) > imageLimits.tags.max, errors.tooManyTags, { field: 'tags' });
      await emitImage(tx, 'image.updated', await writeImage(tx, imageId, { updatedAt: cloud.clock.now() }));
      return { imageId };
    });
  },
});

/** Takes tags off an image; keys that it does not have are ignored, as in the service's batch call. */
export const deleteImageTags = defineOperation({
  name: 'images.deleteTags',
  permission: 'ims:images:update',
  access: 'write',
  input: z.object({ imageId: ImageId, keys: z.array(z.string().max(127)).min(1).max(100) }),
  errors: [errors.imageNotFound, errors.foreignImage, errors.publicImageReadOnly],
  async run({ cloud, caller, input: { imageId, keys }, commit }) {
    await ownImage(cloud, caller, imageId, { foreign: errors.foreignImage, publicImage: errors.publicImageReadOnly });
    return commit(async tx => {
      await currentImage(tx, imageId);
      await tx.db.imageTag.deleteMany({ where: { imageId, key: { in: keys } } });
      await emitImage(tx, 'image.updated', await writeImage(tx, imageId, { updatedAt: cloud.clock.now() }));
      return { imageId };
    });
  },
});
