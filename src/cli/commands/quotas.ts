import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { listQuotas } from '../queries/cloud.ts';
import { showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command.action(() => quotas(cli));
}

async function quotas(cli: Cli): Promise<void> {
  showList(cli, 'quota', { rows: await listQuotas(await cli.client()), more: false }, [
    { title: 'resource', value: ({ resource }) => (resource === 'ram' ? 'ram (MiB)' : resource) },
    { title: 'used', value: ({ used }) => used, align: 'right' },
    { title: 'limit', value: ({ limit }) => (limit === -1 ? 'any' : limit), align: 'right' },
  ]);
}
