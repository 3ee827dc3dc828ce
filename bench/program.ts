import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from './workspace.ts';

/**
 * A program of its own process that a benchmark speaks with: by JSON messages over the channel that node:child_process gives to forks.
 */
export class Program {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts `bench/<path>.ts` (as it is compiled). It ends with the workspace at the latest. */
  static start(workspace: Workspace, path: string, args: readonly string[] = [], options: ForkOptions = {}): Program {
    const child = fork(join(import.meta.dirname, `${path}.js`), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...options,
    });
    const program = new Program(child);
    workspace.onEnd(() => program.stop());
    return program;
  }

  /** What the program says next. Rejects if it ends instead. */
  async next<Message>(): Promise<Message> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      const [message] = await Promise.race([
        once(this.#child, 'message', { signal }),
        once(this.#child, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`a program of the benchmark ended with ${code ?? by}`);
        }),
      ]);
      return message;
    } finally {
      ended.abort();
    }
  }

  /** Tells it to go on and returns what it answers. */
  ask<Message>(question: object): Promise<Message> {
    const answer = this.next<Message>();
    this.#child.send(question);
    return answer;
  }

  /** Tells it to come to its end, and waits for that. */
  async end(question: object): Promise<void> {
    if (!this.#child.connected) return;
    const exit = once(this.#child, 'exit');
    this.#child.send(question);
    await exit;
  }

  /** Resident memory in MiB. */
  async residentMiB(): Promise<number> {
    return residentMiB(this.#child.pid);
  }

  /** Ends it without asking. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** Linux tells it in /proc. */
export async function residentMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kibibytes) / 1024;
}
