import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { parseInput } from '../../validation.ts';
import { imageErrors as errors } from '../errors.ts';
import { ownImage } from '../image-access.ts';
import { emitImage } from '../image-events.ts';
import { FirmwareType, ImageDescription, ImageId, imageName, MaxRam, MinRam, ramRangeError, ramRangeFits } from '../rules.ts';
import { currentImage, writeImage } from '../write-image.ts';

/** What of an image can be changed: the mutable attributes of ims-api 1.10. Null takes an attribute away. */
export const updateImage = defineOperation({
  name: 'images.update',
  permission: 'ims:images:update',
  access: 'write',
  input: z.object({
    imageId: ImageId,
    name: z.string().optional(),
    description: ImageDescription.nullish(),
    minRam: MinRam.optional(),
    maxRam: MaxRam.nullish(),
    firmware: FirmwareType.optional(),
    protected: z.boolean().optional(),
    userData: z.boolean().optional(),
  }),
  errors: [
    errors.imageIdInvalid,
    errors.nameMissing,
    errors.nameTooLong,
    errors.nameInvalid,
    errors.descriptionTooLong,
    errors.descriptionInvalid,
    errors.sizeInvalid,
    errors.firmwareInvalid,
    errors.imageNotFound,
    errors.ownerOnly,
    errors.publicImageReadOnly,
    errors.imageNotActive,
  ],
  async run({ cloud, caller, input: { imageId, ...changes }, commit }) {
    await ownImage(cloud, caller, imageId, { foreign: errors.ownerOnly, publicImage: errors.publicImageReadOnly });
    parseInput(z.object({ name: imageName(cloud.config.dialect).optional() }), { name: changes.name }, errors.nameInvalid);
    const { firmware, ...plain } = changes;
    const data = {
      ...withoutUndefined(plain),
      // 0 takes the limit off, as null does.
      ...(plain.maxRam === 0 && { maxRam: null }),
      ...(firmware && { firmware: firmware === 'uefi' ? ('UEFI' as const) : ('BIOS' as const) }),
    };
    return commit(async tx => {
      const image = await currentImage(tx, imageId);
      refuse(image.status !== 'ACTIVE', errors.imageNotActive);
      const merged = { ...image, ...data };
      refuse(!ramRangeFits(merged), errors.sizeInvalid, { message: ramRangeError.error, field: 'maxRam' });
      await emitImage(tx, 'image.updated', await writeImage(tx, imageId, { ...data, updatedAt: cloud.clock.now() }));
      return { imageId };
    });
  },
});

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
