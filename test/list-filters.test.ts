/** What lists are filtered by is looked up in an index, so a page costs the same however many rows a tenant has. */
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';

const ID = '00000000-0000-4000-8000-000000000000';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

/** How the database would go about the queries of a call, in its planner's words, and about whatever the cloud asks meanwhile. */
async function planOf(call: () => Promise<unknown>): Promise<string[]> {
  const prepare = vi.spyOn(Sqlite.prototype, 'prepare');
  await call();
  const queries = prepare.mock.calls.map(([sql], at) => ({ sql, connection: prepare.mock.contexts[at] }));
  prepare.mockRestore();
  return queries.flatMap(({ sql, connection }) => {
    if (!(connection instanceof Sqlite)) throw new Error('nothing was asked');
    const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
    const rows = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    return rows.map(({ detail }) => detail);
  });
}

describe('the index over what is asked for serves', () => {
  test.each(['name', 'vaultId', 'checkpointId', 'resourceId'])('backups by %s', async column => {
    const plan = await planOf(() => emulator.a.backups.list({ filter: { [column]: ID } }));
    expect(plan).toContainEqual(expect.stringMatching(new RegExp(`USING INDEX .*\\(tenantId=\\? AND ${column}=\\?\\)`)));
  });

  test('backups that are shared with a tenant', async () => {
    const plan = await planOf(() => emulator.a.backups.list({ filter: { relation: 'SHARED' } }));
    expect(plan).toContainEqual(expect.stringMatching(/BackupMember.* USING (COVERING )?INDEX .*\(tenantId=\?\)/));
  });

  test('checkpoints of a vault', async () => {
    const plan = await planOf(() => emulator.a.checkpoints.list({ vaultId: ID }));
    expect(plan).toContainEqual(expect.stringContaining('(tenantId=? AND vaultId=?)'));
  });

  test('disks by name', async () => {
    const plan = await planOf(() => emulator.a.disks.list({ filter: { name: 'data' } }));
    expect(plan).toContainEqual(expect.stringContaining('(tenantId=? AND name=?)'));
  });
});
