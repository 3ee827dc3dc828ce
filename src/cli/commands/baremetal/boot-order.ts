import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { word } from '../../option-values.ts';
import { type BootDevice, bootDevices, setBootOrder } from '../../queries/bare-metal.ts';
import { machineCalled } from './machine-called.ts';
import { bootOrderText } from './read.ts';

export function defineBootOrder(command: Command, cli: Cli): void {
  command
    .command('boot-order')
    .summary('set where a machine looks for a system; `show` tells it')
    .argument('<server>', 'its name or id')
    .argument('<devices...>', 'disk, pxe, cdrom: the first one first, with the disk among them', devices)
    .action((server: string, order: BootDevice[]) => set(cli, server, order));
}

const devices = (text: string, before?: readonly BootDevice[]): BootDevice[] => [...(before ?? []), word(bootDevices)(text)];

async function set(cli: Cli, text: string, order: readonly BootDevice[]): Promise<void> {
  const client = await cli.client();
  const payload = await setBootOrder(client, await machineCalled(client, text), order);
  cli.show(payload, () => [`server ${text} boots from ${bootOrderText(payload.server)}`]);
}
