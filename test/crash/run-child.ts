import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SetupError, setUp } from '../../scripts/setup.mjs';
import type { ChildPlan } from './child-plan.ts';

/** Brings the compiled emulator up to date. What does not compile is for the check to say: the compiler writes what it can. */
export async function compileEmulator(): Promise<void> {
  try {
    await setUp(['build']);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
  }
}

/** Starts a program in a process of its own; its errors go where those of this process go. */
export function startProgram(program: URL, argument: string): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(program), argument], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Lets child.mjs do what the plan says. Rejects if it was not killed by what the plan names. */
export async function dieDoing(plan: ChildPlan): Promise<void> {
  const child = startProgram(new URL('./child.mjs', import.meta.url), JSON.stringify(plan));
  const [code, signal]: unknown[] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`the program was to be killed, and ended with ${code ?? signal}`);
}
