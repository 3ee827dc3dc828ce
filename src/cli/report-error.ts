import { CommanderError } from 'commander';
import { CliError, UsageError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

/**
 * Tells the user what failed in one line, `error: <message> (<code>)`, and returns the exit code.
 * Errors are known by their name, so that a command that fails early has not loaded the emulator for it.
 */
export function reportError(error: unknown, io: Io, options: { debug: boolean }): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { message, code, hints } = describe(error);
  io.stderr.write(`error: ${message} (${code})\n`);
  for (const hint of hints) io.stderr.write(`  ${hint}\n`);
  if (options.debug && error instanceof Error) io.stderr.write(`${error.stack}\n${causes(error)}`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

interface Description {
  readonly message: string;
  readonly code: string;
  readonly hints: readonly string[];
}

/** Failures that bring their code along. */
const CODED: ReadonlySet<string> = new Set(['ClientError', 'CloudError', 'ListenError']);

/** Expected failures of the emulator, by the name of their class. */
const CODES: Readonly<Record<string, string>> = {
  StateInUseError: 'STATE_IN_USE',
  DatabaseUnusableError: 'DATABASE_UNUSABLE',
  HardwareMismatchError: 'OTHER_HARDWARE',
  DisksMissingError: 'DISKS_MISSING',
  HardwareError: 'HARDWARE',
};

function describe(error: unknown): Description {
  if (error instanceof CliError) return error;
  if (error instanceof Error) {
    const { message, name } = error;
    if ('code' in error && typeof error.code === 'string' && CODED.has(name)) {
      const field = 'field' in error && typeof error.field === 'string' ? [`at fault: ${error.field}`] : [];
      // Of a failure that is not told: the log says more.
      const request =
        'requestId' in error && typeof error.requestId === 'string' ? [`request ${error.requestId}; see the gateway’s log`] : [];
      return { message, code: error.code, hints: [...field, ...request] };
    }
    const known = CODES[name];
    if (known !== undefined) return { message, code: known, hints: [] };
    const system = systemError(error);
    if (system) return system;
  }
  return {
    message: `something went wrong inside cloudyard: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`,
    code: 'UNEXPECTED',
    hints: ['run it again with --log-level debug to see where; please report it'],
  };
}

/** What the operating system says of files: the user's folder, disk or rights. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'no permission for',
  EPERM: 'no permission for',
  EROFS: 'cannot write (read-only) to',
  EEXIST: 'there already is',
  ENOSPC: 'no space is left on the disk of',
  ENOTDIR: 'not a folder:',
  ENOENT: 'there is no',
  EISDIR: 'a folder, not a file:',
};

function systemError(error: Error & { code?: unknown; path?: unknown }): Description | undefined {
  const words = typeof error.code === 'string' ? SYSTEM[error.code] : undefined;
  if (words === undefined || typeof error.path !== 'string') return undefined;
  return { message: `${words} ${error.path}`, code: String(error.code), hints: [] };
}

function causes(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `caused by ${cause.stack}\n${causes(cause)}` : '';
}
