import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrationsFolder } from '../emulator/store/migrations.ts';

const BEFORE = '20261128180750';

test('rules and elastic IPs from before they had actions, priorities and types have the usual ones', () => {
  const names = readdirSync(migrationsFolder()).filter(name => /^\d+_/.test(name));
  const database = new BetterSqlite3(':memory:');
  const run = (isWanted: (name: string) => boolean): void => {
    for (const name of names.filter(isWanted).toSorted())
      database.exec(readFileSync(join(migrationsFolder(), name, 'migration.sql'), 'utf8'));
  };
  run(name => name < BEFORE);
  database.exec(`INSERT INTO "SecurityGroup" (id, tenantId, name, createdAt, updatedAt) VALUES ('g', 'a', 'web', 1, 1);
    INSERT INTO "SecurityGroupRule" (id, tenantId, groupId, direction, createdAt) VALUES
      ('first', 'a', 'g', 'EGRESS', 1), ('later', 'a', 'g', 'INGRESS', 2);
    INSERT INTO "PublicAddress" (id, tenantId, address, bandwidthName, bandwidthSize, createdAt) VALUES
      ('p', 'a', '127.20.0.1', 'b', 5, 1)`);
  run(name => name >= BEFORE);
  const rules = database.prepare('SELECT id, action, priority, multiport FROM "SecurityGroupRule" ORDER BY id').raw().all();
  const addresses = database.prepare('SELECT id, type FROM "PublicAddress"').raw().all();
  database.close();
  expect(rules).toEqual([
    ['first', 'ALLOW', 100, null],
    ['later', 'ALLOW', 1, null],
  ]);
  expect(addresses).toEqual([['p', 'BGP']]);
});
