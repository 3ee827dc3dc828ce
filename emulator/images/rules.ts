/**
 * Limits and checks of images: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: ims-api 5.1 to 5.4 (limits), 6.4 (codes and the order of checks).
 */
import type { Dialect } from '../dialect.ts';
import { isUuid } from '../ids.ts';
import { descriptionOf } from '../names.ts';
import { tagsOf } from '../tags.ts';
import { failsWith, integer, lengthOf, oneOf, text, uuid } from '../validation.ts';
import { imageErrors as errors } from './errors.ts';
import { imageTypes } from './image-type.ts';

export const imageLimits = {
  name: { min: 1, max: 128 },
  description: { max: 1024 },
  tags: { max: 10 },
  tagKey: { min: 1, max: 36 },
  tagValue: { max: 43 },
  /** GiB, of a system disk image. */
  minDisk: { min: 1, max: 1024 },
  /** MiB. The page names no maximum; this one is what a 32-bit field of the wire can hold (inferred). */
  minRam: { min: 0, max: 2 ** 31 - 1 },
  /** MiB; 0 takes the limit off, as clients send it (inferred). */
  maxRam: { min: 0, max: 2 ** 31 - 1 },
  /** GiB; the largest disk that a system or data disk image can be made of. */
  sourceDisk: { max: 1024 },
  /** Images of one order: as many as a server has data disks (inferred; compute 2.1). */
  dataImages: { max: 59 },
  /** Tenants that one image can be shared with, where the two clouds differ. */
  members: { OTC: 256, HW: 128 } satisfies Record<Dialect, number>,
  /** Tenants that a full-ECS image can be shared with, whatever they answer. */
  wholeImageMembers: { max: 10 },
  /** Images and tenants of one sharing request. */
  batch: { max: 100 },
  /** Private images of a tenant. The sources say 20, 50 and 100, hence a setting; this is its default. */
  quota: { default: 100, min: 1, max: 1000 },
  /** Creation tasks of a tenant at once. */
  tasks: { max: 40 },
} as const;

/** Characters that the two clouds allow: Huawei Cloud takes Chinese too, and a dot in tag values. */
const charset: Record<Dialect, { name: RegExp; tagKey: RegExp; tagValue: RegExp }> = {
  OTC: {
    name: /^[A-Za-z0-9._ -]*$/,
    tagKey: /^[A-Za-z0-9_-]*$/,
    tagValue: /^[A-Za-z0-9_-]*$/,
  },
  HW: {
    name: /^[A-Za-z0-9\p{Script=Han}._ -]*$/u,
    tagKey: /^[A-Za-z0-9\p{Script=Han}_-]*$/u,
    tagValue: /^[A-Za-z0-9\p{Script=Han}._-]*$/u,
  },
};

export const ImageId = uuid(errors.imageIdInvalid);

/** A project of one region. Malformed is IMG.0067, as a malformed image id is IMG.0066; unknown is IMG.0108 (inferred). */
export const TenantId = text(errors.projectIdInvalid).refine(id => /^[0-9a-f]{32}$/.test(id), failsWith(errors.projectIdInvalid));

/** The server that an image is made of. */
export const SourceServerId = uuid(errors.serverIdInvalid);

/** The data disk that an image is made of. Malformed is unknown: ims-api 6.4. */
export const SourceDiskId = uuid(errors.dataDiskUnavailable);

/** The vault for the backup of a full-ECS image, or for the share of one. */
export const ImageVaultId = uuid(errors.vaultNotFound);

/** The backup that a full-ECS image is made of. */
export const SourceBackupId = text(errors.backupMissing).refine(isUuid, failsWith(errors.backupNotFound));

/** The machines that an image of a disk is for. */
export const DiskImageType = oneOf(imageTypes, errors.imageTypeInvalid);

/** One of ims-api 5.6; which ones there are is in os-versions.ts. */
export const OsVersionName = text(errors.osVersionInvalid);

export const imageName = (dialect: Dialect) =>
  text(errors.nameMissing)
    .refine(name => name.length > 0, failsWith(errors.nameMissing))
    .refine(name => lengthOf(name) <= imageLimits.name.max, failsWith(errors.nameTooLong))
    .refine(name => charset[dialect].name.test(name) && name.trim() === name, failsWith(errors.nameInvalid));

/** Any letters: the samples have punctuation. Control characters besides line breaks and half characters are refused too (inferred). */
export const ImageDescription = descriptionOf(imageLimits.description, errors.descriptionInvalid, errors.descriptionTooLong);

export const imageTags = (dialect: Dialect) => tagsOf(imageLimits, errors, charset[dialect]);

export const MinDisk = integer(imageLimits.minDisk, errors.sizeInvalid);
export const MinRam = integer(imageLimits.minRam, errors.sizeInvalid);
export const MaxRam = integer(imageLimits.maxRam, errors.sizeInvalid);

/** For refine() on an input, or on an image as it would be after an update: more memory needed than allowed is IMG.0055 (inferred). */
export const ramRangeFits = ({ minRam, maxRam }: { minRam?: number | undefined; maxRam?: number | null | undefined }): boolean =>
  !maxRam || (minRam ?? 0) <= maxRam;
export const ramRangeError = { ...failsWith(errors.sizeInvalid, 'min_ram is above max_ram.'), path: ['maxRam'] };

export const FirmwareType = oneOf(['bios', 'uefi'], errors.firmwareInvalid);
