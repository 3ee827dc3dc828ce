import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { HardwareKind } from '../../emulator/hardware/hardware.ts';

/** The line that `cloudyard up --json` prints when it serves. */
const Card = z.object({ url: z.string(), hardware: z.enum(['embedded', 'docker']) });
type Card = z.infer<typeof Card>;

export interface StageOptions {
  /** Program that is `cloudyard`. */
  readonly program?: string;
  readonly hardware?: HardwareKind | 'auto';
}

const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));
/** A cloud that does not serve after this long has failed, in milliseconds. */
const START_LIMIT = 120_000;

/**
 * A throw-away cloud in a process of its own, so that it can be killed: a state folder that is removed at the end, a port that stays the
 * same over restarts.
 */
export class Stage {
  readonly folder: string;
  readonly #program: string;
  readonly #hardware: HardwareKind | 'auto';
  #process: ChildProcess | undefined;
  #card: Card | undefined;
  #starting: Promise<void> | undefined;

  private constructor(folder: string, { program = PROGRAM, hardware = 'auto' }: StageOptions) {
    this.folder = folder;
    this.#program = program;
    this.#hardware = hardware;
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'cloudyard-stage-')), options);
    try {
      await stage.start();
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  get url(): string {
    return this.#opened.url;
  }

  get hardware(): HardwareKind {
    return this.#opened.hardware;
  }

  get #opened(): Card {
    if (!this.#card) throw new Error('the cloud has not been started');
    return this.#card;
  }

  /** Starts the cloud on its state; resolves when it serves. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Resolves when a start that is under way is done. */
  async ready(): Promise<void> {
    await this.#starting;
  }

  /** `kill -9` */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ctrl-C */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** Stops the cloud and removes whatever it made. */
  async close(): Promise<void> {
    await this.stop();
    await run(process.execPath, [this.#program, 'reset', '--yes', '--state', this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const port = this.#card ? new URL(this.#card.url).port : '0';
    const options = ['--json', '--state', this.folder, '--port', port, '--hardware', this.#card?.hardware ?? this.#hardware];
    const child = spawn(process.execPath, [this.#program, 'up', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const problems: string[] = [];
    createInterface({ input: child.stderr }).on('line', line => problems.push(line));
    this.#card = await new Promise<Card>((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error([`the cloud did not start: ${why}`, ...problems.slice(-5)].join('\n')));
      const timer = setTimeout(() => fail(`not serving after ${START_LIMIT / 1000} s`), START_LIMIT);
      child.once('exit', code => fail(`exit status ${code}`));
      createInterface({ input: child.stdout }).once('line', line => {
        clearTimeout(timer);
        child.removeAllListeners('exit');
        const card = Card.safeParse(JSON.parse(line));
        if (card.success) resolve(card.data);
        else fail(`it printed ${line}`);
      });
    });
  }

  async #end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`${args.slice(1).join(' ')}: exit status ${code}`))));
  });
}
