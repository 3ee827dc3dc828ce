import { getVault, listVaults } from '../../emulator/backups/operations/read-vaults.ts';
import type { ResourceState } from '../../emulator/backups/resource-states.ts';
import { excludedDisks } from '../../emulator/backups/vault-resources.ts';
import type { VaultResource } from '../../emulator/store/generated/client.ts';
import { GIB } from '../../emulator/units.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { BackupPolicyRef, DiskRef, NodeRef, ServerRef, VaultRef, VaultResourceRef } from './refs.ts';
import type { Session } from './session.ts';
import { TagRef } from './tag.ts';

VaultRef.implement({
  description: 'A vault: holds backups of servers or of disks, up to its capacity.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Vault:<uuid>`.', resolve: ({ id }) => globalId('Vault', id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name; several vaults may have the same.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    objectType: t.expose('objectType', { type: enums.BackupObject, description: 'What it protects.' }),
    protectType: t.expose('protectType', { type: enums.VaultProtectType, description: 'What it is for.' }),
    status: t.expose('status', { type: enums.VaultStatus, description: 'Its status.' }),
    size: t.exposeInt('size', { description: 'Its capacity in GB.' }),
    capacity: t.field({ type: 'Bytes', description: 'Its capacity in bytes.', resolve: ({ size }) => size * GIB }),
    used: t.field({
      type: 'Bytes',
      description:
        'Bytes that its backups store: of the first of each disk all that it holds, of every other what changed since the one before.',
      resolve: ({ usedBytes }) => usedBytes,
    }),
    autoBind: t.exposeBoolean('autoBind', {
      description: 'Whether its policy puts what no vault protects into it before it runs.',
    }),
    autoExpand: t.exposeBoolean('autoExpand', { description: 'Whether it grows where a backup does not fit.' }),
    policy: t.field({
      type: BackupPolicyRef,
      nullable: true,
      description: 'What makes backups in it by itself.',
      resolve: ({ policyId }, _args, { session }) => (policyId ? session.loaders.backupPolicies.load(policyId) : null),
    }),
    resources: t.field({
      type: [VaultResourceRef],
      description: 'What it protects, in the order in which it was added; up to 256.',
      resolve: async ({ id }, _args, { session }) => [...(await session.loaders.vaultResources.load(id))],
    }),
    tags: t.field({
      type: [TagRef],
      description: 'Its tags, sorted by key.',
      resolve: async ({ id }, _args, { session }) => [...(await session.loaders.vaultTags.load(id))],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

VaultResourceRef.implement({
  description: 'A server or disk that a vault protects.',
  fields: t => ({
    uuid: t.exposeString('resourceId', { description: 'Id in the cloud of the server or disk.' }),
    type: t.expose('objectType', { type: enums.BackupObject, description: 'Which of the two it is.' }),
    name: t.exposeString('name', { description: 'What it was called when it was added.' }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server, if it is one.',
      resolve: ({ resourceId, objectType }, _args, { session }) =>
        objectType === 'SERVER' ? session.loaders.servers.load(resourceId) : null,
    }),
    disk: t.field({
      type: DiskRef,
      nullable: true,
      description: 'The disk, if it is one.',
      resolve: ({ resourceId, objectType }, _args, { session }) =>
        objectType === 'DISK' ? session.loaders.disks.load(resourceId) : null,
    }),
    excludedDiskUuids: t.stringList({
      description: 'Ids in the cloud of disks of the server that are left out.',
      resolve: ({ excludedDiskIds }) => [...excludedDisks(excludedDiskIds)],
    }),
    protectStatus: t.field({
      type: enums.ProtectStatus,
      nullable: true,
      description: 'How it fares; null once it is no longer in a vault.',
      resolve: async (one, _args, { session }) => (await stateOf(one, session))?.protectStatus ?? null,
    }),
    size: t.int({
      nullable: true,
      description: 'GB of its disks that are backed up.',
      resolve: async (one, _args, { session }) => (await stateOf(one, session))?.size ?? null,
    }),
    backupSize: t.field({
      type: 'Bytes',
      nullable: true,
      description: 'Bytes that its backups in the vault store.',
      resolve: async (one, _args, { session }) => (await stateOf(one, session))?.backupSize ?? null,
    }),
    backupCount: t.int({
      nullable: true,
      description: 'How many backups of it the vault has.',
      resolve: async (one, _args, { session }) => (await stateOf(one, session))?.backupCount ?? null,
    }),
    addedAt: t.expose('addedAt', { type: 'DateTime', description: 'Since when.' }),
  }),
});

const stateOf = ({ resourceId }: VaultResource, session: Session): Promise<ResourceState | null> =>
  session.loaders.vaultResourceStates.load(resourceId);

const VaultFilter = builder.inputType('VaultFilter', {
  description: 'Which vaults; all that is given has to fit.',
  fields: t => ({
    name: t.string({ description: 'With exactly this name.' }),
    objectType: t.field({ type: enums.BackupObject, description: 'For these.' }),
    policyId: t.id({ description: 'With this policy.' }),
    resourceId: t.id({ description: 'That protects this server or disk.' }),
  }),
});

builder.queryFields(t => ({
  vault: t.field({
    type: VaultRef,
    nullable: true,
    description: 'A vault; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getVault, { vaultId: readId.vault(id) })),
  }),
  vaults: t.connection(
    {
      type: VaultRef,
      description: 'The vaults of the caller’s tenant, the newest first.',
      args: { filter: t.arg({ type: VaultFilter, description: 'Which ones.' }) },
      complexity: pageCost,
      resolve: async (_root, { filter, ...page }, { session }) => {
        const { policyId, resourceId, ...rest } = withoutNulls(filter ?? {});
        const which = {
          ...rest,
          policyId: policyId && readId.backupPolicy(policyId, 'filter.policyId'),
          resourceId: resourceId && readId.any(resourceId),
        };
        return pageConnection(await session.run(listVaults, { filter: which, page }));
      },
    },
    connectionOf('Vault', 'vaults'),
    edgeOf('Vault'),
  ),
}));
