import { Command } from 'commander';
import { Cli } from './cli.ts';
import { commands } from './command-table.ts';
import { exitCodes } from './exit-codes.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import { reportError } from './report-error.ts';
import { version } from './version.ts';

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const program = newProgram(io);
  const cli = new Cli(io, () => program.opts<GlobalOptions>());
  try {
    const chosen = chosenCommand(program, argv);
    for (const { name, summary, load } of commands) {
      const command = program.command(name).summary(summary).description(`${summary}.`);
      if (name === chosen) (await load()).define(command, cli);
    }
    await program.parseAsync(argv, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    return reportError(error, io, { debug: isDebugging(program) });
  }
}

function newProgram(io: Io): Command {
  const program = new Command('cloudyard')
    .description('A local cloud: images, servers and disks with real bytes, behind GraphQL.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(try --help)')
    .exitOverride()
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      writeErr: text => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => io.stderr.columns ?? HELP_WIDTH,
    })
    .addHelpText('after', `\n${EXIT_CODES}`);
  addGlobalOptions(program);
  return program;
}

const HELP_WIDTH = 110;
const EXIT_CODES = `exit codes: ${exitCodes.ok} done, ${exitCodes.failed} failed, ${exitCodes.usage} not understood, ${exitCodes.interrupted} interrupted`;

/** The command's name among the arguments; `help images` is about images. */
function chosenCommand(program: Command, argv: readonly string[]): string | undefined {
  const [first, second] = program.parseOptions([...argv]).operands;
  return first === 'help' ? second : first;
}

function isDebugging(program: Command): boolean {
  const { logLevel } = program.opts<GlobalOptions>();
  return logLevel === 'debug' || logLevel === 'trace';
}
