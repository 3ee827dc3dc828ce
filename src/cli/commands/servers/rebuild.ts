import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { changeServerOs, reinstallServer } from '../../queries/server-changes.ts';
import { imageCalled } from '../images/image-called.ts';
import { serverCalled } from './server-called.ts';

interface Options extends WaitOption {
  readonly stop?: boolean;
  readonly key?: string;
  readonly password?: string;
  readonly userData?: string;
}

export function defineRebuild(command: Command, cli: Cli): void {
  const reinstall = command
    .command('reinstall')
    .summary('give a server the system of its image anew')
    .argument('<server>', 'its name or id');
  withAccess(reinstall).action((server: string, options: Options) => rebuild(cli, server, options));
  const changeOs = command
    .command('change-os')
    .summary('give a server the system of another image')
    .argument('<server>', 'its name or id')
    .argument('<image>', 'the image, by name or id');
  withAccess(changeOs).action((server: string, image: string, options: Options) => rebuild(cli, server, options, image));
}

function withAccess(command: Command): Command {
  return command
    .option('--stop', 'stop it first if it runs')
    .option('--key <name>', 'key pair to sign in with')
    .option('--password <password>', 'password of the image’s login user')
    .option('--user-data <file>', 'what runs at the first boot; - reads it from stdin')
    .option('--no-wait', 'do not wait until it runs');
}

async function rebuild(cli: Cli, text: string, options: Options, image?: string): Promise<void> {
  const client = await cli.client();
  const { stop, key, password, userData } = options;
  const input = {
    serverId: await serverCalled(client, text),
    stopServer: stop,
    keyName: key,
    adminPassword: password,
    userData: userData === undefined ? undefined : readUserData(cli, userData),
  };
  const payload = await (image === undefined
    ? reinstallServer(client, input)
    : changeServerOs(client, { ...input, imageId: await imageCalled(client, image) }));
  await finishJob(cli, payload, options, { lines: () => [`server ${text} runs its new system`] });
}

function readUserData({ io }: Cli, file: string): string {
  return readFileSync(file === '-' ? 0 : resolve(io.cwd, file)).toString('base64');
}
