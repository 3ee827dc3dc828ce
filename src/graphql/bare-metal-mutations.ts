import { launchBareMetalServers } from '../../emulator/servers/bare-metal/operations/launch.ts';
import { operateBareMetalServers } from '../../emulator/servers/bare-metal/operations/operate.ts';
import { setBootOrder } from '../../emulator/servers/bare-metal/operations/set-boot-order.ts';
import { jobOfAnswer, serverOfAnswer, serversOfAnswer } from './answer-fields.ts';
import { BootDevice } from './bare-metal.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { readId, readIds } from './global-id.ts';
import { launchNetworkOf, ServerNicInput } from './launch-network.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { MetadataInput } from './server-mutations.ts';
import { TagInput } from './tag.ts';

const RootVolumeType = builder.enumType('RootVolumeType', {
  description: 'Performance class of a volume that a machine boots from.',
  values: { SAS: { description: 'High I/O.' }, SSD: { description: 'Ultra-high I/O.' } } as const,
});

const RootVolumeInput = builder.inputType('RootVolumeInput', {
  description: 'The volume that a machine boots from.',
  fields: t => ({
    type: t.field({ type: RootVolumeType, description: 'Its performance class; SAS without it.' }),
    size: t.int({ description: 'Its size in GiB, 40 to 1024; what the image needs without it.' }),
  }),
});

const BareMetalDataDiskInput = builder.inputType('BareMetalDataDiskInput', {
  description: 'An empty SCSI disk besides the one to boot from.',
  fields: t => ({
    type: t.field({ type: enums.DiskType, description: 'Its performance class; SAS without it.' }),
    size: t.int({ required: true, description: 'Its size in GiB, 10 to 32768.' }),
    shareable: t.boolean({ description: 'Whether several servers may have it at once.' }),
    fileSystem: t.field({ type: enums.FileSystem, description: 'What it is formatted with; nothing without it.' }),
  }),
});

const BareMetalPublicAddressInput = builder.inputType('BareMetalPublicAddressInput', {
  description: 'The elastic IP of a bare-metal server: one that is there, or a new one for each.',
  fields: t => ({
    publicAddressId: t.id({ description: 'One that is not bound, for a single server; a new one without it.' }),
    bandwidthSize: t.int({ description: 'Mbit/s of a new one, 5 to 2000; 5 without it.' }),
  }),
});

addMutation('launchBareMetalServers', {
  description:
    'Launches bare-metal servers from an image for bare metal. They are there at once, in BUILD; a job with a sub-job for each takes their machines through the phases `clean`, `deploy` and `boot`.',
  input: t => ({
    name: t.string({ required: true, description: 'Name, up to 63 characters; several servers are called `name-0001`, …' }),
    imageId: t.id({ required: true, description: 'The image to boot from: one of the kind BARE_METAL.' }),
    flavorId: t.id({ required: true, description: 'The flavor: `physical.s4.medium`.' }),
    count: t.int({ description: 'How many, up to 24; 1 without it.' }),
    rootVolume: t.field({
      type: RootVolumeInput,
      description: 'The volume to boot from: needed where the flavor’s `bootType` is VOLUME, refused elsewhere.',
    }),
    dataDisks: t.field({ type: [BareMetalDataDiskInput], description: 'Disks besides it, up to 39.' }),
    availabilityZone: t.string({ description: 'The zone; the first one that has such a machine without it.' }),
    nics: t.field({
      type: [ServerNicInput],
      description: 'Its network interfaces, up to 2 in subnets of one VPC; without any one in the tenant’s default subnet.',
    }),
    securityGroupIds: t.idList({ description: 'Security groups of its new ports, up to 10; the default group without any.' }),
    publicAddress: t.field({
      type: BareMetalPublicAddressInput,
      description: 'An elastic IP for its first port. Refused where the hardware lacks `publicAddresses`.',
    }),
    keyName: t.id({ description: 'The key pair whose public key signs in.' }),
    adminPassword: t.string({
      description: 'Password of the image’s login user, instead of a key pair: 8 to 26 characters of three kinds.',
    }),
    userData: t.string({ description: 'What runs at the first boot: base64 of at most 32 KiB.' }),
    metadata: t.field({ type: [MetadataInput], description: 'Pairs for the metadata service; up to 10.' }),
    tags: t.field({ type: [TagInput], description: 'Tags; up to 10.' }),
  }),
  run: (session, input, options) => {
    const {
      imageId,
      flavorId,
      count,
      rootVolume,
      dataDisks,
      nics,
      securityGroupIds,
      publicAddress,
      keyName,
      metadata,
      tags,
      ...rest
    } = input;
    return session.run(
      launchBareMetalServers,
      {
        ...rest,
        imageId: readId.image(imageId, 'imageId'),
        flavorId: readId.flavor(flavorId, 'flavorId'),
        count: count ?? undefined,
        rootVolume: rootVolume && withoutNulls(rootVolume),
        dataDisks: dataDisks?.map(withoutNulls),
        ...launchNetworkOf({ nics, securityGroupIds, publicAddress }),
        keyName: keyName && readId.keyPair(keyName, 'keyName'),
        metadata: metadata ?? undefined,
        tags: tags?.map(withoutNulls),
      },
      options,
    );
  },
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

const PowerAction = builder.enumType('PowerAction', {
  description: 'What a management controller does to its machine.',
  values: {
    POWER_ON: { description: 'Powers it on.' },
    POWER_OFF: { description: 'Powers it off: like pulling the plug.' },
    SOFT_POWER_OFF: { description: 'Asks the system to power off, and gives it 30 s.' },
    REBOOT: { description: 'Powers it off and on.' },
    SOFT_REBOOT: { description: 'Asks the system to restart.' },
  } as const,
});

addMutation('operateBareMetalServers', {
  description: 'Switches the power of bare-metal servers, through their management controllers. Their disks stay.',
  input: t => ({
    serverIds: t.idList({ required: true, description: 'The servers; up to 1000.' }),
    action: t.field({ type: PowerAction, required: true, description: 'What is done.' }),
  }),
  run: (session, { serverIds, action }, options) =>
    session.run(operateBareMetalServers, { serverIds: readIds(readId.server, serverIds, 'serverIds'), action }, options),
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

addMutation('setBootOrder', {
  description: 'Sets where a bare-metal server looks for a system; it counts from the next start on.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    bootOrder: t.field({
      type: [BootDevice],
      required: true,
      description: 'The devices, the first one first; each once, and the disk among them.',
    }),
  }),
  run: (session, { serverId, bootOrder }, options) =>
    session.run(setBootOrder, { serverId: readId.server(serverId, 'serverId'), bootOrder }, options),
  payload: t => ({ server: t.field(serverOfAnswer) }),
});
