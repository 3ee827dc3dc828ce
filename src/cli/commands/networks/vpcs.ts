import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count } from '../../option-values.ts';
import { createVpc, deleteVpc, listVpcs } from '../../queries/networks.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { vpcCalled } from './called.ts';

export function defineVpcs(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s VPCs')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action(({ limit = DEFAULT_LIMIT }: { limit?: number }) => list(cli, limit));
  command
    .command('create')
    .summary('make a VPC')
    .argument('<name>', 'its name')
    .argument('<range>', 'its range: 10.0.0.0/16')
    .option('--description <words>', 'words of yours')
    .action((name: string, cidr: string, options: { description?: string }) => create(cli, { name, cidr, ...options }));
  command
    .command('delete')
    .summary('delete a VPC without subnets')
    .argument('<vpc>', 'its name or id')
    .action((vpc: string) => remove(cli, vpc));
}

async function list(cli: Cli, limit: number): Promise<void> {
  showList(cli, 'VPC', await listVpcs(await cli.client(), limit), [
    { title: 'name', value: ({ name }) => name },
    { title: 'range', value: ({ cidr }) => cidr },
    { title: 'id', value: ({ uuid }) => uuid },
  ]);
}

async function create(cli: Cli, input: { name: string; cidr: string; description?: string }): Promise<void> {
  const payload = await createVpc(await cli.client(), input);
  cli.show(payload, () => [`VPC ${payload.vpc.name}: ${payload.vpc.uuid}`]);
}

async function remove(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const payload = await deleteVpc(client, { vpcId: await vpcCalled(client, text) });
  cli.show(payload, () => [`VPC ${text} is deleted`]);
}
