import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { LaterVersionError, openVersioned } from '../../open-versioned.ts';
import { DiskStoreError } from '../disk-store.ts';

export type Index = Sqlite.Database;

/**
 * The index of a chunk store: which disks there are, and which chunk holds each piece of them.
 *
 * - A disk is the root of a tree of nodes (see piece-tree.ts). Nodes and chunks are counted by those that refer to them, so a
 *   snapshot is one more reference to a root, whatever the disk holds.
 * - What nobody refers to any more has `refs = 0`, and is found by a partial index: that is the whole queue of the reclaimer.
 * - `trash` names chunks whose row is gone and whose file is about to go.
 */
const SCHEMA = `
  CREATE TABLE disk (id TEXT PRIMARY KEY, size INTEGER NOT NULL, node INTEGER NOT NULL, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE node (id INTEGER PRIMARY KEY, refs INTEGER NOT NULL, height INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;
  CREATE INDEX dead_node ON node (id) WHERE refs = 0;
  CREATE TABLE chunk (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, refs INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  CREATE INDEX dead_chunk ON chunk (id) WHERE refs = 0;
  CREATE TABLE trash (chunk INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO number VALUES ('stored', 0), ('sweep-from', 1), ('sweep-to', 1);
`;

/** A chunk may be a difference from another one, and a file may have only some blocks of its piece: see ChunkForm. */
const DIFFERENCES = `
  ALTER TABLE chunk ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE chunk ADD COLUMN blocks BLOB;
`;

/** What leads to each version from the one before; the last is the present one. */
const STEPS = [SCHEMA, DIFFERENCES] as const;

/** Where the index of a store in a folder is. */
export function indexFile(folder: string): string {
  return join(folder, 'index.db');
}

/** Opens the index, makes it where there is none. Throws DiskStoreError. */
export function openIndex(file: string): Index {
  try {
    return openVersioned(file, STEPS);
  } catch (error) {
    if (error instanceof LaterVersionError) throw new DiskStoreError('unavailable', `${file}: ${error.message}`);
    throw asDiskStoreError(error, file);
  }
}

const PROBLEMS = {
  SQLITE_FULL: ['no-space', 'no space for the index of the disk store'],
  SQLITE_CORRUPT: ['corrupt', 'the index of the disk store is damaged; the file was left as it is'],
  SQLITE_NOTADB: ['corrupt', 'the index of the disk store is damaged; the file was left as it is'],
  ENOSPC: ['no-space', 'no space left for disks'],
  EDQUOT: ['no-space', 'no space left for disks'],
} as const;

/** `EIO`, `SQLITE_BUSY`: other errors have codes, too. */
const OF_SYSTEM_OR_INDEX = /^(SQLITE|E[A-Z0-9]+$)/;

/**
 * What the file system or the index may answer, as the one error that callers of the store know. Everything else (the reason of an
 * abort, a wrong argument, a mistake in the program) passes through as it is.
 */
export function asDiskStoreError(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  if (!OF_SYSTEM_OR_INDEX.test(code)) return error;
  const known = Object.entries(PROBLEMS).find(([prefix]) => code.startsWith(prefix));
  const [problem, words] = known?.[1] ?? (['unavailable', 'the disk store cannot be used'] as const);
  return new DiskStoreError(problem, `${words}: ${where}: ${error.message}`, { cause: error });
}
