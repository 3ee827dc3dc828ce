import { resolve } from 'node:path';
import type { Client } from '../client/client.ts';
import { exitCodes } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import { Style } from './render/style.ts';

/** Where the state is unless something else is said; of the working folder. */
export const DEFAULT_STATE = '.cloudyard';

/** What every command is given: the world, the options that apply everywhere, and ways to answer. */
export class Cli {
  readonly io: Io;
  /** What the process answers, unless the command throws. */
  exitCode: number = exitCodes.ok;
  readonly #options: () => GlobalOptions;
  #client: Promise<Client> | undefined;

  constructor(io: Io, options: () => GlobalOptions) {
    this.io = io;
    this.#options = options;
  }

  get options(): GlobalOptions {
    return this.#options();
  }

  /** The state folder as an absolute path. */
  get stateFolder(): string {
    return resolve(this.io.cwd, this.options.state ?? this.io.env.CLOUDYARD_STATE ?? DEFAULT_STATE);
  }

  /** For what goes to stdout. */
  get style(): Style {
    return Style.for(this.io.stdout, this.io.env);
  }

  /** A client of the gateway, as whoever the options say. Throws CliError if that is nobody. */
  client(): Promise<Client> {
    this.#client ??= import('./connect.ts').then(({ connect }) => connect(this));
    return this.#client;
  }

  /** The answer of a command: the data with `--json`, else the lines. */
  show(data: unknown, lines: () => readonly string[]): void {
    if (this.options.json) this.io.stdout.write(`${toJson(data, this.io.stdout.isTTY ? 2 : undefined)}\n`);
    else for (const line of lines()) this.io.stdout.write(`${line}\n`);
  }

  /** One entry of a stream: a JSON line with `--json`, else the lines. */
  showEntry(data: unknown, lines: () => readonly string[]): void {
    if (this.options.json) this.io.stdout.write(`${toJson(data)}\n`);
    else for (const line of lines()) this.io.stdout.write(`${line}\n`);
  }

  /** A remark for people; silent with `--json`. */
  remark(line: string): void {
    if (!this.options.json) this.io.stderr.write(`${line}\n`);
  }
}

/** Which member of a union a result was is the client's business. */
function toJson(data: unknown, indent?: number): string {
  return JSON.stringify(data, (name, value: unknown) => (name === '__typename' ? undefined : value), indent);
}
