/**
 * Limits and checks of bare-metal servers: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: compute 3.1 (create), 3.2, 9.1 (limits), 9.2 (names).
 */
import { z } from 'zod';
import { nameFits } from '../../names.ts';
import { FileSystem } from '../../store/generated/enums.ts';
import { failsWith, integer, oneOf, text, uuid } from '../../validation.ts';
import * as servers from '../rules.ts';
import { bareMetalErrors as errors } from './errors.ts';
import { bootDevices } from './machine.ts';

export const bareMetalLimits = {
  name: { min: 1, max: 63 },
  /** Several servers of one launch: the rest of the name is a hyphen and four digits. */
  batchName: { max: 58 },
  count: { min: 1, max: 24 },
  nics: { min: 1, max: 2 },
  /** GiB, of a volume that is booted from. */
  rootVolume: { min: 40, max: 1024 },
  /** GiB */
  dataDisk: { min: 10, max: 32_768 },
  /** Mbit/s of an elastic IP. */
  bandwidth: { min: 5, max: 2000, default: 5 },
  /** Of one server, with the one that it boots from; the EVS guide says 60. */
  disks: { max: 40 },
} as const;

export const BareMetalName = text(errors.nameInvalid).refine(
  name => /^[A-Za-z0-9_.-]*$/.test(name) && name.length >= bareMetalLimits.name.min && name.length <= bareMetalLimits.name.max,
  failsWith(errors.nameInvalid),
);

export const nameFitsCount = nameFits(bareMetalLimits.batchName);
export const nameFitsCountError = { ...failsWith(errors.nameInvalid), path: ['name'] };

export const BareMetalCount = integer(bareMetalLimits.count, errors.countInvalid);

/** A malformed id is the id of nothing. */
export const BareMetalServerId = uuid(errors.serverNotFound);
export const BareMetalServerIds = z
  .array(BareMetalServerId)
  .refine(
    ({ length }) => length > 0 && length <= servers.serverLimits.batch.max,
    failsWith(errors.badParameter, `Name 1 to ${servers.serverLimits.batch.max} servers.`),
  );
export const LaunchImageId = uuid(errors.imageNotFound);
export const SecurityGroupIds = z.array(uuid(errors.securityGroupNotFound)).max(servers.serverLimits.securityGroups.max);

/** Without a type it is SAS, without a size what the image needs, but 40 GiB at least. */
export const RootVolume = z.object({
  type: oneOf(['SAS', 'SSD'], errors.rootVolumeInvalid).default('SAS'),
  size: integer(bareMetalLimits.rootVolume, errors.rootVolumeInvalid).nullish(),
});

/** Always a SCSI disk: a bare-metal server takes no others. */
export const DataDisks = z.array(
  z.object({
    type: oneOf(servers.diskTypes, errors.dataDiskInvalid).default('SAS'),
    /** GiB */
    size: integer(bareMetalLimits.dataDisk, errors.dataDiskInvalid),
    shareable: z.boolean().default(false),
    /** Made on the disk; without it the disk is empty. */
    fileSystem: z.enum(FileSystem).nullish(),
  }),
);

/** An interface of a launch: a new port in a subnet, the tenant's default one without it, or a port that is there. */
export const Nics = z
  .array(
    z.object({
      subnetId: uuid(errors.subnetNotFound).nullish(),
      portId: uuid(errors.nicsInvalid).nullish(),
      /** Of the subnet, for a single server. */
      address: text(errors.nicsInvalid).nullish(),
    }),
  )
  .refine(
    ({ length }) => length >= bareMetalLimits.nics.min && length <= bareMetalLimits.nics.max,
    failsWith(errors.tooManyNics),
  );

/** The elastic IP of a launch: one that is there, for a single server, or a new one for each server. Source: compute 3.1 (`publicip`). */
export const LaunchAddress = z
  .object({
    publicAddressId: text(errors.publicAddressNotFound).nullish(),
    /** Of a new one. */
    bandwidthSize: integer(bareMetalLimits.bandwidth, errors.bandwidthInvalid).nullish(),
  })
  .refine(
    ({ publicAddressId, bandwidthSize }) => !publicAddressId || typeof bandwidthSize !== 'number',
    failsWith(errors.publicAddressTwice),
  );

/** What a launch signs in with and is told; the checks are those of cloud servers, the codes are not. */
export const AdminPassword = servers.adminPassword(errors.passwordInvalid);
export const UserData = servers.userData(errors.userDataInvalid);
export const Metadata = servers.serverMetadata(errors.metadataInvalid);

/** Each device once. Nothing but the disk can be booted from here: there is no boot server in any subnet, and no drive. */
export const BootOrder = z
  .array(oneOf(bootDevices, errors.badParameter))
  .refine(order => new Set(order).size === order.length, failsWith(errors.badParameter, 'A boot device occurs twice.'))
  .refine(
    order => order.includes('disk'),
    failsWith(errors.badParameter, 'The disk has to be among the boot devices: nothing else can be booted from here.'),
  );
