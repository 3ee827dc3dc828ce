import type { Command } from 'commander';
import { MIB } from '../../../emulator/units.ts';
import type { Cli } from '../cli.ts';
import { word } from '../option-values.ts';
import { type Flavor, listFlavors } from '../queries/flavors.ts';
import { type ServerKind, serverKinds } from '../queries/servers.ts';
import { bytes } from '../render/amounts.ts';
import { showList } from '../show-list.ts';

export function define(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('what servers can be')
    .option('--zone <zone>', 'only those that can be launched in this zone')
    .option('--kind <kind>', 'cloud or bare-metal (default: cloud)', word(serverKinds))
    .action((options: Options) => list(cli, options));
}

interface Options {
  readonly zone?: string;
  readonly kind?: ServerKind;
}

async function list(cli: Cli, { zone, kind }: Options): Promise<void> {
  const rows = await listFlavors(await cli.client(), { availabilityZone: zone, kind });
  showList(cli, 'flavor', { rows, more: false }, [
    { title: 'name', value: ({ name }) => name },
    { title: 'vcpus', value: ({ vcpus }) => vcpus, align: 'right' },
    { title: 'memory', value: ({ ram }) => bytes(ram * MIB), align: 'right' },
    { title: 'performance', value: ({ performanceType }) => performanceType },
    ...(kind === 'BARE_METAL' ? [bootType] : []),
    { title: 'status', value: ({ status }) => status },
  ]);
}

const bootType = {
  title: 'boots from',
  value: ({ machine }: Flavor) => (machine?.bootType === 'VOLUME' ? 'volume' : 'local disk'),
};
