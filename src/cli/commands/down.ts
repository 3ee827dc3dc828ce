import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function define(command: Command, cli: Cli): void {
  command.action(() => down(cli));
}

async function down(cli: Cli): Promise<void> {
  const [{ stopGateway }, { dismantleCloud }] = await Promise.all([
    import('../stop-gateway.ts'),
    import('../../../emulator/dismantle-cloud.ts'),
  ]);
  const stopped = await stopGateway(cli);
  const hardware = await dismantleCloud(cli.stateFolder);
  const report = { stopped: stopped?.url ?? null, dismantled: hardware ?? null, state: cli.stateFolder };
  cli.show(report, () => [
    stopped === undefined ? 'nothing was running' : `stopped the gateway at ${stopped.url}`,
    ...(hardware === 'docker' ? ['removed its containers and networks'] : []),
    hardware === undefined
      ? `there is no cloud in ${cli.stateFolder}`
      : `the state stays in ${cli.stateFolder}: \`cloudyard up\` goes on with it, \`cloudyard reset\` removes it`,
  ]);
}
