import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { count } from '../../option-values.ts';
import { findVault, listVaults } from '../../queries/vaults.ts';
import { bytes, moment } from '../../render/amounts.ts';
import { fields } from '../../render/table.ts';
import { tagsText } from '../../render/tags.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { vaultCalled } from './vault-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('your vaults and how full they are')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: { limit?: number }) => list(cli, options));
  command
    .command('show')
    .summary('everything about a vault')
    .argument('<vault>', 'its name or id')
    .action((vault: string) => show(cli, vault));
}

async function list(cli: Cli, { limit = DEFAULT_LIMIT }: { limit?: number }): Promise<void> {
  showList(cli, 'vault', await listVaults(await cli.client(), {}, limit), [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'name', value: ({ name }) => name },
    { title: 'for', value: ({ objectType }) => `${objectType.toLowerCase()}s` },
    { title: 'status', value: ({ status }) => status },
    { title: 'used', value: ({ used }) => bytes(used), align: 'right' },
    { title: 'size (GB)', value: ({ size }) => size, align: 'right' },
    { title: 'policy', value: ({ policy }) => policy?.name ?? '' },
  ]);
}

async function show(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const vault = await findVault(client, await vaultCalled(client, text));
  if (!vault) throw new CliError('NOT_FOUND', `there is no vault ${text}`, { hints: ['see `cloudyard vaults list`'] });
  cli.show(vault, () =>
    fields(
      [
        ['id', vault.uuid],
        ['name', vault.name],
        ['description', vault.description],
        ['for', `${vault.objectType.toLowerCase()}s`],
        ['status', vault.status],
        ['size', `${vault.size} GB${vault.autoExpand ? ', grows by itself' : ''}`],
        ['used', bytes(vault.used)],
        ['policy', vault.policy?.name ?? ''],
        ['takes in', vault.autoBind ? 'what no vault protects, before its policy runs' : ''],
        ['protects', vault.resources.map(({ name, uuid }) => `${name} (${uuid})`).join(', ')],
        ['tags', tagsText(vault.tags)],
        ['created', moment(vault.createdAt)],
      ],
      cli.style,
    ),
  );
}
