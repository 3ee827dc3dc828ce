import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct } from '../../option-values.ts';
import { operateBareMetalServers, type PowerAction } from '../../queries/bare-metal.ts';
import { withServersNow } from '../../queries/servers.ts';
import { machineCalled } from './machine-called.ts';

interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly action: PowerAction;
  readonly done: string;
}

const verbs: readonly Verb[] = [
  { name: 'on', summary: 'power machines on', action: 'POWER_ON', done: 'is on' },
  { name: 'off', summary: 'power machines off: like pulling the plug', action: 'POWER_OFF', done: 'is off' },
  { name: 'soft-off', summary: 'ask their systems to power off', action: 'SOFT_POWER_OFF', done: 'is off' },
  { name: 'reboot', summary: 'power machines off and on', action: 'REBOOT', done: 'is on again' },
  { name: 'soft-reboot', summary: 'ask their systems to restart', action: 'SOFT_REBOOT', done: 'is on again' },
];

export function definePower(command: Command, cli: Cli): void {
  const power = command.command('power').summary('switch the power of machines, through their management controllers');
  for (const verb of verbs) {
    power
      .command(verb.name)
      .summary(verb.summary)
      .argument('<servers...>', 'their names or ids', distinct)
      .option('--no-wait', 'do not wait until it is done')
      .action((servers: string[], options: WaitOption) => operate(cli, verb, servers, options));
  }
}

async function operate(cli: Cli, { action, done }: Verb, servers: readonly string[], wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const ids = await Promise.all(servers.map(server => machineCalled(client, server)));
  const payload = await operateBareMetalServers(client, ids, action);
  await finishJob(cli, payload, wait, {
    refresh: before => withServersNow(client, before),
    lines: () => servers.map(server => `server ${server} ${done}`),
  });
}
