import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { count } from '../../option-values.ts';
import { findMachine, type Machine } from '../../queries/bare-metal.ts';
import { listServers } from '../../queries/servers.ts';
import { fields } from '../../render/table.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { machineCalled } from './machine-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s bare-metal servers')
    .option('--name <text>', 'with this in their name')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('show')
    .summary('what the management controller of a server says; `cloudyard servers show` has the rest')
    .argument('<server>', 'its name or id')
    .action((server: string) => show(cli, server));
}

interface ListOptions {
  readonly name?: string;
  readonly limit?: number;
}

async function list(cli: Cli, { name, limit = DEFAULT_LIMIT }: ListOptions): Promise<void> {
  const found = await listServers(await cli.client(), { name, kind: 'BARE_METAL' }, limit);
  showList(cli, 'server', found, [
    { title: 'id', value: server => server.uuid },
    { title: 'name', value: server => server.name },
    { title: 'status', value: server => server.status },
    { title: 'flavor', value: server => server.flavor?.name },
    { title: 'image', value: server => server.imageName },
    { title: 'address', value: server => server.addresses.join(', ') },
  ]);
}

async function show(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const machine = await findMachine(client, await machineCalled(client, text));
  if (!machine)
    throw new CliError('NOT_FOUND', `there is no bare-metal server ${text}`, { hints: ['see `cloudyard baremetal list`'] });
  cli.show(machine, () => details(cli, machine));
}

const details = (cli: Cli, machine: Machine): string[] =>
  fields(
    [
      ['id', machine.uuid],
      ['name', machine.name],
      ['status', machine.status],
      ['flavor', machine.flavor?.name],
      ['power', machine.powerState?.toLowerCase()],
      ['provisioning', machine.provisionState],
      ['boot order', bootOrderText(machine)],
    ],
    cli.style,
  );

export const bootOrderText = ({ bootOrder }: Pick<Machine, 'bootOrder'>): string =>
  bootOrder.map(device => device.toLowerCase()).join(', ');
