import { z } from 'zod';
import { batchNames } from '../../batch-names.ts';
import { commonErrors } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { requireImageBackup } from '../../images/image-backup.ts';
import { publicKeysOf } from '../../keypairs/public-keys-of.ts';
import { networkErrors } from '../../networks/errors.ts';
import { defineOperation } from '../../operation.ts';
import { regionOf } from '../../regions.ts';
import { text } from '../../validation.ts';
import { serverErrors as errors } from '../errors.ts';
import { createServerBatch, createSingleServerJob } from '../jobs/create-server.ts';
import { LaunchAddress, planAddress } from '../launch-address.ts';
import { launchImage } from '../launch-image.ts';
import { planNics } from '../launch-nics.ts';
import { orderLaunch } from '../order-launch.ts';
import { placeServer, requireFit, zoneOfBackup } from '../place-server.ts';
import { planDisks, withIds } from '../plan-disks.ts';
import * as rules from '../rules.ts';

const Input = z
  .object({
    name: rules.ServerName,
    description: rules.ServerDescription.nullish(),
    count: rules.ServerCount.default(1),
    imageId: rules.LaunchImageId,
    flavorId: rules.FlavorId,
    availabilityZone: text(errors.zoneNotFound).nullish(),
    /** Size in GiB; without it what the image needs. */
    systemDisk: z.object({ type: rules.DiskType.nullish(), size: rules.SystemDiskSize.nullish() }).prefault({}),
    /** Besides it, and besides those that a full-ECS image brings. */
    dataDisks: rules.LaunchDataDisks.default([]),
    adminPassword: rules.AdminPassword.nullish(),
    keyName: text(errors.keyPairNotFound).nullish(),
    /** Base64. */
    userData: rules.UserData.nullish(),
    metadata: rules.ServerMetadata.default([]),
    tags: rules.ServerTags.default([]),
    /** A single interface: in this subnet, without it in the tenant's default one. */
    subnetId: rules.SubnetId.nullish(),
    /** For one server only. */
    address: text(errors.addressOutsideSubnet).nullish(),
    /** Instead of a subnet. */
    nics: rules.LaunchNics.nullish(),
    securityGroupIds: rules.SecurityGroupIds.default([]),
    publicAddress: LaunchAddress.nullish(),
  })
  .refine(rules.nameFitsCount, rules.nameFitsCountError);

/** One code for all three quotas of servers. */
const refusals = { ...errors, coresUsedUp: errors.quotaUsedUp, ramUsedUp: errors.quotaUsedUp };

/**
 * Orders servers: their records are there at once, in BUILD, and a job with a sub-job for each makes them. The checks come in the order of
 * compute 2.8: fields, image, flavor and zone, disk, key pair, network, quotas.
 */
export const launchServers = defineOperation({
  name: 'servers.launch',
  permission: 'ecs:cloudServers:create',
  access: 'write',
  input: Input,
  invalid: errors.badParameter,
  errors: [
    errors.nameMissing,
    errors.nameTooLong,
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.countInvalid,
    errors.imageNotFound,
    errors.imageNotActive,
    errors.imageDamaged,
    errors.backupGone,
    errors.imageUnusable,
    errors.imageUnfitForFlavor,
    errors.flavorNotFound,
    errors.zoneNotFound,
    errors.noCapacity,
    errors.memoryUnfitForImage,
    errors.diskTypeNotFound,
    errors.diskSizeInvalid,
    errors.diskTooSmallForImage,
    errors.tooManyDataDisks,
    errors.dataDiskSizeInvalid,
    errors.dataDiskTooSmallForImage,
    errors.notADataImage,
    errors.dataImageTwice,
    errors.fileSystemOfFullDisk,
    errors.restoredDiskUnknown,
    errors.passwordInvalid,
    errors.keyPairNotFound,
    errors.userDataInvalid,
    errors.metadataInvalid,
    errors.tooManyTags,
    errors.tagTooLong,
    errors.tagInvalid,
    errors.tagTwice,
    errors.subnetNotFound,
    errors.addressOutsideSubnet,
    errors.tooManyNics,
    errors.subnetTwice,
    errors.nicsOfSeveralVpcs,
    errors.portNotFound,
    errors.portInUse,
    errors.securityGroupNotFound,
    errors.tooManySecurityGroups,
    errors.addressInUse,
    errors.noFreeAddress,
    errors.portQuotaUsedUp,
    errors.publicAddressNotFound,
    errors.publicAddressUnusable,
    errors.bandwidthInvalid,
    errors.publicAddressQuotaUsedUp,
    networkErrors.noPublicAddress,
    commonErrors.notOnThisHardware,
    errors.quotaUsedUp,
    errors.diskQuotaUsedUp,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const image = await launchImage(cloud, caller, input.imageId);
    const restored = image.kind === 'FULL_ECS' ? await requireImageBackup(cloud, image, errors) : undefined;
    const askedZone = input.availabilityZone ?? undefined;
    const wantedZone = restored ? zoneOfBackup(restored.backup, askedZone) : askedZone;
    const { flavor, zone } = placeServer(regionOf(cloud.config.regions, caller.regionId), input.flavorId, wantedZone);
    requireFit(image, flavor);
    const diskPlans = await planDisks(cloud, caller, { ...input, image, restored });
    const authorizedKeys = await publicKeysOf(cloud, caller, input.keyName ?? undefined, errors.keyPairNotFound);
    const nics = await planNics(cloud, caller, input);
    const publicAddress = input.publicAddress ? await planAddress(cloud, caller, input.publicAddress, input.count) : undefined;
    const order = {
      ...input,
      kind: 'CLOUD',
      names: batchNames(input.name, input.count),
      image,
      flavor,
      zone,
      nics,
      publicAddress,
      authorizedKeys,
      disksOf: () => withIds(cloud, diskPlans),
      refusals,
      batch: createServerBatch,
      single: createSingleServerJob,
    } as const;
    return orderLaunch(cloud, caller, order, commit);
  },
});
