import { z } from 'zod';
import { batchNames } from '../../../batch-names.ts';
import type { Cloud } from '../../../cloud.ts';
import { commonErrors, refuse } from '../../../errors.ts';
import { requireHardware } from '../../../hardware-ready.ts';
import type { Caller } from '../../../identity/caller.ts';
import { publicKeysOf } from '../../../keypairs/public-keys-of.ts';
import { networkErrors } from '../../../networks/errors.ts';
import { defineOperation } from '../../../operation.ts';
import { regionOf } from '../../../regions.ts';
import { text } from '../../../validation.ts';
import { serverErrors } from '../../errors.ts';
import { type PlannedAddress, planAddress } from '../../launch-address.ts';
import { launchImage } from '../../launch-image.ts';
import { planNics } from '../../launch-nics.ts';
import { orderLaunch } from '../../order-launch.ts';
import { ServerTags } from '../../rules.ts';
import { bareMetalErrors as errors } from '../errors.ts';
import { createBareMetalBatch, createSingleBareMetalJob } from '../jobs/create-bare-metal-server.ts';
import { planLaunchDisks } from '../launch-disks.ts';
import { inOwnCodes } from '../own-codes.ts';
import { placeMachine, requireMachineFit } from '../place-machine.ts';
import * as rules from '../rules.ts';

const Input = z
  .object({
    name: rules.BareMetalName,
    count: rules.BareMetalCount.default(1),
    imageId: rules.LaunchImageId,
    flavorId: text(errors.flavorNotFound),
    availabilityZone: text(errors.zoneNotFound).nullish(),
    /** For a flavor that boots from a volume, and then needed. */
    rootVolume: rules.RootVolume.nullish(),
    dataDisks: rules.DataDisks.default([]),
    adminPassword: rules.AdminPassword.nullish(),
    keyName: text(errors.keyPairNotFound).nullish(),
    /** Base64. */
    userData: rules.UserData.nullish(),
    metadata: rules.Metadata.default([]),
    tags: ServerTags.default([]),
    /** Without any, one in the tenant's default subnet. */
    nics: rules.Nics.nullish(),
    securityGroupIds: rules.SecurityGroupIds.default([]),
    /** For the first interface. */
    publicAddress: rules.LaunchAddress.nullish(),
  })
  .refine(rules.nameFitsCount, rules.nameFitsCountError);

const refusals = { ...errors, portInUse: errors.nicsInvalid };

/**
 * Orders bare-metal servers: their records are there at once, in BUILD, and a job with a sub-job for each makes them. The checks come in the
 * order of those of cloud servers: fields, flavor and zone, image, disks, key pair, network, quotas. Source: compute 3.1.
 */
export const launchBareMetalServers = defineOperation({
  name: 'bareMetal.launch',
  permission: 'bms:servers:create',
  access: 'write',
  input: Input,
  invalid: errors.badParameter,
  errors: [
    commonErrors.notOnThisHardware,
    errors.nameInvalid,
    errors.countInvalid,
    errors.flavorNotFound,
    errors.zoneNotFound,
    errors.noCapacity,
    errors.imageNotFound,
    errors.imageNotActive,
    errors.imageDamaged,
    errors.imageUnfit,
    errors.rootVolumeInvalid,
    errors.dataDiskInvalid,
    errors.tooManyDataDisks,
    errors.noDisksOnFlavor,
    errors.signInTwice,
    errors.passwordInvalid,
    errors.keyPairNotFound,
    errors.userDataInvalid,
    errors.metadataInvalid,
    serverErrors.tooManyTags,
    serverErrors.tagTooLong,
    serverErrors.tagInvalid,
    serverErrors.tagTwice,
    errors.tooManyNics,
    errors.nicsInvalid,
    errors.subnetNotFound,
    errors.addressForBatch,
    errors.addressInUse,
    errors.noFreeAddress,
    errors.portQuotaUsedUp,
    errors.securityGroupNotFound,
    errors.publicAddressTwice,
    errors.publicAddressForBatch,
    errors.publicAddressNotFound,
    errors.publicAddressUnusable,
    errors.bandwidthInvalid,
    errors.publicAddressQuotaUsedUp,
    networkErrors.noPublicAddress,
    errors.quotaUsedUp,
    errors.coresUsedUp,
    errors.ramUsedUp,
    errors.diskQuotaUsedUp,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const { count, keyName, adminPassword, dataDisks } = input;
    const region = regionOf(cloud.config.regions, caller.regionId);
    const { flavor, zone } = placeMachine(region, input.flavorId, input.availabilityZone ?? undefined);
    const image = await inOwnCodes(() => launchImage(cloud, caller, input.imageId));
    requireMachineFit(image, flavor);
    const disksOf = planLaunchDisks(cloud, { image, flavor, rootVolume: input.rootVolume ?? undefined, dataDisks });
    refuse(Boolean(keyName && adminPassword), errors.signInTwice, { field: 'adminPassword' });
    const authorizedKeys = await publicKeysOf(cloud, caller, keyName ?? undefined, errors.keyPairNotFound);
    const namesOne = input.nics?.some(({ address, portId }) => address || portId) ?? false;
    refuse(namesOne && count > 1, errors.addressForBatch, { field: 'nics' });
    const nics = await inOwnCodes(() => planNics(cloud, caller, { count, nics: input.nics }));
    const publicAddress = input.publicAddress ? await addressOf(cloud, caller, input.publicAddress, count) : undefined;
    const order = {
      ...input,
      kind: 'BARE_METAL',
      names: batchNames(input.name, count),
      image,
      flavor,
      zone,
      nics,
      publicAddress,
      authorizedKeys,
      disksOf,
      refusals,
      batch: createBareMetalBatch,
      single: createSingleBareMetalJob,
    } as const;
    return inOwnCodes(() => orderLaunch(cloud, caller, order, commit));
  },
});

function addressOf(
  cloud: Cloud,
  caller: Caller,
  { publicAddressId, bandwidthSize }: z.infer<typeof rules.LaunchAddress>,
  count: number,
): Promise<PlannedAddress> {
  const field = 'publicAddress.publicAddressId';
  refuse(Boolean(publicAddressId) && count > 1, errors.publicAddressForBatch, { field });
  const wanted = { publicAddressId, bandwidthSize: bandwidthSize ?? rules.bareMetalLimits.bandwidth.default };
  return inOwnCodes(() => planAddress(cloud, caller, wanted, count));
}
