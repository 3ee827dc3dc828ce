import { getDisk, listDisks } from '../../emulator/disks/operations.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { DiskRef, ImageRef, NodeRef, ServerRef } from './refs.ts';

DiskRef.implement({
  description: 'A disk (EVS volume) with real bytes.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Disk:<uuid>`.', resolve: disk => globalId('Disk', disk.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    status: t.expose('status', { type: enums.DiskStatus, description: 'Its status.' }),
    size: t.exposeInt('size', { description: 'Its size in GiB.' }),
    type: t.expose('type', { type: enums.DiskType, description: 'Its performance class.' }),
    bootable: t.exposeBoolean('bootable', { description: 'Whether a server boots from it.' }),
    availabilityZone: t.exposeString('availabilityZone', { description: 'The zone that it is in.' }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that it is attached to.',
      resolve: ({ serverId }, _args, { session }) => (serverId === null ? null : session.loaders.servers.load(serverId)),
    }),
    device: t.exposeString('device', { nullable: true, description: 'Where the server finds it: `/dev/vda`.' }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image that it was made from, if it is still there for the caller.',
      resolve: ({ imageId }, _args, { session }) => (imageId === null ? null : session.loaders.images.load(imageId)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

builder.queryFields(t => ({
  disk: t.field({
    type: DiskRef,
    nullable: true,
    description: 'A disk; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getDisk, { diskId: readId.disk(id) })),
  }),
  disks: t.connection(
    {
      type: DiskRef,
      description: 'The disks of the caller’s tenant, the newest first.',
      args: { serverId: t.arg.id({ description: 'Only those of this server.' }) },
      complexity: pageCost,
      resolve: async (_root, { serverId, ...page }, { session }) =>
        pageConnection(await session.run(listDisks, { serverId: serverId && readId.server(serverId, 'serverId'), page })),
    },
    connectionOf('Disk', 'disks'),
    edgeOf('Disk'),
  ),
}));
