import { getDiskSnapshot, listDiskSnapshots } from '../../emulator/disks/operations/read-snapshots.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { DiskRef, DiskSnapshotRef, HasFilesRef, NodeRef } from './refs.ts';

DiskSnapshotRef.implement({
  description: 'A disk as it was at one moment.',
  interfaces: [NodeRef, HasFilesRef],
  fields: t => ({
    id: t.id({
      description: 'Global id, `DiskSnapshot:<uuid>`.',
      resolve: snapshot => globalId('DiskSnapshot', snapshot.id),
    }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    status: t.expose('status', { type: enums.SnapshotStatus, description: 'Its status.' }),
    size: t.exposeInt('size', { description: 'The size that the disk had, in GiB.' }),
    bootable: t.exposeBoolean('bootable', { description: 'Whether a server boots from a disk that is made of it.' }),
    checksum: t.exposeString('checksum', {
      nullable: true,
      description: 'SHA-256 over the SHA-256 of its 1 MiB pieces, once it is available.',
    }),
    damage: t.exposeString('damage', {
      nullable: true,
      description: 'What a check found wrong with its bytes; nothing is made of it then.',
    }),
    disk: t.field({
      type: DiskRef,
      nullable: true,
      description: 'The disk that it was made of, and the only one that goes back to it.',
      resolve: ({ diskId }, _args, { session }) => session.loaders.disks.load(diskId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

const DiskSnapshotFilter = builder.inputType('DiskSnapshotFilter', {
  description: 'Which snapshots; all that is given has to fit.',
  fields: t => ({
    diskId: t.id({ description: 'Of this disk.' }),
    name: t.string({ description: 'Called so.' }),
    status: t.field({ type: enums.SnapshotStatus, description: 'In this status.' }),
  }),
});

builder.queryFields(t => ({
  diskSnapshot: t.field({
    type: DiskSnapshotRef,
    nullable: true,
    description: 'A snapshot; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getDiskSnapshot, { snapshotId: readId.diskSnapshot(id) })),
  }),
  diskSnapshots: t.connection(
    {
      type: DiskSnapshotRef,
      description: 'The snapshots of the caller’s tenant, the newest first.',
      args: { filter: t.arg({ type: DiskSnapshotFilter, description: 'Which ones.' }) },
      complexity: pageCost,
      resolve: async (_root, { filter, ...page }, { session }) => {
        const { diskId, ...rest } = withoutNulls(filter ?? {});
        const which = { ...rest, diskId: diskId && readId.disk(diskId, 'filter.diskId') };
        return pageConnection(await session.run(listDiskSnapshots, { filter: which, page }));
      },
    },
    connectionOf('DiskSnapshot', 'snapshots'),
    edgeOf('DiskSnapshot'),
  ),
}));
