import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expectThat } from './teller.ts';
import type { World } from './world.ts';

/** Seconds that ssh tries to connect; a server that has just booted may not listen at once. */
const CONNECT_LIMIT = 20;
const TRY_EVERY_MS = 250;

/** Signs in to a server with a key and runs a command there, as a user would. Tells so where this machine has no ssh client. */
export async function signIn(
  { teller }: World,
  { host = '127.0.0.1', port }: Place,
  privateKey: string,
  command: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloudyard-key-'));
  try {
    const key = join(folder, 'key');
    await writeFile(key, privateKey, { mode: 0o600 });
    const output = await untilItAnswers(() => ssh(['-i', key, '-p', String(port), ...OPTIONS, `root@${host}`, command]));
    if (output === undefined) teller.tell('no ssh client on this machine: nobody signs in');
    else teller.fact(`ssh ${host} -p ${port}: ${output.trim().split('\n').join(', ')}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Where a server's ssh answers. */
interface Place {
  readonly host?: string;
  readonly port: number;
}

/** A server's host key is new with each server, and the port may have been another's before. */
const OPTIONS = [
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'],
  ...['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', `ConnectTimeout=${CONNECT_LIMIT}`, '-o', 'ConnectionAttempts=5'],
];

/** A server that has just booted may not listen at once, and what leads to it then ends the connection: so it is tried again. */
async function untilItAnswers<Output>(work: () => Promise<Output>): Promise<Output> {
  const deadline = performance.now() + CONNECT_LIMIT * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await setTimeout(TRY_EVERY_MS);
    }
  }
}

/** What ssh printed; undefined where there is none. */
function ssh(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let problems = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      problems += part.toString();
    });
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.once('close', code => {
      try {
        expectThat(code === 0, `ssh signs in (exit status ${code}: ${problems.trim()})`);
        resolve(output);
      } catch (error) {
        reject(error);
      }
    });
  });
}
