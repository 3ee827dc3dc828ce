import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KIB, MIB } from '../units.ts';
import { BackgroundCheckpoints } from './background-checkpoints.ts';

let folder: string;
let file: string;
let db: Sqlite.Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  file = join(folder, 'test.db');
  db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, data BLOB)');
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const logSize = (): number => statSync(`${file}-wal`).size;

test('a log that has grown is brought into the database, and begun anew', async () => {
  const checkpoints = new BackgroundCheckpoints(db);
  const insert = db.prepare('INSERT INTO row (data) VALUES (?)');
  let commits = 0;
  for (let round = 1; round <= 3; round += 1) {
    // As many as lie between two looks at the log: the last one starts the worker.
    for (const end = commits + 64; commits < end; commits += 1) {
      insert.run(Buffer.alloc(72 * KIB, commits));
      checkpoints.committed();
    }
    expect(logSize()).toBeGreaterThan(4 * MIB);
    await checkpoints.settled();
    insert.run(Buffer.alloc(0));
    expect(logSize()).toBeLessThan(MIB);
  }
  expect(statSync(file).size).toBeGreaterThan(commits * 72 * KIB);
  expect(db.prepare('SELECT count(*) FROM row').pluck().get()).toBe(commits + 3);
});

test('a small log is left alone', async () => {
  const checkpoints = new BackgroundCheckpoints(db);
  const insert = db.prepare('INSERT INTO row (data) VALUES (?)');
  for (let commit = 0; commit < 200; commit += 1) {
    insert.run(Buffer.alloc(10));
    checkpoints.committed();
  }
  const before = logSize();
  await checkpoints.settled();
  expect(logSize()).toBe(before);
});
