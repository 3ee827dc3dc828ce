/** Debian systems made of packages on this machine, as a tar stream. Works as an ordinary user too. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { WorkOptions } from '../../store/disks/disk-store.ts';
import { HardwareError } from '../hardware.ts';
import { debianArchives } from './apt-sources.ts';

export interface DebianOptions extends WorkOptions {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Shell lines that run when the system is there; its root folder is "$1". */
  readonly hooks?: readonly string[];
}

/** Steps that it reports on its error output, give or take: for progress only. */
const STEPS = 18;
const QUIET_PATHS = ['doc', 'man', 'info', 'locale'].map(name => `--dpkgopt=path-exclude=/usr/share/${name}/*`);

export async function hasMmdebstrap(path = process.env.PATH ?? ''): Promise<boolean> {
  const tries = path
    .split(delimiter)
    .filter(Boolean)
    .map(folder => access(join(folder, 'mmdebstrap'), constants.X_OK));
  return (await Promise.allSettled(tries)).some(attempt => attempt.status === 'fulfilled');
}

/** Makes a system and hands its tar to `consume`; both must succeed. */
export async function makeDebian<T>(options: DebianOptions, consume: (tar: Readable) => Promise<T>): Promise<T> {
  const child = spawn(
    'mmdebstrap',
    [
      '--format=tar',
      '--variant=minbase',
      ...(options.packages.length > 0 ? [`--include=${options.packages.join(',')}`] : []),
      ...QUIET_PATHS,
      ...(options.hooks ?? []).map(hook => `--customize-hook=${hook}`),
      options.suite,
      '-',
      ...(await debianArchives()),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], ...(options.signal ? { signal: options.signal } : {}) },
  );
  let said = '';
  let steps = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
    steps += text.split('\n').filter(line => line.startsWith('I: ')).length;
    options.onProgress?.(Math.min(steps, STEPS - 1), STEPS);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve();
      else reject(new HardwareError('failed', `mmdebstrap ended with ${code}: ${lastLines(said)}`));
    });
  });
  // What mmdebstrap says about a failure says more than what its reader makes of half a tar.
  const consumption = consume(child.stdout).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const [made, consumed] = await Promise.allSettled([ended, consumption]);
  options.signal?.throwIfAborted();
  if (consumed.status === 'rejected' && child.killed) throw consumed.reason;
  if (made.status === 'rejected') throw made.reason;
  if (consumed.status === 'rejected') throw consumed.reason;
  return consumed.value;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}
