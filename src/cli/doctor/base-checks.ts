/** What every cloud needs, whatever its hardware. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { GIB } from '../../../emulator/units.ts';
import { bytes } from '../render/amounts.ts';
import type { Check, Finding, Machine } from './check.ts';
import { inPath } from './in-path.ts';

/** The cloud leaves this much free whatever is asked of it. */
const NEEDED_SPACE = GIB;
const COMFORTABLE_SPACE = 10 * GIB;

export const baseChecks: readonly Check[] = [
  { name: 'node', required: true, look: nodeVersion },
  { name: 'database', required: true, look: nativeDatabase },
  { name: 'state folder', required: true, look: stateFolder },
  { name: 'disk space', required: true, look: diskSpace },
  { name: 'ssh client', look: sshClient },
];

/** Least minor version, by major; any from 24 on. As package.json says. */
const NODE: Readonly<Record<number, number>> = { 20: 19, 22: 12 };

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const least = NODE[major];
  const ok = major >= 24 || (least !== undefined && minor >= least);
  return { ok, detail: process.versions.node, ...(!ok && { hint: 'install Node 20.19, 22.12, 24 or newer' }) };
}

async function nativeDatabase(): Promise<Finding> {
  try {
    const { default: Sqlite } = await import('better-sqlite3');
    const database = new Sqlite(':memory:');
    const version: unknown = database.prepare('SELECT sqlite_version()').pluck().get();
    database.close();
    return { ok: true, detail: `sqlite ${String(version)}` };
  } catch (error) {
    const detail = `better-sqlite3 does not load: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`;
    return { ok: false, detail, hint: 'run `npm rebuild better-sqlite3` (needs python3, make and a C++ compiler)' };
  }
}

function stateFolder({ stateFolder: folder }: Machine): Finding {
  const present = nearestFolder(folder);
  try {
    accessSync(present, constants.W_OK | constants.X_OK);
    return { ok: true, detail: folder };
  } catch {
    return {
      ok: false,
      detail: `this user cannot write to ${present}`,
      hint: 'choose another folder with --state or CLOUDYARD_STATE',
    };
  }
}

function diskSpace({ stateFolder: folder }: Machine): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  const free = bavail * bsize;
  const detail = `${bytes(free)} free for ${folder}`;
  if (free >= COMFORTABLE_SPACE) return { ok: true, detail };
  const ok = free > NEEDED_SPACE;
  return { ok, detail, hint: ok ? 'disks of a few servers fill this soon' : `more than ${bytes(NEEDED_SPACE)} has to be free` };
}

function nearestFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) if (existsSync(at) || at === dirname(at)) return at;
}

function sshClient({ env }: Machine): Finding {
  const path = inPath('ssh', env);
  return path === undefined
    ? { ok: false, detail: 'no ssh in PATH', hint: 'install an OpenSSH client for `cloudyard servers ssh`' }
    : { ok: true, detail: path };
}
