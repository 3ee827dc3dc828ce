import { getDisk } from '../../emulator/disks/operations/get-disk.ts';
import { countDisks, listDisks } from '../../emulator/disks/operations/list-disks.ts';
import { objectOf } from '../../emulator/jobs/job.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf, totalCount } from './connection.ts';
import { DiskFilter, DiskOrder, diskFilter } from './disk-filter.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { DiskAttachmentRef, DiskRef, DiskSnapshotRef, HasFilesRef, ImageRef, NodeRef, ServerRef } from './refs.ts';
import { TagRef } from './tag.ts';

DiskRef.implement({
  description: 'A disk (EVS volume) with real bytes.',
  interfaces: [NodeRef, HasFilesRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Disk:<uuid>`.', resolve: disk => globalId('Disk', disk.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    status: t.expose('status', { type: enums.DiskStatus, description: 'Its status.' }),
    size: t.exposeInt('size', { description: 'Its size in GiB.' }),
    type: t.expose('type', { type: enums.DiskType, description: 'Its performance class.' }),
    bootable: t.exposeBoolean('bootable', { description: 'Whether a server boots from it.' }),
    availabilityZone: t.exposeString('availabilityZone', { description: 'The zone that it is in.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    readOnly: t.exposeBoolean('readOnly', { description: 'Whether no server may write to it.' }),
    shareable: t.exposeBoolean('shareable', { description: 'Whether several servers may have it at once.' }),
    deviceType: t.expose('deviceType', { type: enums.DiskDeviceType, description: 'How it is connected.' }),
    fileSystem: t.expose('fileSystem', {
      type: enums.FileSystem,
      nullable: true,
      description: 'What it was formatted with on request; null for a disk that was not.',
    }),
    attachments: t.field({
      type: [DiskAttachmentRef],
      description: 'The servers that have it, and how.',
      resolve: async ({ id }, _args, { session }) => [...(await session.loaders.diskAttachments.load(id))],
    }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that it is attached to; the first of several.',
      resolve: async ({ id }, _args, { session }) => {
        const [first] = await session.loaders.diskAttachments.load(id);
        return first ? session.loaders.servers.load(first.serverId) : null;
      },
    }),
    device: t.string({
      nullable: true,
      description: 'Where that server finds it: `/dev/vda`.',
      resolve: async ({ id }, _args, { session }) => (await session.loaders.diskAttachments.load(id))[0]?.device ?? null,
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The image that it was made from, if it is still there for the caller.',
      resolve: ({ imageId }, _args, { session }) => (imageId === null ? null : session.loaders.images.load(imageId)),
    }),
    snapshot: t.field({
      type: DiskSnapshotRef,
      nullable: true,
      description: 'The snapshot that it was made from, if it is still there.',
      resolve: ({ snapshotId }, _args, { session }) =>
        snapshotId === null ? null : session.loaders.diskSnapshots.load(snapshotId),
    }),
    backupUuid: t.exposeString('backupId', {
      nullable: true,
      description: 'Id in the cloud of the backup that it was made from, also when that is gone.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: 'Key-value pairs that it was made with.',
      resolve: ({ metadata }) => objectOf(metadata),
    }),
    tags: t.field({
      type: [TagRef],
      description: 'Its tags, sorted by key.',
      resolve: ({ id }, _args, { session }) => session.loaders.diskTags.load(id),
    }),
    damage: t.exposeString('damage', { nullable: true, description: 'What a check found wrong with its bytes.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

DiskAttachmentRef.implement({
  description: 'A disk in a server.',
  fields: t => ({
    disk: t.field({ type: DiskRef, description: 'The disk.', resolve: ({ disk }) => disk }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server.',
      resolve: ({ serverId }, _args, { session }) => session.loaders.servers.load(serverId),
    }),
    device: t.exposeString('device', { description: 'Where the server finds it: `/dev/vdb`, mounted at `/mnt/vdb`.' }),
    bootIndex: t.exposeInt('bootIndex', { nullable: true, description: '0 for the disk that the server boots from.' }),
    readOnly: t.exposeBoolean('readOnly', { description: 'Whether this server may not write to it.' }),
    deleteOnTermination: t.exposeBoolean('deleteOnTermination', { description: 'Whether it goes with the server.' }),
    attachedAt: t.expose('attachedAt', { type: 'DateTime', description: 'Since when.' }),
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
      description: 'The disks of the caller’s tenant.',
      args: {
        filter: t.arg({ type: DiskFilter, description: 'Which ones.' }),
        orderBy: t.arg({ type: DiskOrder, description: 'How they are sorted.' }),
      },
      complexity: pageCost,
      resolve: async (_root, { filter, orderBy, ...page }, { session }) => {
        const which = diskFilter(filter ?? {});
        const disks = await session.run(listDisks, { filter: which, order: orderBy ?? undefined, page });
        return pageConnection(disks, () => session.run(countDisks, { filter: which }));
      },
    },
    {
      ...connectionOf('Disk', 'disks'),
      fields: t => ({ totalCount: t.int(totalCount) }),
    },
    edgeOf('Disk'),
  ),
}));
