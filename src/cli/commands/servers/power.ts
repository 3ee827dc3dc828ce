import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct } from '../../option-values.ts';
import {
  type PowerType,
  rebootServers,
  type ServersChange,
  startServers,
  stopServers,
  withServersNow,
} from '../../queries/servers.ts';
import { serverCalled } from './server-called.ts';

interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly canForce: boolean;
  readonly done: string;
  run(client: Client, serverIds: readonly string[], type: PowerType): Promise<ServersChange>;
}

const verbs: readonly Verb[] = [
  { name: 'start', summary: 'power servers on', canForce: false, done: 'runs', run: startServers },
  { name: 'stop', summary: 'power servers off; their disks stay', canForce: true, done: 'is off', run: stopServers },
  { name: 'reboot', summary: 'restart servers', canForce: true, done: 'runs again', run: rebootServers },
];

interface Options extends WaitOption {
  readonly hard?: boolean;
}

export function definePower(command: Command, cli: Cli): void {
  for (const verb of verbs) {
    const one = command
      .command(verb.name)
      .summary(verb.summary)
      .argument('<servers...>', 'their names or ids', distinct)
      .option('--no-wait', 'do not wait until it is done');
    if (verb.canForce) one.option('--hard', 'do not ask the system: like pulling the plug');
    one.action((servers: string[], options: Options) => power(cli, verb, servers, options));
  }
}

async function power(cli: Cli, verb: Verb, servers: readonly string[], { wait, hard = false }: Options): Promise<void> {
  const client = await cli.client();
  const ids = await Promise.all(servers.map(server => serverCalled(client, server)));
  const payload = await verb.run(client, ids, hard ? 'HARD' : 'SOFT');
  await finishJob(
    cli,
    payload,
    { wait },
    {
      refresh: before => withServersNow(client, before),
      lines: () => servers.map(server => `server ${server} ${verb.done}`),
    },
  );
}
