import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { texts } from '../../option-values.ts';
import { attachNic, detachNic } from '../../queries/server-changes.ts';
import { groupsCalled, portCalled, subnetCalled } from '../networks/called.ts';
import { serverCalled } from './server-called.ts';

export function defineNics(command: Command, cli: Cli): void {
  command
    .command('attach-nic')
    .summary('give a server a further network interface')
    .argument('<server>', 'its name or id')
    .argument('[subnet]', 'name or id of the subnet')
    .option('--address <address>', 'an address of the subnet')
    .option('--group <group>', 'security group, by name or id; may be given several times', texts)
    .option('--port <port>', 'a port that no server has, by name or id, instead of a subnet')
    .option('--no-wait', 'do not wait until it is done')
    .action((server: string, subnet: string | undefined, options: AttachOptions) => attach(cli, server, subnet, options));
  command
    .command('detach-nic')
    .summary('take a network interface away')
    .argument('<server>', 'its name or id')
    .argument('<port>', 'name or id of its port: see `cloudyard networks ports`')
    .option('--no-wait', 'do not wait until it is done')
    .action((server: string, port: string, options: WaitOption) => detach(cli, server, port, options));
}

interface AttachOptions extends WaitOption {
  readonly address?: string;
  readonly group?: readonly string[];
  readonly port?: string;
}

async function attach(cli: Cli, text: string, subnet: string | undefined, options: AttachOptions): Promise<void> {
  const { address, group, port } = options;
  if ((subnet === undefined) === (port === undefined)) throw new UsageError('say either a subnet or, with --port, a port');
  if (port !== undefined && (address !== undefined || group !== undefined))
    throw new UsageError('a port has its address and groups already: --address and --group go with a subnet');
  const client = await cli.client();
  const payload = await attachNic(client, {
    serverId: await serverCalled(client, text),
    subnetId: subnet === undefined ? undefined : await subnetCalled(client, subnet),
    portId: port === undefined ? undefined : await portCalled(client, port),
    address,
    securityGroupIds: await groupsCalled(client, group),
  });
  const lines = () => [subnet === undefined ? `server ${text} has port ${port}` : `server ${text} is in subnet ${subnet}`];
  await finishJob(cli, payload, options, { lines });
}

async function detach(cli: Cli, text: string, port: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const [serverId, portId] = [await serverCalled(client, text), await portCalled(client, port)];
  const payload = await detachNic(client, { serverId, portId });
  await finishJob(cli, payload, wait, { lines: () => [`server ${text} has lost the interface`] });
}
