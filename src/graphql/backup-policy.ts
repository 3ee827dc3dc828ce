import {
  createBackupPolicy,
  deleteBackupPolicy,
  getBackupPolicy,
  listBackupPolicies,
  updateBackupPolicy,
} from '../../emulator/backups/operations/policies.ts';
import { listVaults } from '../../emulator/backups/operations/read-vaults.ts';
import { backupPolicyOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { BackupPolicyRef, NodeRef, VaultRef } from './refs.ts';

BackupPolicyRef.implement({
  description: 'When backups are made by themselves, and how long they are kept. It goes by the cloud’s clock.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `BackupPolicy:<uuid>`.', resolve: ({ id }) => globalId('BackupPolicy', id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether it runs.' }),
    everyHours: t.exposeInt('everyHours', { description: 'Hours between two runs.' }),
    keepBackups: t.exposeInt('keepBackups', {
      nullable: true,
      description: 'How many of its backups of each resource are kept; null for all.',
    }),
    keepDays: t.exposeInt('keepDays', { nullable: true, description: 'Days that a backup of it is kept; null for ever.' }),
    nextRunAt: t.expose('nextRunAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it runs next; null if it does not.',
    }),
    vaults: t.connection(
      {
        type: VaultRef,
        description: 'The vaults that it works on, the newest first.',
        complexity: pageCost,
        resolve: async ({ id }, page, { session }) =>
          pageConnection(await session.run(listVaults, { filter: { policyId: id }, page })),
      },
      connectionOf('BackupPolicyVaults', 'vaults of a policy'),
      edgeOf('BackupPolicyVaults'),
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
});

builder.queryFields(t => ({
  backupPolicy: t.field({
    type: BackupPolicyRef,
    nullable: true,
    description: 'A backup policy; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getBackupPolicy, { policyId: readId.backupPolicy(id) })),
  }),
  backupPolicies: t.connection(
    {
      type: BackupPolicyRef,
      description: 'The backup policies of the caller’s tenant, the newest first.',
      complexity: pageCost,
      resolve: async (_root, page, { session }) => pageConnection(await session.run(listBackupPolicies, { page })),
    },
    connectionOf('BackupPolicy', 'backup policies'),
    edgeOf('BackupPolicy'),
  ),
}));

addMutation('createBackupPolicy', {
  description: 'Makes a policy. It runs for the first time when its interval has passed, on the vaults that have it then.',
  input: t => ({
    name: t.string({ required: true, description: 'Name: 1 to 64 letters, digits, `-` and `_`.' }),
    everyHours: t.int({ required: true, description: 'Hours between two runs: 1 to 8784.' }),
    keepBackups: t.int({ description: 'How many of its backups of each resource are kept; all without it.' }),
    keepDays: t.int({ description: 'Days that a backup of it is kept; for ever without it.' }),
    enabled: t.boolean({ description: 'Whether it runs; true without it.' }),
  }),
  run: (session, input, options) => session.run(createBackupPolicy, withoutNulls(input), options),
  payload: t => ({ backupPolicy: t.field(backupPolicyOfAnswer) }),
});

addMutation('updateBackupPolicy', {
  description: 'Changes a policy. What is left out stays; null takes a limit away. Another interval counts from now on.',
  input: t => ({
    policyId: t.id({ required: true, description: 'The policy.' }),
    name: t.string({ description: 'Another name.' }),
    everyHours: t.int({ description: 'Other hours between two runs.' }),
    keepBackups: t.int({ description: 'How many of its backups of each resource are kept; null for all.' }),
    keepDays: t.int({ description: 'Days that a backup that it makes from now on is kept; null for ever.' }),
    enabled: t.boolean({ description: 'Whether it runs.' }),
  }),
  run: (session, { policyId, keepBackups, keepDays, ...rest }, options) =>
    session.run(
      updateBackupPolicy,
      { ...withoutNulls(rest), keepBackups, keepDays, policyId: readId.backupPolicy(policyId, 'policyId') },
      options,
    ),
  payload: t => ({ backupPolicy: t.field(backupPolicyOfAnswer) }),
});

addMutation('deleteBackupPolicy', {
  description: 'Deletes a policy. Vaults that had it keep their backups.',
  input: t => ({ policyId: t.id({ required: true, description: 'The policy.' }) }),
  run: (session, { policyId }, options) =>
    session.run(deleteBackupPolicy, { policyId: readId.backupPolicy(policyId, 'policyId') }, options),
  payload: t => ({
    deletedPolicyId: t.id({
      description: 'Global id that it had.',
      resolve: ({ policyId }) => globalId('BackupPolicy', policyId),
    }),
  }),
});
