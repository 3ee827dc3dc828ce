import { type Command, InvalidArgumentError } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import * as backups from '../../queries/backups.ts';
import { bytes } from '../../render/amounts.ts';
import { serverCalled } from '../servers/server-called.ts';
import { vaultCalled } from '../vaults/vault-called.ts';
import { backupCalled } from './backup-called.ts';

export function defineChanges(command: Command, cli: Cli): void {
  command
    .command('create')
    .summary('back up what a vault protects')
    .argument('<vault>', 'its name or id')
    .option('--name <name>', 'name of the backups')
    .option('--server <server...>', 'only these servers of it, by name or id')
    .option('--no-wait', 'do not wait until all bytes have been checked')
    .action((vault: string, options: CreateOptions) => create(cli, vault, options));
  command
    .command('restore')
    .summary('write a backup over disks; what they hold is gone then')
    .argument('<backup>', 'its name or id')
    .option('--map <part=disk>', 'which part goes over which disk, by their ids; may be given several times', mapping)
    .option('--disk <disk>', 'for the backup of one disk: another disk')
    .option('--stay-off', 'do not start servers again that were stopped for it')
    .option('--no-wait', 'do not wait until it is done')
    .action((backup: string, options: RestoreOptions) => restore(cli, backup, options));
  command
    .command('delete')
    .summary('delete a backup; the others stay whole')
    .argument('<backup>', 'its name or id')
    .option('--no-wait', 'do not wait until its bytes are freed')
    .action((backup: string, options: WaitOption) => remove(cli, backup, options));
}

interface CreateOptions extends WaitOption {
  readonly name?: string;
  readonly server?: readonly string[];
}

async function create(cli: Cli, vault: string, { name, server, wait }: CreateOptions): Promise<void> {
  const client = await cli.client();
  const resourceIds = server && (await Promise.all(server.map(text => serverCalled(client, text))));
  const payload = await backups.createCheckpoint(client, { vaultId: await vaultCalled(client, vault), name, resourceIds });
  for (const { name: left, reason } of payload.checkpoint?.skipped ?? []) cli.remark(`${left} is left out: ${reason}`);
  await finishJob(
    cli,
    payload,
    { wait },
    {
      async refresh(before) {
        const found = before.backups.map(backup => backup && backups.findBackup(client, backup.uuid));
        return { ...before, backups: await Promise.all(found) };
      },
      lines: after =>
        after.backups.map(backup => (backup ? `${backup.resourceName}: ${backup.name} stores ${bytes(backup.stored)}` : '')),
    },
  );
}

type Mapping = NonNullable<backups.Restoring['mappings']>[number];

interface RestoreOptions extends WaitOption {
  readonly map?: readonly Mapping[];
  readonly disk?: string;
  readonly stayOff?: boolean;
}

async function restore(cli: Cli, text: string, { map, disk, stayOff, wait }: RestoreOptions): Promise<void> {
  const client = await cli.client();
  const backupId = await backupCalled(client, text);
  const payload = await backups.restoreBackup(client, { backupId, mappings: map, diskId: disk, powerOn: !stayOff });
  await finishJob(cli, payload, { wait }, { lines: () => [`${text} is restored`] });
}

async function remove(cli: Cli, text: string, { wait }: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await backups.deleteBackup(client, await backupCalled(client, text));
  await finishJob(cli, payload, { wait }, { lines: () => [`backup ${text} is deleted`] });
}

/** `part=disk`, to be given several times. */
function mapping(text: string, before: readonly Mapping[] = []): Mapping[] {
  const [backupId, diskId, ...rest] = text.split('=');
  if (!backupId || !diskId || rest.length > 0)
    throw new InvalidArgumentError('expected the ids of a part and of a disk: part=disk.');
  return [...before, { backupId, diskId }];
}
