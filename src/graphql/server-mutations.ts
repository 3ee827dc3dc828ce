import { deleteServers } from '../../emulator/servers/operations/delete-servers.ts';
import { launchServers } from '../../emulator/servers/operations/launch-servers.ts';
import { rebootServers, startServers, stopServers } from '../../emulator/servers/operations/power-servers.ts';
import { resizeServer } from '../../emulator/servers/operations/resize-server.ts';
import { deleteServerTags, setServerTags } from '../../emulator/servers/operations/tag-server.ts';
import { updateServer } from '../../emulator/servers/operations/update-server.ts';
import { jobOfAnswer, serverOfAnswer, serversOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { readId, readIds, serverGlobalId } from './global-id.ts';
import { launchNetworkOf, ServerNicInput } from './launch-network.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { TagInput } from './tag.ts';

const SystemDiskInput = builder.inputType('SystemDiskInput', {
  description: 'The disk that a server boots from.',
  fields: t => ({
    type: t.field({ type: enums.DiskType, description: 'Its performance class; SSD without it.' }),
    size: t.int({ description: 'Its size in GiB, up to 1024; what the image needs without it.' }),
  }),
});

const DataDiskInput = builder.inputType('DataDiskInput', {
  description:
    'Disks besides the one to boot from: empty, of a data disk image, or one of a full-ECS image that is to be different.',
  fields: t => ({
    type: t.field({ type: enums.DiskType, description: 'Performance class; SSD, or that of the restored disk, without it.' }),
    size: t.int({ description: 'Size in GiB, 10 to 32768; what the image or the restored disk needs without it.' }),
    imageId: t.id({ description: 'The data disk image that it is made of; each one gives one disk of a server.' }),
    snapshotId: t.id({
      description:
        'A data disk of the full-ECS image, by the id of the disk or of its backup: type, size and the like are for that one. It is not needed to get the disk.',
    }),
    shareable: t.boolean({
      description: 'Whether several servers may have it at once; without it as a disk of a full-ECS image was.',
    }),
    deviceType: t.field({
      type: enums.DiskDeviceType,
      description: 'How it is connected; without it as a disk of a full-ECS image was, else VBD.',
    }),
    fileSystem: t.field({ type: enums.FileSystem, description: 'What an empty disk is formatted with; nothing without it.' }),
    deleteOnTermination: t.boolean({ description: 'Whether it goes with the server.' }),
    count: t.int({ description: 'How many of them; 1 without it.' }),
  }),
});

export const MetadataInput = builder.inputType('MetadataInput', {
  description: 'A pair that a server finds at its metadata service.',
  fields: t => ({
    key: t.string({ required: true, description: 'Its key, up to 255 characters.' }),
    value: t.string({ required: true, description: 'Its value, up to 255 characters.' }),
  }),
});

const ServerPublicAddressInput = builder.inputType('ServerPublicAddressInput', {
  description: 'The elastic IP of a server: one that is there, or a new one for each.',
  fields: t => ({
    publicAddressId: t.id({ description: 'One that is not bound, for a single server; a new one without it.' }),
    bandwidthSize: t.int({ description: 'Mbit/s of a new one, 1 to 1000; 5 without it.' }),
  }),
});

addMutation('launchServers', {
  description:
    'Launches servers from an image. They are there at once, in BUILD; a job with a sub-job for each makes them and powers them on.',
  input: t => ({
    name: t.string({ required: true, description: 'Name; several servers are called `name-0001`, `name-0002`, …' }),
    imageId: t.id({ required: true, description: 'The image to boot from.' }),
    flavorId: t.id({ required: true, description: 'The flavor: `s3.medium.2`.' }),
    count: t.int({ description: 'How many, up to 100; 1 without it.' }),
    systemDisk: t.field({ type: SystemDiskInput, description: 'The disk to boot from.' }),
    dataDisks: t.field({
      type: [DataDiskInput],
      description: 'Disks besides it, up to 59. Those of a full-ECS image come without being listed.',
    }),
    availabilityZone: t.string({ description: 'The zone; the first one that has room without it.' }),
    subnetId: t.id({ description: 'The subnet; the tenant’s default one without it.' }),
    address: t.string({ description: 'An address of the subnet, for a single server.' }),
    nics: t.field({
      type: [ServerNicInput],
      description: 'Its network interfaces instead of a subnet, up to 12 in subnets of one VPC; the first is the primary one.',
    }),
    securityGroupIds: t.idList({ description: 'Security groups of its new ports, up to 10; the default group without any.' }),
    publicAddress: t.field({
      type: ServerPublicAddressInput,
      description: 'An elastic IP for its first port. Refused where the hardware lacks `publicAddresses`.',
    }),
    keyName: t.id({ description: 'The key pair whose public key signs in.' }),
    adminPassword: t.string({ description: 'Password of the image’s login user: 8 to 26 characters of three kinds.' }),
    userData: t.string({ description: 'What runs at the first boot: base64 of at most 32 KiB.' }),
    metadata: t.field({ type: [MetadataInput], description: 'Pairs for the metadata service; up to 10.' }),
    tags: t.field({ type: [TagInput], description: 'Tags; up to 10.' }),
    description: t.string({ description: 'Words of yours, up to 85 characters.' }),
  }),
  run: (
    session,
    {
      imageId,
      flavorId,
      count,
      systemDisk,
      dataDisks,
      subnetId,
      nics,
      securityGroupIds,
      publicAddress,
      keyName,
      metadata,
      tags,
      ...rest
    },
    options,
  ) =>
    session.run(
      launchServers,
      {
        ...rest,
        imageId: readId.image(imageId, 'imageId'),
        flavorId: readId.flavor(flavorId, 'flavorId'),
        count: count ?? undefined,
        systemDisk: withoutNulls(systemDisk ?? {}),
        dataDisks: dataDisks?.map(dataDiskOfInput),
        subnetId: subnetId && readId.subnet(subnetId, 'subnetId'),
        ...launchNetworkOf({ nics, securityGroupIds, publicAddress }),
        keyName: keyName && readId.keyPair(keyName, 'keyName'),
        metadata: metadata ?? undefined,
        tags: tags?.map(withoutNulls),
      },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

interface DataDisk {
  readonly imageId?: string | null | undefined;
  readonly snapshotId?: string | null | undefined;
}

function dataDiskOfInput<Input extends DataDisk>({ imageId, snapshotId, ...disk }: Input, index: number) {
  return {
    ...withoutNulls(disk),
    imageId: imageId && readId.image(imageId, `dataDisks.${index}.imageId`),
    snapshotId: snapshotId && readId.diskOrBackup(snapshotId, `dataDisks.${index}.snapshotId`),
  };
}

const serverIds = 'The servers; up to 1000.';

addMutation('startServers', {
  description: 'Powers servers on.',
  input: t => ({ serverIds: t.idList({ required: true, description: serverIds }) }),
  run: (session, input, options) => session.run(startServers, { serverIds: serverIdsOf(input) }, options),
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

addMutation('stopServers', {
  description: 'Powers servers off. Their disks stay.',
  input: t => ({
    serverIds: t.idList({ required: true, description: serverIds }),
    type: t.field({ type: enums.PowerType, description: 'How; SOFT without it.' }),
  }),
  run: (session, { type, ...input }, options) =>
    session.run(stopServers, { serverIds: serverIdsOf(input), type: type ?? undefined }, options),
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

addMutation('rebootServers', {
  description: 'Restarts servers. Their disks stay.',
  input: t => ({
    serverIds: t.idList({ required: true, description: serverIds }),
    type: t.field({ type: enums.PowerType, description: 'How; SOFT without it.' }),
  }),
  run: (session, { type, ...input }, options) =>
    session.run(rebootServers, { serverIds: serverIdsOf(input), type: type ?? undefined }, options),
  payload: t => ({ job: t.field(jobOfAnswer), servers: t.field(serversOfAnswer) }),
});

addMutation('deleteServers', {
  description: 'Deletes servers with their system disks. Images that were made of them stay.',
  input: t => ({
    serverIds: t.idList({ required: true, description: serverIds }),
    deleteDisks: t.boolean({ description: 'Whether their data disks go too; they stay without it.' }),
    deletePublicAddresses: t.boolean({ description: 'Whether their elastic IPs go too; they are free without it.' }),
  }),
  run: (session, { deleteDisks, deletePublicAddresses, ...input }, options) =>
    session.run(
      deleteServers,
      {
        serverIds: serverIdsOf(input),
        deleteDisks: deleteDisks ?? undefined,
        deletePublicAddresses: deletePublicAddresses ?? undefined,
      },
      options,
    ),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedServerIds: t.idList({
      description: 'Global ids of what goes.',
      resolve: ({ servers }) => servers.map(serverGlobalId),
    }),
  }),
});

addMutation('updateServer', {
  description: 'Renames or describes a server. What is left out stays.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    name: t.string({ description: 'Another name. Its hostname stays.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { serverId, name, description }, options) =>
    session.run(updateServer, { serverId: readId.server(serverId, 'serverId'), name: name ?? undefined, description }, options),
  payload: t => ({ server: t.field(serverOfAnswer) }),
});

addMutation('setServerTags', {
  description: 'Adds tags to a server; a key that is there gets the new value.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    tags: t.field({ type: [TagInput], required: true, description: 'The tags.' }),
  }),
  run: (session, { serverId, tags }, options) =>
    session.run(setServerTags, { serverId: readId.server(serverId, 'serverId'), tags: tags.map(withoutNulls) }, options),
  payload: t => ({ server: t.field(serverOfAnswer) }),
});

addMutation('deleteServerTags', {
  description: 'Takes tags off a server; keys that it does not have are ignored.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    keys: t.stringList({ required: true, description: 'Names of the tags.' }),
  }),
  run: (session, { serverId, keys }, options) =>
    session.run(deleteServerTags, { serverId: readId.server(serverId, 'serverId'), keys }, options),
  payload: t => ({ server: t.field(serverOfAnswer) }),
});

addMutation('resizeServer', {
  description: 'Gives a server that is shut off another flavor.',
  input: t => ({
    serverId: t.id({ required: true, description: 'The server.' }),
    flavorId: t.id({ required: true, description: 'The new flavor.' }),
  }),
  run: (session, { serverId, flavorId }, options) =>
    session.run(
      resizeServer,
      { serverId: readId.server(serverId, 'serverId'), flavorId: readId.flavor(flavorId, 'flavorId') },
      options,
    ),
  payload: t => ({ job: t.field(jobOfAnswer), server: t.field(serverOfAnswer) }),
});

const serverIdsOf = ({ serverIds }: { serverIds: readonly string[] }): string[] => readIds(readId.server, serverIds, 'serverIds');
