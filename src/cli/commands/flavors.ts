import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { listFlavors } from '../queries/flavors.ts';
import { bytes } from '../render/amounts.ts';
import { showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('what servers can be')
    .option('--zone <zone>', 'only those that can be launched in this zone')
    .action((options: { zone?: string }) => list(cli, options));
}

const MIB = 1 << 20;

async function list(cli: Cli, { zone }: { zone?: string }): Promise<void> {
  const rows = await listFlavors(await cli.client(), zone);
  showList(cli, 'flavor', { rows, more: false }, [
    { title: 'name', value: ({ name }) => name },
    { title: 'vcpus', value: ({ vcpus }) => vcpus, align: 'right' },
    { title: 'memory', value: ({ ram }) => bytes(ram * MIB), align: 'right' },
    { title: 'performance', value: ({ performanceType }) => performanceType },
    { title: 'status', value: ({ status }) => status },
  ]);
}
