import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, word } from '../../option-values.ts';
import {
  allocatePublicAddress,
  bindPublicAddress,
  listPublicAddresses,
  releasePublicAddress,
  unbindPublicAddress,
} from '../../queries/networks.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { serverCalled } from '../servers/server-called.ts';
import { addressCalled } from './called.ts';

export function defineAddresses(command: Command, cli: Cli): void {
  command
    .command('addresses')
    .summary('the tenant’s elastic IPs')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action(({ limit = DEFAULT_LIMIT }: { limit?: number }) => list(cli, limit));
  command
    .command('allocate')
    .summary('take an elastic IP')
    .option('--bandwidth <Mbit/s>', '1 to 1000 (default: 5)', count)
    .option('--type <type>', 'bgp, static-bgp or mail-bgp (default: bgp)', word(['BGP', 'STATIC_BGP', 'MAIL_BGP']))
    .action((options: AllocateOptions) => allocate(cli, options));
  command
    .command('bind')
    .summary('make an elastic IP lead to a server')
    .argument('<address>', 'the elastic IP: 127.20.3.7')
    .argument('<server>', 'name or id of the server')
    .action((address: string, server: string) => bind(cli, address, server));
  command
    .command('unbind')
    .summary('make an elastic IP lead nowhere')
    .argument('<address>', 'the elastic IP')
    .action((address: string) => unbind(cli, address));
  command
    .command('release')
    .summary('give an elastic IP back')
    .argument('<address>', 'the elastic IP')
    .action((address: string) => release(cli, address));
}

async function list(cli: Cli, limit: number): Promise<void> {
  showList(cli, 'elastic IP', await listPublicAddresses(await cli.client(), limit), [
    { title: 'address', value: ({ address }) => address },
    { title: 'status', value: ({ status }) => status },
    { title: 'server', value: ({ port }) => port?.server?.name ?? '' },
    { title: 'leads to', value: ({ port }) => port?.address ?? '' },
    { title: 'type', value: ({ type }) => type },
    { title: 'Mbit/s', value: ({ bandwidthSize }) => String(bandwidthSize) },
    { title: 'id', value: ({ uuid }) => uuid },
  ]);
}

interface AllocateOptions {
  readonly bandwidth?: number;
  readonly type?: string;
}

async function allocate(cli: Cli, { bandwidth: bandwidthSize, type }: AllocateOptions): Promise<void> {
  const payload = await allocatePublicAddress(await cli.client(), { bandwidthSize, type });
  cli.show(payload, () => [payload.publicAddress.address]);
}

async function bind(cli: Cli, address: string, server: string): Promise<void> {
  const client = await cli.client();
  const [publicAddressId, serverId] = [await addressCalled(client, address), await serverCalled(client, server)];
  const payload = await bindPublicAddress(client, { publicAddressId, serverId });
  cli.show(payload, () => [`${address} leads to ${server}`]);
}

async function unbind(cli: Cli, address: string): Promise<void> {
  const client = await cli.client();
  const payload = await unbindPublicAddress(client, { publicAddressId: await addressCalled(client, address) });
  cli.show(payload, () => [`${address} leads nowhere`]);
}

async function release(cli: Cli, address: string): Promise<void> {
  const client = await cli.client();
  const payload = await releasePublicAddress(client, { publicAddressId: await addressCalled(client, address) });
  cli.show(payload, () => [`${address} is given back`]);
}
