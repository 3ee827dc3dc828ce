import { type Command, Option } from 'commander';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Understood before and after every command. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly as?: string;
  readonly region?: string;
  readonly token?: string;
  readonly state?: string;
  readonly logLevel?: LogLevel;
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'machine form: one JSON document, or a line each for streams')
    .option('--url <url>', 'the gateway (CLOUDYARD_URL; without it the one of the state, else http://127.0.0.1:7070)')
    .option('--as <name>', 'whom to act as: demo-a, demo-b, admin, or a domain of your configuration (default: demo-a)')
    .option('--region <region>', 'region to act in, with --as (default: the first)')
    .option('--token <token>', 'act as whoever this token belongs to (CLOUDYARD_TOKEN)')
    .option('--state <folder>', 'the state folder (CLOUDYARD_STATE; default: .cloudyard)')
    .addOption(
      new Option('--log-level <level>', 'how much to log; with debug, errors show where they happened').choices(logLevels),
    );
}
