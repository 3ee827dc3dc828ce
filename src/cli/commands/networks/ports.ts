import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, texts } from '../../option-values.ts';
import { createPort, deletePort, listPorts } from '../../queries/networks.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { groupsCalled, portCalled, subnetCalled } from './called.ts';

export function definePorts(command: Command, cli: Cli): void {
  command
    .command('ports')
    .summary('the tenant’s ports')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action(({ limit = DEFAULT_LIMIT }: { limit?: number }) => list(cli, limit));
  command
    .command('create-port')
    .summary('make a port that outlives its server')
    .argument('<subnet>', 'name or id of the subnet')
    .option('--name <name>', 'its name')
    .option('--address <address>', 'an address of the subnet')
    .option('--group <group>', 'security group, by name or id; may be given several times', texts)
    .action((subnet: string, options: PortOptions) => create(cli, subnet, options));
  command
    .command('delete-port')
    .summary('delete a port that no server has')
    .argument('<port>', 'its name or id')
    .action((port: string) => remove(cli, port));
}

async function list(cli: Cli, limit: number): Promise<void> {
  showList(cli, 'port', await listPorts(await cli.client(), limit), [
    { title: 'address', value: ({ address }) => address },
    { title: 'subnet', value: ({ subnet }) => subnet?.name ?? '' },
    { title: 'status', value: ({ status }) => status },
    { title: 'server', value: ({ server }) => server?.name ?? '' },
    { title: 'groups', value: ({ securityGroups }) => securityGroups.map(({ name }) => name).join(', ') },
    { title: 'name', value: ({ name }) => name },
    { title: 'id', value: ({ uuid }) => uuid },
  ]);
}

interface PortOptions {
  readonly name?: string;
  readonly address?: string;
  readonly group?: readonly string[];
}

async function create(cli: Cli, subnet: string, { group, ...options }: PortOptions): Promise<void> {
  const client = await cli.client();
  const [subnetId, securityGroupIds] = [await subnetCalled(client, subnet), await groupsCalled(client, group)];
  const payload = await createPort(client, { ...options, subnetId, securityGroupIds });
  cli.show(payload, () => [`port ${payload.port.address}: ${payload.port.uuid}`]);
}

async function remove(cli: Cli, port: string): Promise<void> {
  const client = await cli.client();
  const payload = await deletePort(client, { portId: await portCalled(client, port) });
  cli.show(payload, () => [`port ${port} is deleted`]);
}
