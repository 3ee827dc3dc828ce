import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct } from '../../option-values.ts';
import { deleteServers, findServer, renameServer, resizeServer } from '../../queries/servers.ts';
import { serverCalled } from './server-called.ts';

export function defineChanges(command: Command, cli: Cli): void {
  command
    .command('resize')
    .summary('give a server that is off another flavor')
    .argument('<server>', 'its name or id')
    .argument('<flavor>', 'the new flavor: see `cloudyard flavors list`')
    .option('--no-wait', 'do not wait until it is done')
    .action((server: string, flavor: string, options: WaitOption) => resize(cli, server, flavor, options));
  command
    .command('rename')
    .summary('give a server another name; its hostname stays')
    .argument('<server>', 'its name or id')
    .argument('<name>', 'the new name')
    .action((server: string, name: string) => rename(cli, server, name));
  command
    .command('delete')
    .summary('delete servers with their system disks')
    .argument('<servers...>', 'their names or ids', distinct)
    .option('--disks', 'their data disks, too')
    .option('--addresses', 'their elastic IPs, too; else they lead nowhere then')
    .option('--no-wait', 'do not wait until it is done')
    .action((servers: string[], options: DeleteOptions) => remove(cli, servers, options));
}

async function resize(cli: Cli, text: string, flavor: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await resizeServer(client, await serverCalled(client, text), flavor);
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, server: before.server && (await findServer(client, before.server.uuid)) }),
    lines: () => [`server ${text} is a ${flavor}; \`cloudyard servers start ${text}\` powers it on`],
  });
}

async function rename(cli: Cli, text: string, name: string): Promise<void> {
  const client = await cli.client();
  const payload = await renameServer(client, await serverCalled(client, text), name);
  cli.show(payload, () => [`server ${text} is called ${name}`]);
}

interface DeleteOptions extends WaitOption {
  readonly disks?: boolean;
  readonly addresses?: boolean;
}

async function remove(cli: Cli, servers: readonly string[], { disks, addresses, wait }: DeleteOptions): Promise<void> {
  const client = await cli.client();
  const serverIds = await Promise.all(servers.map(server => serverCalled(client, server)));
  const payload = await deleteServers(client, { serverIds, deleteDisks: disks, deletePublicAddresses: addresses });
  await finishJob(cli, payload, { wait }, { lines: () => servers.map(server => `server ${server} is deleted`) });
}
