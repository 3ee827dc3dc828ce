import { objectOf } from '../../emulator/jobs/job.ts';
import { findBareMetalFlavor } from '../../emulator/servers/flavors.ts';
import { getServer } from '../../emulator/servers/operations/get-server.ts';
import { getFlavor, listFlavors } from '../../emulator/servers/operations/list-flavors.ts';
import { countServers, listServers } from '../../emulator/servers/operations/list-servers.ts';
import { MachineRef } from './bare-metal.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf, totalCount } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId, serverGlobalId, serverType } from './global-id.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import {
  CloudServerRef,
  DiskAttachmentRef,
  DiskRef,
  FlavorRef,
  ImageRef,
  KeyPairRef,
  NodeRef,
  PortRef,
  ServerRef,
  TenantRef,
} from './refs.ts';
import { TagRef } from './tag.ts';

const ServerFaultRef = builder.objectRef<{ code: string; message: string }>('ServerFault').implement({
  description: 'What went wrong with a server.',
  fields: t => ({
    code: t.exposeString('code', { description: 'Documented code.' }),
    message: t.exposeString('message', { description: 'In words.' }),
  }),
});

ServerRef.implement({
  description: 'A machine of a tenant.',
  interfaces: [NodeRef],
  resolveType: serverType,
  fields: t => ({
    id: t.id({ description: 'Global id: its type, a colon, its `uuid`.', resolve: serverGlobalId }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name; several servers may have the same.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    hostname: t.exposeString('hostname', { description: 'What it calls itself; stays when it is renamed.' }),
    status: t.expose('status', { type: enums.ServerStatus, description: 'Its status.' }),
    taskState: t.exposeString('taskState', {
      nullable: true,
      description: 'What is being done with it: `spawning`, `powering-off`, …',
    }),
    region: t.exposeString('regionId', { description: 'The region that it is in.' }),
    availabilityZone: t.exposeString('availabilityZone', { description: 'The zone that it is in.' }),
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'Whose it is.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
    flavor: t.field({
      type: FlavorRef,
      nullable: true,
      description: 'How large it is.',
      resolve: ({ flavorId }, _args, { session }) => session.loaders.flavors.load(flavorId),
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image that it was launched from, if it is still there for the caller.',
      resolve: ({ imageId }, _args, { session }) => session.loaders.images.load(imageId),
    }),
    imageUuid: t.exposeString('imageId', { description: 'Id of that image, also when it is gone.' }),
    imageName: t.exposeString('imageName', { description: 'Name that the image had then.' }),
    osType: t.expose('osType', { type: enums.OsType, description: 'Family of its operating system.' }),
    keyName: t.exposeString('keyName', { nullable: true, description: 'Name of the key pair that it was launched with.' }),
    keyPair: t.field({
      type: KeyPairRef,
      nullable: true,
      description: 'That key pair, if it is still there.',
      resolve: ({ keyName }, _args, { session }) => (keyName === null ? null : session.loaders.keyPairs.load(keyName)),
    }),
    sshPort: t.exposeInt('sshPort', {
      nullable: true,
      description:
        'Port of 127.0.0.1 that leads to its port 22; null where servers have no processes. It changes only if another program took it while the server was off.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: 'Key-value pairs that it was launched with.',
      resolve: ({ metadata }) => objectOf(metadata),
    }),
    fault: t.field({
      type: ServerFaultRef,
      nullable: true,
      description: 'What went wrong with it.',
      resolve: ({ faultCode, faultMessage }) => (faultCode === null ? null : { code: faultCode, message: faultMessage ?? '' }),
    }),
    tags: t.field({
      type: [TagRef],
      description: 'Its tags, sorted by key.',
      resolve: ({ id }, _args, { session }) => session.loaders.serverTags.load(id),
    }),
    disks: t.field({
      type: [DiskRef],
      description: 'Its disks, by device.',
      resolve: async ({ id }, _args, { session }) => (await session.loaders.serverAttachments.load(id)).map(({ disk }) => disk),
    }),
    attachments: t.field({
      type: [DiskAttachmentRef],
      description: 'The same disks, with how each is attached.',
      resolve: async ({ id }, _args, { session }) => [...(await session.loaders.serverAttachments.load(id))],
    }),
    ports: t.field({
      type: [PortRef],
      description: 'Its places in networks.',
      resolve: ({ id }, _args, { session }) => session.loaders.serverPorts.load(id),
    }),
    addresses: t.stringList({
      description: 'Its IP addresses.',
      resolve: async ({ id }, _args, { session }) => (await session.loaders.serverPorts.load(id)).map(({ address }) => address),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
    launchedAt: t.expose('launchedAt', { type: 'DateTime', nullable: true, description: 'When it first became ACTIVE.' }),
  }),
});

CloudServerRef.implement({ description: 'A cloud server (ECS).', interfaces: [NodeRef, ServerRef] });

FlavorRef.implement({
  description: 'What a server can be: so many vCPUs, so much memory.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Flavor:<name>`.', resolve: flavor => globalId('Flavor', flavor.id) }),
    name: t.exposeString('id', {
      description:
        'Family, size and GiB of memory for each vCPU, `s3.medium.2`; for bare metal family and size, `physical.s4.medium`.',
    }),
    kind: t.expose('kind', { type: enums.ServerKind, description: 'What servers it is for, and no others.' }),
    vcpus: t.exposeInt('vcpus', { description: 'Virtual processors.' }),
    ram: t.exposeInt('ramMiB', { description: 'Memory in MiB.' }),
    performanceType: t.exposeString('performanceType', {
      description: '`normal`, `computingv3`, `highmem`; `physical` for bare metal.',
    }),
    generation: t.exposeString('generation', { description: 'Family: `s3`.' }),
    status: t.exposeString('status', { description: 'Whether it is sold: `normal`, `sellout`, `abandon`, …' }),
    zones: t.field({
      type: [FlavorZoneRef],
      description: 'Zones where it is sold otherwise.',
      resolve: ({ zones }) => Object.entries(zones).map(([zone, status]) => ({ zone, status })),
    }),
    machine: t.field({
      type: MachineRef,
      nullable: true,
      description: 'What is inside of a machine of this flavor; null for a flavor of cloud servers.',
      resolve: ({ id }) => findBareMetalFlavor(id),
    }),
  }),
});

const FlavorZoneRef = builder.objectRef<{ zone: string; status: string }>('FlavorZone').implement({
  description: 'How a flavor is sold in one zone.',
  fields: t => ({
    zone: t.exposeString('zone', { description: 'The zone.' }),
    status: t.exposeString('status', { description: '`normal`, `sellout`, `abandon`, …' }),
  }),
});

const ServerFilter = builder.inputType('ServerFilter', {
  description: 'Which servers; all that is given has to fit.',
  fields: t => ({
    id: t.id({ description: 'The one with this id.' }),
    kind: t.field({ type: enums.ServerKind, description: 'Of this kind; both without it.' }),
    name: t.string({ description: 'With this in their name.' }),
    status: t.field({ type: enums.ServerStatus, description: 'In this status.' }),
    flavorId: t.id({ description: 'Of this flavor.' }),
    imageId: t.id({ description: 'Launched from this image.' }),
    ip: t.string({ description: 'With this in an address.' }),
  }),
});

const ServerOrder = builder.inputType('ServerOrder', {
  description: 'How servers are sorted; without it the newest first.',
  fields: t => ({
    by: t.field({ type: enums.ServerOrderKey, required: true, description: 'By what.' }),
    direction: t.field({ type: enums.OrderDirection, required: true, description: 'Which way.' }),
  }),
});

builder.queryFields(t => ({
  server: t.field({
    type: ServerRef,
    nullable: true,
    description: 'A server; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getServer, { serverId: readId.server(id) })),
  }),
  servers: t.connection(
    {
      type: ServerRef,
      description: 'The servers of the caller’s tenant.',
      args: {
        filter: t.arg({ type: ServerFilter, description: 'Which ones.' }),
        orderBy: t.arg({ type: ServerOrder, description: 'How they are sorted.' }),
      },
      complexity: pageCost,
      resolve: async (_root, { filter, orderBy, ...page }, { session }) => {
        const { id, flavorId, imageId, ...rest } = withoutNulls(filter ?? {});
        const which = {
          ...rest,
          id: id && readId.server(id, 'filter.id'),
          flavorId: flavorId && readId.flavor(flavorId, 'filter.flavorId'),
          imageId: imageId && readId.image(imageId, 'filter.imageId'),
        };
        const servers = await session.run(listServers, { filter: which, order: orderBy ?? undefined, page });
        return pageConnection(servers, () => session.run(countServers, { filter: which }));
      },
    },
    {
      ...connectionOf('Server', 'servers'),
      fields: t => ({ totalCount: t.int(totalCount) }),
    },
    edgeOf('Server'),
  ),
  flavor: t.field({
    type: FlavorRef,
    nullable: true,
    description: 'A flavor; null if there is none of this name.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its name: `s3.medium.2`.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getFlavor, { flavorId: readId.flavor(id) })),
  }),
  flavors: t.field({
    type: [FlavorRef],
    description: 'What servers can be.',
    args: {
      availabilityZone: t.arg.string({ description: 'Only those that can be launched in this zone.' }),
      kind: t.arg({ type: enums.ServerKind, description: 'For servers of this kind; cloud servers without it.' }),
    },
    resolve: async (_root, { availabilityZone, kind }, { session }) => [
      ...(await session.run(listFlavors, { availabilityZone, kind: kind ?? undefined })),
    ],
  }),
}));
