import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { templateFor } from '../../src/testing/template.ts';
import { openTestCloud } from '../../src/testing/test-cloud.ts';
import type { Benchmark } from '../benchmark.ts';
import { inPairs, timed } from '../paired.ts';

export const testCloud: Benchmark = {
  name: 'test-cloud',
  description: 'a new isolated cloud in the test kit (not the first), against copying a seeded SQLite file and opening it',
  targets: { 'test-cloud-ms': { ratio: { atMost: 3 } } },
  async run({ workspace }) {
    const template = await templateFor({});
    const file = join(await workspace.folder(), 'copy.db');
    const ours = async (): Promise<number> => {
      const start = performance.now();
      const cloud = await openTestCloud();
      const milliseconds = performance.now() - start;
      await cloud.close();
      return milliseconds;
    };
    const reference = async (): Promise<number> => {
      let database: Database.Database | undefined;
      const milliseconds = await timed(async () => {
        copyFileSync(template, file);
        database = new Database(file);
        database.pragma('journal_mode = WAL');
        // SQLite opens a file when it is first asked for something.
        database.prepare('SELECT value FROM Setting WHERE key = ?').get('cloud-id');
      });
      database?.close();
      rmSync(file);
      return milliseconds;
    };
    return [{ row: 'test-cloud-ms', ...(await inPairs({ rounds: 25, warmUps: 3 }, ours, reference)) }];
  },
};
