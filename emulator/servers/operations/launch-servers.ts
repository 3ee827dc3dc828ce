import { encrypt } from 'unixcrypt';
import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { serverDisk } from '../../disks/server-disk.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { imageDisk } from '../../images/image-disk.ts';
import { publicKeysOf } from '../../keypairs/public-keys-of.ts';
import { defineOperation } from '../../operation.ts';
import { regionOf } from '../../regions.ts';
import type { DiskType, Image } from '../../store/generated/client.ts';
import { text } from '../../validation.ts';
import { serverErrors as errors } from '../errors.ts';
import { hostnameOf } from '../hostname.ts';
import { createServerBatch, createSingleServerJob } from '../jobs/create-server.ts';
import { jobDisk, type LaunchDisk } from '../launch-disk.ts';
import { launchImage } from '../launch-image.ts';
import { planNics } from '../launch-nics.ts';
import { orderBatch } from '../order-batch.ts';
import { placeServer, requireFit, systemDiskSize } from '../place-server.ts';
import { type LaunchPlan, recordLaunch } from '../record-launch.ts';
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
    systemDisk: z.object({ type: rules.DiskType.default('SSD'), size: rules.SystemDiskSize.nullish() }).prefault({}),
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
    errors.imageUnfitForFlavor,
    errors.flavorNotFound,
    errors.zoneNotFound,
    errors.noCapacity,
    errors.memoryUnfitForImage,
    errors.diskTypeNotFound,
    errors.diskSizeInvalid,
    errors.diskTooSmallForImage,
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
    errors.quotaUsedUp,
    errors.diskQuotaUsedUp,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const image = await launchImage(cloud, caller, input.imageId);
    const { flavor, zone } = placeServer(
      regionOf(cloud.config.regions, caller.regionId),
      input.flavorId,
      input.availabilityZone ?? undefined,
    );
    requireFit(image, flavor);
    const disk = { type: input.systemDisk.type, size: systemDiskSize(image, input.systemDisk.size ?? undefined) };
    const authorizedKeys = await publicKeysOf(cloud, caller, input.keyName ?? undefined, errors.keyPairNotFound);
    const plannedNics = await planNics(cloud, caller, input);
    const names = rules.serverNames(input.name, input.count);
    const passwordHash = input.adminPassword ? encrypt(input.adminPassword) : null;

    return cloud.sshPorts.assign(input.count, sshPorts =>
      commit(async tx => {
        const plan: LaunchPlan = {
          kind: 'CLOUD',
          servers: names.map((name, index) => {
            const id = cloud.ids.uuid();
            return {
              id,
              name,
              hostname: hostnameOf(name, id),
              disks: [systemDisk(cloud, image, disk)],
              sshPort: sshPorts[index] ?? null,
            };
          }),
          tenantId: caller.tenantId,
          regionId: caller.regionId,
          zone,
          image,
          flavor,
          nics: plannedNics,
          securityGroupIds: input.securityGroupIds,
          description: input.description ?? '',
          keyName: input.keyName ?? null,
          passwordHash,
          userData: input.userData ? Buffer.from(input.userData, 'base64') : null,
          metadata: Object.fromEntries(input.metadata.map(({ key, value }) => [key, value])),
          tags: input.tags,
        };
        const nics = await recordLaunch(tx, cloud, plan, refusals);
        const shared = { imageId: image.id, authorizedKeys, inject: image.userData };
        const inputs = plan.servers.flatMap(({ id: serverId, disks }, index) => {
          const own = nics[index];
          return own ? [{ serverId, disks: disks.map(jobDisk), nics: own, ...shared }] : [];
        });
        const jobId = await orderBatch(tx, cloud, caller, { batch: createServerBatch, single: createSingleServerJob, inputs });
        return { jobId, serverIds: plan.servers.map(({ id }) => id) };
      }),
    );
  },
});

function systemDisk(cloud: Cloud, image: Image, { type, size }: { type: DiskType; size: number }): LaunchDisk {
  const id = cloud.ids.uuid();
  return {
    id,
    disk: serverDisk(id),
    source: imageDisk(image.id),
    size,
    type,
    device: '/dev/vda',
    bootIndex: 0,
    bootable: true,
    shareable: false,
    deviceType: 'VBD',
    fileSystem: null,
    deleteOnTermination: true,
    imageId: image.id,
    backupId: null,
  };
}
