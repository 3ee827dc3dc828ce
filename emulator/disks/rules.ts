/**
 * Limits and checks of disks and snapshots: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: compute 4.2 (create), 4.5 (snapshots), 9.1 (limits), 9.2 (names).
 */
import { z } from 'zod';
import { descriptionOf, nameFits } from '../names.ts';
import type { DiskType as Type } from '../store/generated/client.ts';
import { tagsOf } from '../tags.ts';
import { failsWith, integer, lengthOf, oneOf, text, uuid } from '../validation.ts';
import { diskErrors as errors } from './errors.ts';

export const diskLimits = {
  name: { min: 1, max: 64 },
  /** Several disks of one request: the rest of the name is a hyphen and four digits. */
  batchName: { max: 59 },
  description: { max: 255 },
  /** Disks of one request, also of one that deletes. */
  count: { min: 1, max: 100 },
  /** GiB, of a disk that a server can boot from. */
  systemSize: { min: 1, max: 1024 },
  /** GiB, of any other. One that is made of something may be as small as that. */
  dataSize: { min: 10, max: 32_768 },
  /** Bytes of all keys and values together. */
  metadata: { max: 1_048_576 },
  tags: { max: 10 },
  tagKey: { min: 1, max: 36 },
  tagValue: { max: 43 },
  /** Servers that may have one shared disk. */
  attachments: { max: 16 },
  /** Disks of one server: the system disk and 59 more. */
  perServer: { max: 60 },
  /** What a tenant may have, by default, from the sample of the quota set; -1 is no limit. */
  quota: { disks: -1, gigabytes: 42_790, snapshots: -1 },
} as const;

/** What a type promises at most, and for each GiB. Nothing here slows a disk down to it: see the capability `diskThroughput`. */
export interface DiskTypeLimits {
  readonly type: Type;
  /** What people call it. */
  readonly name: string;
  /** Operations a second: `base + perGiB x size`, up to `max`. */
  readonly iops: { readonly base: number; readonly perGiB: number; readonly max: number };
  /** MiB a second, in the same way. */
  readonly throughput: { readonly base: number; readonly perGiB: number; readonly max: number };
}

/** From the lowest to the highest: a disk is given a higher type only. Source: the EVS product page on disk types and performance. */
export const diskTypeLimits: readonly DiskTypeLimits[] = [
  {
    type: 'SATA',
    name: 'Common I/O',
    iops: { base: 500, perGiB: 2, max: 2200 },
    throughput: { base: 50, perGiB: 0, max: 50 },
  },
  {
    type: 'SAS',
    name: 'High I/O',
    iops: { base: 1800, perGiB: 8, max: 5000 },
    throughput: { base: 100, perGiB: 0.15, max: 150 },
  },
  {
    type: 'GPSSD',
    name: 'General Purpose SSD',
    iops: { base: 1800, perGiB: 12, max: 20_000 },
    throughput: { base: 100, perGiB: 0.5, max: 250 },
  },
  {
    type: 'SSD',
    name: 'Ultra-high I/O',
    iops: { base: 1800, perGiB: 50, max: 50_000 },
    throughput: { base: 120, perGiB: 0.5, max: 350 },
  },
  {
    type: 'ESSD',
    name: 'Extreme SSD',
    iops: { base: 1800, perGiB: 50, max: 128_000 },
    throughput: { base: 120, perGiB: 0.5, max: 1000 },
  },
];

/** A malformed id is the id of no disk: clients wait for a 404 after a delete. */
export const DiskId = uuid(errors.diskNotFound);
export const SnapshotId = uuid(errors.snapshotNotFound);

export const SourceImageId = uuid(errors.imageInvalid);
export const SourceSnapshotId = uuid(errors.snapshotInvalid);
export const SourceBackupId = uuid(errors.backupInvalid);

/** Which letters are allowed is not documented; control characters and half characters are not (inferred). */
export const DiskName = text(errors.nameInvalid).refine(
  name => lengthOf(name) >= diskLimits.name.min && lengthOf(name) <= diskLimits.name.max && /^[^\p{Cc}\p{Cs}]*$/u.test(name),
  failsWith(errors.nameInvalid),
);

/** A snapshot has a name like a disk's, but not one that says that the backup service made it. */
export const SnapshotName = DiskName.refine(
  name => !name.startsWith('autobk_snapshot_'),
  failsWith(errors.nameInvalid, 'The name is kept for backups.'),
);

export const DiskDescription = descriptionOf(diskLimits.description, errors.descriptionInvalid);

export const DiskCount = integer(diskLimits.count, errors.countInvalid);
export const DiskType = oneOf(
  diskTypeLimits.map(({ type }) => type),
  errors.typeInvalid,
);
/** GiB. Which limits hold depends on what the disk is made of: planDisk(). */
export const NewDiskSize = z.custom<number>(Number.isInteger, failsWith(errors.sizeInvalid));
/** GiB, of a disk that is extended. */
export const DiskSize = integer({ min: 1, max: diskLimits.dataSize.max }, errors.sizeInvalid);

export const nameFitsCount = nameFits(diskLimits.batchName);
export const nameFitsCountError = { ...failsWith(errors.nameInvalid), path: ['name'] };

export const DiskMetadata = z
  .record(z.string().min(1), z.string())
  .refine(
    metadata => Buffer.byteLength(Object.entries(metadata).flat().join('')) <= diskLimits.metadata.max,
    failsWith(errors.metadataTooLarge),
  );

export const DiskTags = tagsOf(diskLimits, errors);

/** The disks of a request that deletes. */
export const DiskIds = z
  .array(DiskId)
  .refine(ids => ids.length > 0, failsWith(errors.badParameter, 'Name at least one disk.'))
  .refine(ids => ids.length <= diskLimits.count.max, failsWith(errors.tooManyDisks));
