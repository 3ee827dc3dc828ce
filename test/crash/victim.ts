import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs a script of this folder, kills it (SIGKILL) as soon as it has said so many lines, and returns all lines that it said. */
export async function killAfterLines(script: string, args: readonly string[], lines: number): Promise<string[]> {
  // Node 20 runs no TypeScript by itself.
  const loader = pathToFileURL(
    join(createRequire(import.meta.url).resolve('jiti/package.json'), '..', 'lib', 'jiti-register.mjs'),
  );
  const command = ['--import', loader.href, join(import.meta.dirname, script), ...args];
  const victim = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(victim, 'exit');
  let said = '';
  victim.stdout.setEncoding('utf8');
  for await (const text of victim.stdout) {
    said += text;
    if (said.split('\n').length > lines) victim.kill('SIGKILL');
  }
  const [, signal] = await exit;
  if (signal !== 'SIGKILL') throw new Error(`${script} ended by itself`);
  return said.split('\n').slice(0, -1);
}
