import type { Command } from 'commander';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { type ConsolePart, readConsole, watchConsole } from '../../queries/server-inside.ts';
import { untilInterrupted } from '../../until-interrupted.ts';
import { serverCalled } from './server-called.ts';

export function defineConsole(command: Command, cli: Cli): void {
  command
    .command('console')
    .summary('what a server wrote to its console')
    .argument('<server>', 'its name or id')
    .option('--follow', 'go on with what it writes, until ctrl-c')
    .action((server: string, options: { follow?: boolean }) => showConsole(cli, server, options));
}

async function showConsole(cli: Cli, text: string, { follow = false }: { follow?: boolean }): Promise<void> {
  const client = await cli.client();
  const serverId = await serverCalled(client, text);
  const offset = await writeSoFar(cli, client, serverId, text);
  if (!follow) return;
  await untilInterrupted(cli.io, async signal => {
    for await (const { data } of watchConsole(client, { serverId, offset }, signal)) write(cli, data.serverConsole);
  });
}

/** Returns the offset after what is there. */
async function writeSoFar(cli: Cli, client: Client, serverId: string, text: string): Promise<number> {
  for (let offset = 0; ; ) {
    const part = await readConsole(client, serverId, offset);
    if (part === null)
      throw new CliError('NO_CONSOLE', `server ${text} has no console here`, { hints: ['see `cloudyard status`'] });
    if (part.nextOffset === offset) return offset;
    write(cli, part);
    offset = part.nextOffset;
  }
}

/** Byte for byte; with `--json` a line for each part. */
function write(cli: Cli, part: ConsolePart): void {
  if (cli.options.json) cli.showEntry(part, () => []);
  else cli.io.stdout.write(Buffer.from(part.base64, 'base64'));
}
