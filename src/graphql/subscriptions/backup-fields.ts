/** Watching vaults and backups. A message shows what the log says of its moment; `vault` and `backup` in it are as they stand now. */
import { getBackup } from '../../../emulator/backups/operations/read-backups.ts';
import { getVault } from '../../../emulator/backups/operations/read-vaults.ts';
import type { CloudEvent } from '../../../emulator/events/event.ts';
import { builder, type GraphQLContext } from '../builder.ts';
import { readId } from '../global-id.ts';
import { BackupRef, VaultRef } from '../refs.ts';
import type { Message } from './event-stream.ts';
import { resourceStream } from './resource-stream.ts';

const VaultChangeRef = builder.objectRef<CloudEvent>('VaultChange').implement({
  description: 'A change of a vault.',
  fields: t => ({
    kind: t.exposeString('kind', { description: '`vault.created`, `vault.updated`, `vault.deleted`' }),
    vaultUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the vault.' }),
    vault: t.field({
      type: VaultRef,
      nullable: true,
      description: 'The vault as it stands now; null if it is gone.',
      resolve: ({ resourceId }, _args, { session }) => session.loaders.vaults.load(resourceId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const BackupChangeRef = builder.objectRef<CloudEvent>('BackupChange').implement({
  description: 'A change of a backup of a server or of a disk.',
  fields: t => ({
    kind: t.exposeString('kind', {
      description:
        '`backup.created`, `backup.protecting`, `backup.available`, `backup.updated`, `backup.shared`, `backup.member`, `backup.unshared`, `backup.failed`, `backup.deleted`',
    }),
    backupUuid: t.exposeString('resourceId', { description: 'Id in the cloud of the backup.' }),
    status: t.string({
      nullable: true,
      description: 'Its status at that moment.',
      resolve: ({ payload }) => (typeof payload.status === 'string' ? payload.status : null),
    }),
    backup: t.field({
      type: BackupRef,
      nullable: true,
      description: 'The backup as it stands now; null if it is gone for the caller.',
      resolve: ({ resourceId }, _args, { session }) => session.loaders.backups.load(resourceId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

/** Notes the message's place for the transport, then shows its content. */
function deliver({ cursor, content }: Message<CloudEvent>, _args: object, { session }: GraphQLContext): CloudEvent {
  session.cursor = cursor;
  return content;
}

const after = 'Go on after the message with this cursor. Over server-sent events `Last-Event-ID` says the same.';

builder.subscriptionFields(t => ({
  vaultChanged: t.field({
    type: VaultChangeRef,
    description: 'Changes of a vault until it is deleted, or of all vaults of the caller’s tenant.',
    args: {
      vaultId: t.arg.id({ description: 'The vault; all without it.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      resourceStream(session, {
        noun: 'vault',
        id: args.vaultId ? readId.vault(args.vaultId, 'vaultId') : undefined,
        after: args.after ?? session.lastEventId,
        find: vaultId => session.run(getVault, { vaultId }),
      }),
    resolve: deliver,
  }),
  backupChanged: t.field({
    type: BackupChangeRef,
    description: 'Changes of a backup until it is deleted, or of all backups that the caller sees.',
    args: {
      backupId: t.arg.id({ description: 'The backup; all without it.' }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, args, { session }) =>
      resourceStream(session, {
        noun: 'backup',
        id: args.backupId ? readId.backup(args.backupId, 'backupId') : undefined,
        after: args.after ?? session.lastEventId,
        find: backupId => session.run(getBackup, { backupId }),
      }),
    resolve: deliver,
  }),
}));
