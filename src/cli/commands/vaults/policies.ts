import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { idOf } from '../../find-by-name.ts';
import { count } from '../../option-values.ts';
import { createPolicy, listPolicies } from '../../queries/vaults.ts';
import { moment } from '../../render/amounts.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';

export function definePolicies(command: Command, cli: Cli): void {
  command
    .command('policies')
    .summary('what makes backups by itself')
    .action(() => list(cli));
  command
    .command('create-policy')
    .summary('make a policy; give it to a vault with `vaults update --policy`')
    .argument('<name>', 'name of the policy')
    .requiredOption('--every <hours>', 'hours between two runs', count)
    .option('--keep <count>', 'how many of its backups of each resource are kept', count)
    .option('--keep-days <days>', 'how long each is kept', count)
    .action((name: string, options: PolicyOptions) => create(cli, name, options));
}

/** Id of the policy with this name or id. */
export const policyCalled = (client: Client, text: string): Promise<string> =>
  idOf('policy', text, (_name, limit) => listPolicies(client, limit));

async function list(cli: Cli): Promise<void> {
  showList(cli, 'policy', await listPolicies(await cli.client(), DEFAULT_LIMIT), [
    { title: 'id', value: ({ uuid }) => uuid },
    { title: 'name', value: ({ name }) => name },
    { title: 'every (h)', value: ({ everyHours }) => everyHours, align: 'right' },
    { title: 'keeps', value: ({ keepBackups }) => keepBackups ?? 'all', align: 'right' },
    { title: 'for days', value: ({ keepDays }) => keepDays ?? 'ever', align: 'right' },
    { title: 'next run', value: ({ enabled, nextRunAt }) => (enabled ? moment(nextRunAt) : 'switched off') },
  ]);
}

interface PolicyOptions {
  readonly every: number;
  readonly keep?: number;
  readonly keepDays?: number;
}

async function create(cli: Cli, name: string, { every, keep, keepDays }: PolicyOptions): Promise<void> {
  const payload = await createPolicy(await cli.client(), { name, everyHours: every, keepBackups: keep, keepDays });
  cli.show(payload, () => [`policy ${name} runs every ${every} h: ${payload.backupPolicy.uuid}`]);
}
