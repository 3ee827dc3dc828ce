import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { attachNic, detachNic } from '../../queries/server-changes.ts';
import { subnetCalled } from '../networks/called.ts';
import { serverCalled } from './server-called.ts';

export function defineNics(command: Command, cli: Cli): void {
  command
    .command('attach-nic')
    .summary('give a server a further network interface')
    .argument('<server>', 'its name or id')
    .argument('<subnet>', 'name or id of the subnet')
    .option('--address <address>', 'an address of the subnet')
    .option('--no-wait', 'do not wait until it is done')
    .action((server: string, subnet: string, options: AttachOptions) => attach(cli, server, subnet, options));
  command
    .command('detach-nic')
    .summary('take a network interface away')
    .argument('<server>', 'its name or id')
    .argument('<port>', 'id of its port: see `cloudyard networks ports`')
    .option('--no-wait', 'do not wait until it is done')
    .action((server: string, port: string, options: WaitOption) => detach(cli, server, port, options));
}

interface AttachOptions extends WaitOption {
  readonly address?: string;
}

async function attach(cli: Cli, text: string, subnet: string, { address, wait }: AttachOptions): Promise<void> {
  const client = await cli.client();
  const [serverId, subnetId] = [await serverCalled(client, text), await subnetCalled(client, subnet)];
  const payload = await attachNic(client, { serverId, subnetId, address });
  await finishJob(cli, payload, { wait }, { lines: () => [`server ${text} is in subnet ${subnet}`] });
}

async function detach(cli: Cli, text: string, portId: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await detachNic(client, { serverId: await serverCalled(client, text), portId });
  await finishJob(cli, payload, wait, { lines: () => [`server ${text} has lost the interface`] });
}
