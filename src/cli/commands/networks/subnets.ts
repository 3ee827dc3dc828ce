import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count } from '../../option-values.ts';
import { createSubnet, deleteSubnet, listSubnets } from '../../queries/networks.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { subnetCalled, vpcCalled } from './called.ts';

export function defineSubnets(command: Command, cli: Cli): void {
  command
    .command('subnets')
    .summary('the tenant’s subnets')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action(({ limit = DEFAULT_LIMIT }: { limit?: number }) => list(cli, limit));
  command
    .command('create-subnet')
    .summary('make a subnet of a VPC')
    .argument('<vpc>', 'name or id of the VPC')
    .argument('<name>', 'its name')
    .argument('<range>', 'its range: 10.0.1.0/24')
    .option('--gateway <address>', 'its gateway (default: the first address)')
    .action((vpc: string, name: string, cidr: string, options: { gateway?: string }) =>
      create(cli, vpc, { name, cidr, ...options }),
    );
  command
    .command('delete-subnet')
    .summary('delete a subnet without ports')
    .argument('<subnet>', 'its name or id')
    .action((subnet: string) => remove(cli, subnet));
}

async function list(cli: Cli, limit: number): Promise<void> {
  showList(cli, 'subnet', await listSubnets(await cli.client(), limit), [
    { title: 'name', value: ({ name }) => name },
    { title: 'VPC', value: ({ vpc }) => vpc?.name ?? '' },
    { title: 'range', value: ({ cidr }) => cidr },
    { title: 'gateway', value: ({ gateway }) => gateway },
    { title: 'id', value: ({ uuid }) => uuid },
  ]);
}

async function create(cli: Cli, vpc: string, input: { name: string; cidr: string; gateway?: string }): Promise<void> {
  const client = await cli.client();
  const payload = await createSubnet(client, { ...input, vpcId: await vpcCalled(client, vpc) });
  cli.show(payload, () => [`subnet ${payload.subnet.name}: ${payload.subnet.uuid}`]);
}

async function remove(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const payload = await deleteSubnet(client, { subnetId: await subnetCalled(client, text) });
  cli.show(payload, () => [`subnet ${text} is deleted`]);
}
