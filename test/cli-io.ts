import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import type { Io, Output, StopSignal } from '../src/cli/io.ts';
import { runCli } from '../src/cli/run.ts';

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Whether the three streams are a terminal. */
  readonly isTTY?: boolean;
}

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that keeps what is written to it, and tells when a text has come. */
class Captured implements Output {
  readonly isTTY: boolean;
  readonly columns = 100;
  readonly #written = new EventEmitter();
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string | Uint8Array): boolean {
    this.text += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    this.#written.emit('written');
    return true;
  }

  /** Resolves once a text has been written. */
  async has(text: string): Promise<void> {
    while (!this.text.includes(text)) await new Promise(resolve => this.#written.once('written', resolve));
  }
}

/** A command line under way, in this process. */
export class RunningCli implements PromiseLike<CliRun> {
  readonly stdout: Captured;
  readonly stderr: Captured;
  /** Exit codes with which it wanted to end the process at once. */
  readonly exits: number[] = [];
  readonly #signals = new EventEmitter();
  readonly #end: Promise<CliRun>;

  constructor(argv: readonly string[], { env = {}, cwd = tmpdir(), stdin = '', isTTY = false }: CliOptions = {}) {
    this.stdout = new Captured(isTTY);
    this.stderr = new Captured(isTTY);
    const io: Io = {
      stdout: this.stdout,
      stderr: this.stderr,
      stdin: Object.assign(Readable.from([Buffer.from(stdin)]), { isTTY }),
      env,
      cwd,
      onStopSignal: listener => {
        this.#signals.on('stop', listener);
        return () => this.#signals.off('stop', listener);
      },
      exit: code => this.exits.push(code),
    };
    this.#end = runCli(argv, io).then(code => ({ code, stdout: this.stdout.text, stderr: this.stderr.text }));
  }

  signal(signal: StopSignal): void {
    this.#signals.emit('stop', signal);
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = CliRun, B = never>(
    done?: (run: CliRun) => A | PromiseLike<A>,
    failed?: (error: unknown) => B | PromiseLike<B>,
  ): Promise<A | B> {
    return this.#end.then(done, failed);
  }
}

/** Runs a command line to its end. */
export const cloudyard = (argv: readonly string[], options?: CliOptions): RunningCli => new RunningCli(argv, options);
