import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { count } from '../../option-values.ts';
import { type Checkpoint, findBackup, listBackups, listCheckpoints } from '../../queries/backups.ts';
import { bytes, moment } from '../../render/amounts.ts';
import { fields } from '../../render/table.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { vaultCalled } from '../vaults/vault-called.ts';
import { backupCalled } from './backup-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('backups and what each stores')
    .option('--vault <vault>', 'only those in this vault, by name or id')
    .option('--shared', 'those that others share with you')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('checkpoints')
    .summary('runs over vaults, and what each left out')
    .option('--vault <vault>', 'only those over this vault, by name or id')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: CheckpointOptions) => checkpoints(cli, options));
  command
    .command('show')
    .summary('everything about a backup')
    .argument('<backup>', 'its name or id')
    .action((backup: string) => show(cli, backup));
}

interface ListOptions {
  readonly vault?: string;
  readonly shared?: boolean;
  readonly limit?: number;
}

async function list(cli: Cli, { vault, shared, limit = DEFAULT_LIMIT }: ListOptions): Promise<void> {
  const client = await cli.client();
  const vaultId = vault === undefined ? undefined : await vaultCalled(client, vault);
  const filter = { vaultId, relation: shared ? 'SHARED' : 'OWN' } as const;
  showList(cli, 'backup', await listBackups(client, filter, limit), [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'name', value: ({ name }) => name },
    { title: 'of', value: ({ type, resourceName }) => `${type.toLowerCase()} ${resourceName}` },
    { title: 'status', value: ({ status, damage }) => (damage ? `${status}, damaged` : status) },
    { title: 'stores', value: ({ stored, incremental }) => `${bytes(stored)}${incremental ? '' : ' (all)'}`, align: 'right' },
    { title: 'created', value: ({ createdAt }) => moment(createdAt) },
  ]);
}

type CheckpointOptions = Omit<ListOptions, 'shared'>;

async function checkpoints(cli: Cli, { vault, limit = DEFAULT_LIMIT }: CheckpointOptions): Promise<void> {
  const client = await cli.client();
  const vaultId = vault === undefined ? undefined : await vaultCalled(client, vault);
  showList(cli, 'checkpoint', await listCheckpoints(client, vaultId, limit), [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'name', value: ({ name }) => name },
    { title: 'vault', value: checkpoint => checkpoint.vault?.name },
    { title: 'status', value: ({ status }) => status },
    { title: 'made by', value: ({ autoTrigger }) => (autoTrigger ? 'a policy' : 'a user') },
    { title: 'created', value: ({ createdAt }) => moment(createdAt) },
    { title: 'left out', value: leftOut },
  ]);
}

const leftOut = ({ skipped }: Checkpoint): string =>
  skipped.map(({ name, code, reason }) => `${name}: ${reason} (${code})`).join('; ');

async function show(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const backup = await findBackup(client, await backupCalled(client, text));
  if (!backup) throw new CliError('NOT_FOUND', `there is no backup ${text}`, { hints: ['see `cloudyard backups list`'] });
  cli.show(backup, () =>
    fields(
      [
        ['id', backup.uuid],
        ['name', backup.name],
        ['of', `${backup.type.toLowerCase()} ${backup.resourceName} (${backup.resourceUuid})`],
        ['status', backup.status],
        ['damage', backup.damage ?? ''],
        ['size', `${backup.size} GB`],
        ['stores', `${bytes(backup.stored)}${backup.incremental ? ', what changed' : ', all'}`],
        ['frozen', backup.frozenMs === null ? '' : `${backup.frozenMs.toFixed(1)} ms`],
        ['vault', backup.vault?.name ?? ''],
        ['image', backup.image?.name ?? ''],
        ['made by', backup.autoTrigger ? 'a policy' : 'a user'],
        ['expires', moment(backup.expiresAt)],
        ['disks', backup.parts.map(({ uuid, device, stored }) => `${device ?? ''} ${uuid} ${bytes(stored)}`).join(', ')],
        ['created', moment(backup.createdAt)],
      ],
      cli.style,
    ),
  );
}
