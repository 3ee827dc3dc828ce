import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { idOf } from '../../find-by-name.ts';
import { count, countOrNone, word } from '../../option-values.ts';
import { createPolicy, deletePolicy, listPolicies, updatePolicy } from '../../queries/vaults.ts';
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
  command
    .command('update-policy')
    .summary('change a policy; another interval counts from now on')
    .argument('<policy>', 'its name or id')
    .option('--name <name>', 'another name')
    .option('--every <hours>', 'other hours between two runs', count)
    .option('--keep <count>', 'how many backups of each resource are kept; 0 for all', countOrNone)
    .option('--keep-days <days>', 'how long each is kept; 0 for ever', countOrNone)
    .option('--switch <state>', 'on or off', word(['ON', 'OFF']))
    .action((policy: string, options: PolicyChanges) => update(cli, policy, options));
  command
    .command('delete-policy')
    .summary('delete a policy; vaults that had it keep their backups')
    .argument('<policy>', 'its name or id')
    .action((policy: string) => remove(cli, policy));
}

/** Id of the policy with this name or id. */
export const policyCalled = (client: Client, text: string): Promise<string> =>
  idOf('policy', text, (_name, limit) => listPolicies(client, limit), { plural: 'policies', see: 'vaults policies' });

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

interface PolicyChanges extends Partial<PolicyOptions> {
  readonly name?: string;
  readonly switch?: 'ON' | 'OFF';
}

async function update(cli: Cli, text: string, options: PolicyChanges): Promise<void> {
  if (Object.keys(options).length === 0) throw new UsageError('nothing to change: say what with an option');
  const { name, every, keep, keepDays, switch: state } = options;
  const client = await cli.client();
  const payload = await updatePolicy(client, {
    policyId: await policyCalled(client, text),
    name,
    everyHours: every,
    keepBackups: keep === 0 ? null : keep,
    keepDays: keepDays === 0 ? null : keepDays,
    enabled: state && state === 'ON',
  });
  cli.show(payload, () => [`policy ${payload.backupPolicy.name} is changed`]);
}

async function remove(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const payload = await deletePolicy(client, await policyCalled(client, text));
  cli.show(payload, () => [`policy ${text} is deleted`]);
}
