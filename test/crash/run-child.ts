import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildPlanInput } from './child-plan.ts';

const root = join(import.meta.dirname, '..', '..');

/** Runs a program of TypeScript in a process of its own; what it prints goes where this process's errors go. */
export function startProgram(file: string, args: readonly string[]) {
  const program = join(import.meta.dirname, file);
  return spawn(process.execPath, ['--import', 'jiti/register', program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Lets child.ts do what the plan says. Rejects if it was not killed by the plan's fault. */
export async function dieDoing(plan: ChildPlanInput): Promise<void> {
  const child = startProgram('child.ts', [JSON.stringify(plan)]);
  const [code, signal]: unknown[] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`the program was to be killed, and ended with ${code ?? signal}`);
}
