import { createCheckpoint } from '../../emulator/backups/operations/create-checkpoint.ts';
import { deleteBackup } from '../../emulator/backups/operations/delete-backup.ts';
import { restoreBackup } from '../../emulator/backups/operations/restore-backup.ts';
import { answerBackupShare, shareBackup, unshareBackup } from '../../emulator/backups/operations/share-backup.ts';
import { backupOfAnswer, jobOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { globalId, readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { BackupRef, CheckpointRef } from './refs.ts';

addMutation('createCheckpoint', {
  description:
    'Backs up what a vault protects: one backup for each server or disk, each as of one moment. Without `resourceIds` those that can’t be backed up now are left out, and the checkpoint says why.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    resourceIds: t.idList({ description: 'Only these of its servers or disks: all of them or none.' }),
    name: t.string({
      description: 'Name of the run and its backups: 1 to 64 letters, digits, `-` and `_`. `manualbk_xxxx` without it.',
    }),
    description: t.string({ description: 'Words of yours, up to 64 characters.' }),
  }),
  run: (session, input, options) => {
    const { vaultId, resourceIds, ...rest } = withoutNulls(input);
    const which = {
      ...rest,
      vaultId: readId.vault(vaultId, 'vaultId'),
      resourceIds: resourceIds && readIds(readId.serverOrDisk, resourceIds, 'resourceIds'),
    };
    return session.run(createCheckpoint, which, options);
  },
  payload: t => ({
    job: t.field(jobOfAnswer),
    checkpoint: t.field({
      type: CheckpointRef,
      nullable: true,
      description: 'The run as it stands now.',
      resolve: ({ checkpointId }, _args, { session }) => session.loaders.checkpoints.load(checkpointId),
    }),
    backups: t.field({
      type: [BackupRef],
      nullable: { list: false, items: true },
      description: 'The backups as they stand now; null for those that are gone already.',
      resolve: ({ backupIds }, _args, { session }) => backupIds.map(id => session.loaders.backups.load(id)),
    }),
  }),
});

const RestoreMappingInput = builder.inputType('RestoreMappingInput', {
  description: 'Which part of a backup goes over which disk.',
  fields: t => ({
    backupId: t.id({ required: true, description: 'The part.' }),
    diskId: t.id({ required: true, description: 'The disk: at least as large. What it holds is gone then.' }),
  }),
});

addMutation('restoreBackup', {
  description:
    'Writes a backup over disks: those that it was made of, or others. Servers that have them and run are stopped. What the disks hold is gone then.',
  input: t => ({
    backupId: t.id({ required: true, description: 'The backup of a server, of a disk, or of a disk of a server.' }),
    mappings: t.field({
      type: [RestoreMappingInput],
      description: 'For the backup of a server: which part goes over which disk. Each over its own without it.',
    }),
    diskId: t.id({ description: 'For the backup of a disk: another disk to write it over.' }),
    serverId: t.id({ description: 'The server that the disks have to be of.' }),
    powerOn: t.boolean({ description: 'Whether servers that were stopped for it are started again; true without it.' }),
  }),
  run: (session, input, options) => {
    const { backupId, mappings, diskId, serverId, ...rest } = withoutNulls(input);
    const which = {
      ...rest,
      backupId: readId.backup(backupId, 'backupId'),
      diskId: diskId && readId.disk(diskId, 'diskId'),
      serverId: serverId && readId.server(serverId, 'serverId'),
      mappings: mappings?.map((mapping, index) => ({
        backupId: readId.backup(mapping.backupId, `mappings.${index}.backupId`),
        diskId: readId.disk(mapping.diskId, `mappings.${index}.diskId`),
      })),
    };
    return session.run(restoreBackup, which, options);
  },
  payload: t => ({ job: t.field(jobOfAnswer), backup: t.field(backupOfAnswer) }),
});

addMutation('deleteBackup', {
  description: 'Deletes a backup of your own; the others stay whole. Refused while an image stands on it.',
  input: t => ({ backupId: t.id({ required: true, description: 'The backup of a server, or of a disk.' }) }),
  run: (session, { backupId }, options) => session.run(deleteBackup, { backupId: readId.backup(backupId, 'backupId') }, options),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedBackupId: t.id({ description: 'Global id that it had.', resolve: ({ backupId }) => globalId('Backup', backupId) }),
  }),
});

addMutation('shareBackup', {
  description: 'Shares a backup of a server with other tenants of the region; they find it as pending.',
  input: t => ({
    backupId: t.id({ required: true, description: 'The backup.' }),
    tenantIds: t.idList({ required: true, description: 'The tenants; up to 10 in all.' }),
  }),
  run: (session, { backupId, tenantIds }, options) =>
    session.run(
      shareBackup,
      { backupId: readId.backup(backupId, 'backupId'), tenantIds: readIds(readId.tenant, tenantIds, 'tenantIds') },
      options,
    ),
  payload: t => ({ backup: t.field(backupOfAnswer) }),
});

addMutation('unshareBackup', {
  description: 'Stops sharing a backup. Refused while the tenant has an image on it.',
  input: t => ({
    backupId: t.id({ required: true, description: 'The backup.' }),
    tenantIds: t.idList({ required: true, description: 'The tenants.' }),
  }),
  run: (session, { backupId, tenantIds }, options) =>
    session.run(
      unshareBackup,
      { backupId: readId.backup(backupId, 'backupId'), tenantIds: readIds(readId.tenant, tenantIds, 'tenantIds') },
      options,
    ),
  payload: t => ({ backup: t.field(backupOfAnswer) }),
});

addMutation('answerBackupShare', {
  description: 'Answers to a backup that is shared with the caller’s tenant. Accepting takes a vault with room for its disks.',
  input: t => ({
    backupId: t.id({ required: true, description: 'The backup.' }),
    status: t.field({ type: enums.ShareAnswer, required: true, description: 'The answer.' }),
    vaultId: t.id({ description: 'A vault of your own for servers; needed to accept.' }),
  }),
  run: (session, { backupId, status, vaultId }, options) =>
    session.run(
      answerBackupShare,
      { backupId: readId.backup(backupId, 'backupId'), status, vaultId: vaultId && readId.vault(vaultId, 'vaultId') },
      options,
    ),
  payload: t => ({ backup: t.field(backupOfAnswer) }),
});
