import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a program of this folder, kills it (SIGKILL) as soon as it has said so many lines, and returns all lines that it said. */
export async function killAfterLines(program: string, args: readonly string[], lines: number): Promise<string[]> {
  // Node 20 runs no TypeScript by itself; jiti is found from the root of the project.
  const typeScript = 'typescript' in process.features && process.features.typescript ? [] : ['--import', 'jiti/register'];
  const victim = spawn(process.execPath, [...typeScript, join(import.meta.dirname, program), ...args], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(victim, 'exit');
  let said = '';
  victim.stdout.setEncoding('utf8');
  for await (const text of victim.stdout) {
    said += text;
    if (said.split('\n').length > lines) victim.kill('SIGKILL');
  }
  const [, signal] = await exit;
  if (signal !== 'SIGKILL') throw new Error(`${program} ended by itself`);
  return said.split('\n').slice(0, -1);
}
