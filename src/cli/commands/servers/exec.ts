import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { seconds } from '../../option-values.ts';
import { runCommand } from '../../queries/server-inside.ts';
import { serverCalled } from './server-called.ts';

export function defineExec(command: Command, cli: Cli): void {
  command
    .command('exec')
    .summary('run a command in a running server')
    .argument('<server>', 'its name or id')
    .argument('<command...>', 'program and arguments, after --; no shell reads them')
    .option('--timeout <span>', 'how long it may take (default: 30s)', seconds)
    .addHelpText('after', '\nexample: cloudyard servers exec web -- sh -c "uname -a; df -h /"')
    .action((server: string, words: string[], options: { timeout?: number }) => exec(cli, server, words, options));
}

/** Passes on what the command wrote, and its exit code as our own. */
async function exec(cli: Cli, text: string, words: readonly string[], { timeout }: { timeout?: number }): Promise<void> {
  const client = await cli.client();
  const result = await runCommand(client, await serverCalled(client, text), words, timeout);
  cli.exitCode = result.exitCode ?? exitCodes.failed;
  if (cli.options.json) return cli.show(result, () => []);
  cli.io.stdout.write(Buffer.from(result.stdoutBase64, 'base64'));
  cli.io.stderr.write(Buffer.from(result.stderrBase64, 'base64'));
  if (result.exitCode === null) throw new CliError('TIMEOUT', 'the time was up', { hints: ['allow more with --timeout 5m'] });
}
