/**
 * Limits and checks of servers and key pairs: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: compute 2.1 (create), 2.5 and 9.1 (limits), 9.2 (names).
 */
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { descriptionOf, nameFits } from '../names.ts';
import { tagsOf } from '../tags.ts';
import { KIB } from '../units.ts';
import { failsWith, integer, lengthOf, oneOf, text, uuid } from '../validation.ts';
import { serverErrors as errors } from './errors.ts';
import { isPublicKey } from './public-key.ts';

export const serverLimits = {
  name: { min: 1, max: 128 },
  /** Several servers of one launch: the rest of the name is a hyphen and four digits. */
  batchName: { max: 59 },
  description: { max: 85 },
  count: { min: 1, max: 100 },
  /** Servers in one power or delete request. */
  batch: { max: 1000 },
  password: { min: 8, max: 26, kinds: 3 },
  /** Bytes, decoded. */
  userData: { max: 32 * KIB },
  /** Pairs at launch; the lengths are those of Nova (upstream). */
  metadata: { max: 10, key: 255, value: 255 },
  tags: { max: 10 },
  tagKey: { min: 1, max: 36 },
  tagValue: { max: 43 },
  /** GiB */
  systemDisk: { min: 1, max: 1024 },
  /** GiB, of a data disk; an empty one has at least 10 (diskLimits). */
  dataDisk: { max: 32_768 },
  /** Besides the system disk. */
  dataDisks: { max: 59 },
  nics: { min: 1, max: 12 },
  /** Of one network interface: Nova's limit of a server. */
  securityGroups: { max: 10 },
  keyPairName: { min: 1, max: 64 },
  publicKey: { max: 1024 },
  /** What a tenant may have, by default: the sample of the native limits call; key pairs as in the sample of Nova's quota set. RAM in MiB. */
  quota: { servers: 2048, cores: 20_480, ram: 25_165_824, keyPairs: 100 },
} as const;

/** A malformed id is the id of no server: clients wait for a 404 after a delete. */
export const ServerId = uuid(errors.serverNotFound);

/** The image of a launch. */
export const LaunchImageId = uuid(errors.imageNotFound);

export const SubnetId = uuid(errors.subnetNotFound);

export const PortId = uuid(errors.portNotFound);

const SecurityGroupId = uuid(errors.securityGroupNotFound);

/** Without any it is the tenant's default group. */
export const SecurityGroupIds = z
  .array(SecurityGroupId)
  .refine(ids => ids.length <= serverLimits.securityGroups.max, failsWith(errors.tooManySecurityGroups));

interface WantedNic {
  readonly subnetId?: string | null | undefined;
  readonly portId?: string | null | undefined;
  readonly address?: string | null | undefined;
}

/** For refine() on an interface: a new port in a subnet, or a port that is there. */
export const isNicOrPort = ({ subnetId, portId, address }: WantedNic): boolean =>
  portId ? !subnetId && !address : Boolean(subnetId);
export const isNicOrPortError = failsWith(
  errors.badParameter,
  'A network interface is in a subnet, with an address or without, or it is a port.',
);

/** An interface of a launch. */
const LaunchNic = z
  .object({
    subnetId: SubnetId.nullish(),
    portId: PortId.nullish(),
    /** Of the subnet, for a single server. */
    address: text(errors.addressOutsideSubnet).nullish(),
  })
  .refine(isNicOrPort, isNicOrPortError);

/** The first is the primary one. */
export const LaunchNics = z
  .array(LaunchNic)
  .refine(({ length }) => length >= serverLimits.nics.min && length <= serverLimits.nics.max, failsWith(errors.tooManyNics));

export const FlavorId = text(errors.flavorNotFound);

export const ServerName = text(errors.nameMissing)
  .refine(name => name.length > 0, failsWith(errors.nameMissing))
  .refine(name => lengthOf(name) <= serverLimits.name.max, failsWith(errors.nameTooLong))
  .refine(name => /^[A-Za-z0-9_.-]+$/.test(name), failsWith(errors.nameInvalid));

export const ServerDescription = descriptionOf(serverLimits.description, errors.descriptionInvalid);

export const ServerCount = integer(serverLimits.count, errors.countInvalid);

export const nameFitsCount = nameFits(serverLimits.batchName);
export const nameFitsCountError = { ...failsWith(errors.nameTooLong), path: ['name'] };

const passwordKinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

// The bare-metal service has the same checks under codes of its own, hence the functions.

/** Printable ASCII without the space (inferred: the page lists the special characters, shells and shadow files set the border). */
export const adminPassword = (invalid: ErrorCode) =>
  text(invalid).refine(
    password =>
      /^[!-~]*$/.test(password) &&
      password.length >= serverLimits.password.min &&
      password.length <= serverLimits.password.max &&
      passwordKinds.filter(kind => kind.test(password)).length >= serverLimits.password.kinds,
    failsWith(invalid),
  );
export const AdminPassword = adminPassword(errors.passwordInvalid);

/** Base64 of at most 32 KiB; the line breaks that the base64 command puts in are taken out. */
export const userData = (invalid: ErrorCode) =>
  text(invalid)
    .refine(encoded => encoded.length <= 2 * serverLimits.userData.max, failsWith(invalid))
    .transform(encoded => encoded.replace(/\s+/g, ''))
    .refine(
      encoded =>
        /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded) &&
        Buffer.byteLength(encoded, 'base64') <= serverLimits.userData.max,
      failsWith(invalid),
    );
export const UserData = userData(errors.userDataInvalid);

const metadataText = (min: number, max: number, invalid: ErrorCode) =>
  text(invalid).refine(
    part => lengthOf(part) >= min && lengthOf(part) <= max && /^[^\p{Cc}\p{Cs}]*$/u.test(part),
    failsWith(invalid),
  );

const keysDiffer = (pairs: readonly { key: string }[]): boolean => new Set(pairs.map(pair => pair.key)).size === pairs.length;

export const serverMetadata = (invalid: ErrorCode) =>
  z
    .array(
      z.object({
        key: metadataText(1, serverLimits.metadata.key, invalid),
        value: metadataText(0, serverLimits.metadata.value, invalid),
      }),
    )
    .refine(pairs => pairs.length <= serverLimits.metadata.max && keysDiffer(pairs), failsWith(invalid));
export const ServerMetadata = serverMetadata(errors.metadataInvalid);

export const ServerTags = tagsOf(serverLimits, errors);

/** Ordinary I/O, high I/O, ultra-high I/O, general purpose SSD, extreme SSD. */
export const diskTypes = ['SATA', 'SAS', 'SSD', 'GPSSD', 'ESSD'] as const;
export type DiskType = (typeof diskTypes)[number];
export const DiskType = oneOf(diskTypes, errors.diskTypeNotFound);

/** GiB. That it holds the image is for the launch to check: diskTooSmallForImage. */
export const SystemDiskSize = integer(serverLimits.systemDisk, errors.diskSizeInvalid);

const deviceTypes = ['VBD', 'SCSI'] as const;
const fileSystems = ['EXT4'] as const;

/** A disk besides the system disk. Source: compute 2.1 (data_volumes); file systems are ours. */
const LaunchDataDisk = z
  .object({
    type: DiskType.nullish(),
    /** GiB; without it what the image or the backup needs. That it is not too small is for the launch to check. */
    size: integer({ min: 1, max: serverLimits.dataDisk.max }, errors.dataDiskSizeInvalid).nullish(),
    /** A data disk image; without it the disk is empty. */
    imageId: LaunchImageId.nullish(),
    /** A disk of a full-ECS image, by its id or that of its backup: this is what that one is to be like. */
    snapshotId: text(errors.restoredDiskUnknown).nullish(),
    /** Without them a disk of a full-ECS image is as it was, any other for one server, and VBD. */
    shareable: z.boolean().nullish(),
    deviceType: oneOf(deviceTypes, errors.badParameter).nullish(),
    /** To be made on an empty disk. */
    fileSystem: oneOf(fileSystems, errors.badParameter).nullish(),
    deleteOnTermination: z.boolean().default(false),
    count: integer({ min: 1, max: serverLimits.dataDisks.max }, errors.tooManyDataDisks).default(1),
  })
  .refine(({ fileSystem, imageId, snapshotId }) => !(fileSystem && (imageId || snapshotId)), {
    ...failsWith(errors.fileSystemOfFullDisk),
    path: ['fileSystem'],
  })
  .refine(({ imageId, snapshotId, count }) => !(snapshotId && (imageId || count > 1)), {
    ...failsWith(errors.restoredDiskUnknown),
    path: ['snapshotId'],
  });
export type LaunchDataDisk = z.output<typeof LaunchDataDisk>;

export const LaunchDataDisks = z
  .array(LaunchDataDisk)
  .refine(
    disks => disks.reduce((sum, { count }) => sum + count, 0) <= serverLimits.dataDisks.max,
    failsWith(errors.tooManyDataDisks),
  )
  .refine(imagesDiffer, failsWith(errors.dataImageTwice));

/** A data disk image gives at most one disk of a server. Source: ims-api 8. */
function imagesDiffer(disks: readonly LaunchDataDisk[]): boolean {
  const ids = disks.flatMap(({ imageId, count }) => (imageId ? Array.from({ length: count }, () => imageId) : []));
  return new Set(ids).size === ids.length;
}

export const KeyPairName = text(errors.keyPairNameInvalid).refine(
  name => name.length <= serverLimits.keyPairName.max && /^[A-Za-z0-9_-]+$/.test(name),
  failsWith(errors.keyPairNameInvalid),
);

/** One line of OpenSSH; blanks around it are taken off, as a file ends with a line break. */
export const PublicKey = text(errors.publicKeyInvalid)
  .transform(line => line.trim())
  .refine(line => line.length <= serverLimits.publicKey.max && isPublicKey(line), failsWith(errors.publicKeyInvalid));

/** How to power off or reboot: ask the guest, or do not. */
const powerTypes = ['SOFT', 'HARD'] as const;
export const PowerType = oneOf(powerTypes, errors.badParameter);

/** The servers of a power or delete request. */
export const ServerIds = z
  .array(ServerId)
  .refine(ids => ids.length > 0, failsWith(errors.badParameter, 'Name at least one server.'))
  .refine(ids => ids.length <= serverLimits.batch.max, failsWith(errors.tooManyServers));
