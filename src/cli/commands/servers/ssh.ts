import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { quoted } from '../../render/quoted.ts';
import { requireServer } from './server-called.ts';

export function defineSsh(command: Command, cli: Cli): void {
  command
    .command('ssh')
    .summary('sign in to a server; with --print only say how')
    .argument('<server>', 'its name or id')
    .argument('[command...]', 'what to run there, after --; a shell without it')
    .option('--user <name>', 'login user (default: the image’s)')
    .option('-i, --identity <file>', 'private key')
    .option('--print', 'print the command instead of running it')
    .action((server: string, words: string[], options: Options) => ssh(cli, server, words, options));
}

interface Options {
  readonly user?: string;
  readonly identity?: string;
  readonly print?: boolean;
}

async function ssh(cli: Cli, text: string, words: readonly string[], { user, identity, print = false }: Options): Promise<void> {
  const server = await requireServer(await cli.client(), text);
  if (server.sshPort === null) {
    throw new CliError('NO_SSH', `server ${text} has no ssh: the hardware of this cloud runs no processes`, {
      hints: ['files can be read and written with `cloudyard servers files`', 'see `cloudyard doctor` for what docker needs'],
    });
  }
  const login = user ?? server.image?.loginUser ?? 'root';
  const args = [
    ...hostKeyOptions(server.sshPort),
    ...(identity === undefined ? [] : ['-i', identity]),
    `${login}@127.0.0.1`,
    ...words,
  ];
  if (print || cli.options.json) return cli.show({ command: ['ssh', ...args] }, () => [['ssh', ...args].map(quoted).join(' ')]);
  cli.exitCode = await run(args);
}

/** Servers come and go on the same loopback ports, each with its own host key: remembering them would only raise false alarms. */
const hostKeyOptions = (port: number): string[] => [
  '-p',
  String(port),
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
];

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'inherit' });
    child.once('error', cause =>
      reject(new CliError('NO_SSH_CLIENT', 'there is no ssh on this machine', { hints: ['install an OpenSSH client'], cause })),
    );
    child.once('exit', code => resolve(code ?? exitCodes.failed));
  });
}
