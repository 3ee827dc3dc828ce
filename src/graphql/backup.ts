import { getBackup, getCheckpoint, listBackups, listCheckpoints } from '../../emulator/backups/operations/read-backups.ts';
import { skippedResources } from '../../emulator/backups/settle-checkpoint.ts';
import { objectOf } from '../../emulator/jobs/job.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import {
  BackupMemberRef,
  BackupRef,
  CheckpointRef,
  DiskRef,
  HasFilesRef,
  ImageRef,
  NodeRef,
  ServerRef,
  SkippedResourceRef,
  TenantRef,
  VaultRef,
} from './refs.ts';

BackupRef.implement({
  description: 'A backup of a server, with a part for each of its disks; or of a disk.',
  interfaces: [NodeRef, HasFilesRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Backup:<uuid>`.', resolve: ({ id }) => globalId('Backup', id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    status: t.expose('status', { type: enums.BackupStatus, description: 'Where it is in its life.' }),
    type: t.expose('resourceType', { type: enums.BackupObject, description: 'What it is of.' }),
    resourceUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the server or disk.' }),
    resourceName: t.exposeString('resourceName', { description: 'What that was called.' }),
    size: t.exposeInt('resourceSize', { description: 'Size of its disks in GB.' }),
    availabilityZone: t.exposeString('resourceZone', { description: 'The zone that they were in.' }),
    stored: t.field({
      type: 'Bytes',
      description: 'Bytes that it stores: all that it holds for the first, what changed since the one before for every other.',
      resolve: ({ storedBytes }) => storedBytes,
    }),
    incremental: t.exposeBoolean('incremental', { description: 'Whether it stores what changed only.' }),
    autoTrigger: t.exposeBoolean('autoTrigger', { description: 'Whether a policy made it.' }),
    frozenMs: t.exposeFloat('frozenMs', {
      nullable: true,
      description: 'For how many milliseconds the server was frozen when its disks were copied.',
    }),
    checksum: t.exposeString('checksum', {
      nullable: true,
      description: 'Of a disk: SHA-256 over the SHA-256 digests of its 1 MiB pieces; null until its bytes have been checked.',
    }),
    damage: t.exposeString('damage', {
      nullable: true,
      description: 'What the last check found wrong with its bytes; nothing is made of it then.',
    }),
    systemDisk: t.exposeBoolean('systemDisk', { description: 'Whether a server booted from it, or it holds such a disk.' }),
    bootable: t.exposeBoolean('bootable', { description: 'Of a disk: whether a server can boot from it.' }),
    shareable: t.exposeBoolean('shareable', { description: 'Of a disk: whether several servers might have it at once.' }),
    deviceType: t.expose('deviceType', { type: enums.DiskDeviceType, description: 'Of a disk: how it was connected.' }),
    device: t.exposeString('device', { nullable: true, description: 'Of a disk: where its server found it.' }),
    serverFacts: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Of a server: its flavor, system and names when it was backed up.',
      resolve: ({ serverFacts }) => (serverFacts === null ? null : objectOf(serverFacts)),
    }),
    parts: t.field({
      type: [BackupRef],
      description: 'Of a server: the backups of its disks, in the order of their devices.',
      resolve: async ({ id, resourceType }, _args, { session }) =>
        resourceType === 'SERVER' ? [...(await session.loaders.backupParts.load(id))] : [],
    }),
    parent: t.field({
      type: BackupRef,
      nullable: true,
      description: 'Of a disk: the backup of its server that it is part of.',
      resolve: ({ parentId }, _args, { session }) => (parentId ? session.loaders.backups.load(parentId) : null),
    }),
    vault: t.field({
      type: VaultRef,
      nullable: true,
      description: 'The vault; null where it is another tenant’s.',
      resolve: ({ vaultId }, _args, { session }) => session.loaders.vaults.load(vaultId),
    }),
    checkpoint: t.field({
      type: CheckpointRef,
      nullable: true,
      description: 'The run that made it; null where it is another tenant’s.',
      resolve: ({ checkpointId }, _args, { session }) => session.loaders.checkpoints.load(checkpointId),
    }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that it is of, if it is still there for the caller.',
      resolve: ({ resourceType, resourceId }, _args, { session }) =>
        resourceType === 'SERVER' ? session.loaders.servers.load(resourceId) : null,
    }),
    disk: t.field({
      type: DiskRef,
      nullable: true,
      description: 'The disk that it is of, if it is still there for the caller.',
      resolve: ({ resourceType, resourceId }, _args, { session }) =>
        resourceType === 'DISK' ? session.loaders.disks.load(resourceId) : null,
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      description: 'The full-ECS image that stands on it, if the caller sees it. It cannot be deleted before that is.',
      resolve: ({ id }, _args, { session }) => session.loaders.backupImages.load(id),
    }),
    members: t.field({
      type: [BackupMemberRef],
      description: 'Who it is shared with. The owner sees all of them, a member itself.',
      resolve: async ({ id }, _args, { session }) => [...(await session.loaders.backupMembers.load(id))],
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it is deleted by itself.' }),
    protectedAt: t.expose('protectedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The moment at which its disks were copied.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

BackupMemberRef.implement({
  description: 'A tenant that a backup is shared with.',
  fields: t => ({
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
    status: t.expose('status', { type: enums.MemberStatus, description: 'What it has answered.' }),
    vault: t.field({
      type: VaultRef,
      nullable: true,
      description:
        'The vault that it named when it accepted, while that is there; nothing is put into it. Null for everyone else.',
      resolve: ({ vaultId }, _args, { session }) => (vaultId ? session.loaders.vaults.load(vaultId) : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the backup was shared with it.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it answered last.' }),
  }),
});

CheckpointRef.implement({
  description: 'One run over a vault: a backup of each of its resources.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Checkpoint:<uuid>`.', resolve: ({ id }) => globalId('Checkpoint', id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name, and that of its backups.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    status: t.expose('status', { type: enums.CheckpointStatus, description: 'Where the run is.' }),
    autoTrigger: t.exposeBoolean('autoTrigger', { description: 'Whether a policy ordered it.' }),
    skipped: t.field({
      type: [SkippedResourceRef],
      description: 'What was left out, and why.',
      resolve: ({ skipped }) => skippedResources(skipped),
    }),
    vault: t.field({
      type: VaultRef,
      nullable: true,
      description: 'The vault.',
      resolve: ({ vaultId }, _args, { session }) => session.loaders.vaults.load(vaultId),
    }),
    backups: t.connection(
      {
        type: BackupRef,
        description: 'What it made, the newest first.',
        complexity: pageCost,
        resolve: async ({ id }, page, { session }) =>
          pageConnection(await session.run(listBackups, { filter: { checkpointId: id }, page })),
      },
      connectionOf('CheckpointBackups', 'backups of a run'),
      edgeOf('CheckpointBackups'),
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

SkippedResourceRef.implement({
  description: 'A server or disk that a run over a vault left out.',
  fields: t => ({
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    type: t.expose('type', { type: enums.BackupObject, description: 'What it is.' }),
    name: t.exposeString('name', { description: 'What it was called.' }),
    code: t.exposeString('code', { description: 'The documented code of the reason.' }),
    reason: t.exposeString('reason', { description: 'The reason in words.' }),
  }),
});

const BackupFilter = builder.inputType('BackupFilter', {
  description: 'Which backups; all that is given has to fit.',
  fields: t => ({
    vaultId: t.id({ description: 'In this vault.' }),
    checkpointId: t.id({ description: 'Of this run.' }),
    resourceId: t.id({ description: 'Of this server or disk.' }),
    name: t.string({ description: 'With exactly this name.' }),
    status: t.field({ type: enums.BackupStatus, description: 'In this status.' }),
    relation: t.field({ type: enums.BackupRelation, description: 'Own ones (without it), or those of others.' }),
  }),
});

builder.queryFields(t => ({
  backup: t.field({
    type: BackupRef,
    nullable: true,
    description: 'A backup; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getBackup, { backupId: readId.backup(id) })),
  }),
  backups: t.connection(
    {
      type: BackupRef,
      description: 'Backups of servers and of disks, the newest first; those of a server’s disks are its `parts`.',
      args: { filter: t.arg({ type: BackupFilter, description: 'Which ones.' }) },
      complexity: pageCost,
      resolve: async (_root, { filter, ...page }, { session }) => {
        const { vaultId, checkpointId, resourceId, ...rest } = withoutNulls(filter ?? {});
        const which = {
          ...rest,
          vaultId: vaultId && readId.vault(vaultId, 'filter.vaultId'),
          checkpointId: checkpointId && readId.checkpoint(checkpointId, 'filter.checkpointId'),
          resourceId: resourceId && readId.any(resourceId),
        };
        return pageConnection(await session.run(listBackups, { filter: which, page }));
      },
    },
    connectionOf('Backup', 'backups'),
    edgeOf('Backup'),
  ),
  checkpoint: t.field({
    type: CheckpointRef,
    nullable: true,
    description: 'A run over a vault; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getCheckpoint, { checkpointId: readId.checkpoint(id) })),
  }),
  checkpoints: t.connection(
    {
      type: CheckpointRef,
      description: 'Runs over vaults, the newest first.',
      args: { vaultId: t.arg.id({ description: 'Only those over this vault.' }) },
      complexity: pageCost,
      resolve: async (_root, { vaultId, ...page }, { session }) =>
        pageConnection(await session.run(listCheckpoints, { vaultId: vaultId && readId.vault(vaultId, 'vaultId'), page })),
    },
    connectionOf('Checkpoint', 'runs over vaults'),
    edgeOf('Checkpoint'),
  ),
}));
