import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { residentMiB } from './program.ts';
import type { Workspace } from './workspace.ts';

/** A program in a process of its own that serves HTTP and says where, in its first line: `{"url": "http://127.0.0.1:43210", …}`. */
export class Listening {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts a compiled program. It ends with the workspace at the latest. */
  static async start(workspace: Workspace, [program, ...args]: readonly [string, ...string[]]): Promise<Listening> {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    workspace.onEnd(() => end(child, 'SIGKILL'));
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code, by]) => Promise.reject(new Error(`${program} ended with ${code ?? by}`))),
    ]);
    child.stdout.resume();
    const { url } = JSON.parse(line);
    return new Listening(child, url);
  }

  residentMiB(): Promise<number> {
    return residentMiB(this.#child.pid);
  }

  /** As Ctrl-C does it. */
  stop(): Promise<void> {
    return end(this.#child, 'SIGINT');
  }

  kill(): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

const compiled = (...path: string[]): string => join(import.meta.dirname, '..', ...path);

/** The gateway, as a user starts it, on a state folder. */
function startCloudyard(workspace: Workspace, state: string, ...options: string[]): Promise<Listening> {
  const program = compiled('src', 'cli', 'main.js');
  return Listening.start(workspace, [program, 'up', '--json', '--port', '0', '--state', state, ...options]);
}

export function startEmbedded(workspace: Workspace, state: string): Promise<Listening> {
  return startCloudyard(workspace, state, '--hardware', 'embedded');
}

/** Plain Yoga and Pothos. */
export function startReference(workspace: Workspace): Promise<Listening> {
  return Listening.start(workspace, [compiled('bench', 'reference', 'main.js')]);
}
