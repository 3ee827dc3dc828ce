import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { decodeEntries } from '../../emulator/store/disks/chunks/node-entries.ts';

/** Counts every reference in the index of a closed chunk store anew; what does not add up, in words, and how many chunks there are. */
export function checkIndex(folder: string): { faults: string[]; chunks: number; files: number } {
  const db = new Sqlite(join(folder, 'index.db'), { readonly: true });
  try {
    const counted = new Map<string, number>();
    const count = (kind: string, id: number): void => {
      if (id !== 0) counted.set(`${kind} ${id}`, (counted.get(`${kind} ${id}`) ?? 0) + 1);
    };
    for (const node of db.prepare<[], number>('SELECT node FROM disk').pluck().all()) count('node', node);
    const nodes = db.prepare<[], { id: number; refs: number; height: number; entries: Buffer }>('SELECT * FROM node').all();
    for (const { height, entries } of nodes) {
      for (const entry of decodeEntries(entries)) count(height === 0 ? 'chunk' : 'node', entry);
    }
    const chunks = db
      .prepare<[], { id: number; refs: number; bytes: number; base: number }>('SELECT id, refs, bytes, base FROM chunk')
      .all();
    for (const { base } of chunks) count('chunk', base);
    const faults: string[] = [];
    const compare = (kind: string, rows: readonly { id: number; refs: number }[]): void => {
      for (const { id, refs } of rows) {
        const name = `${kind} ${id}`;
        // Nobody refers to what waits to be freed.
        if ((counted.get(name) ?? 0) !== refs) faults.push(`${name} has ${refs} references, not ${counted.get(name)}`);
        counted.delete(name);
      }
    };
    compare('node', nodes);
    compare('chunk', chunks);
    for (const name of counted.keys()) faults.push(`${name} is referred to and not there`);
    const stored = db.prepare<[], number>(`SELECT value FROM number WHERE name = 'stored'`).pluck().get();
    if (stored !== chunks.reduce((sum, { bytes }) => sum + bytes, 0)) faults.push(`the sum of all chunks is not ${stored}`);
    return { faults, chunks: chunks.length, files: chunkFiles(folder).length };
  } finally {
    db.close();
  }
}

/** Paths of all chunk files. */
export function chunkFiles(folder: string): string[] {
  const chunks = join(folder, 'chunks');
  if (!existsSync(chunks)) return [];
  const entries = readdirSync(chunks, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
