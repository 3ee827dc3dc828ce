import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrationsFolder } from '../emulator/store/migrations.ts';

const BEFORE = '20261128160000';

test('a database that was made before ports, snapshots and vaults counted counts what is there', () => {
  const names = readdirSync(migrationsFolder()).filter(name => /^\d+_/.test(name));
  const run = (isWanted: (name: string) => boolean): void => {
    for (const name of names.filter(isWanted).toSorted())
      database.exec(readFileSync(join(migrationsFolder(), name, 'migration.sql'), 'utf8'));
  };
  const database = new BetterSqlite3(':memory:');
  run(name => name < BEFORE);
  // What the rows refer to does not matter here.
  database.pragma('foreign_keys = OFF');
  for (const tenant of ['a', 'b'])
    database.exec(`INSERT INTO "Quota" (tenantId, resource, used) VALUES ('${tenant}', 'diskGigabytes', 10)`);
  for (const [id, address] of [
    ['one', '10.0.0.2'],
    ['two', '10.0.0.3'],
  ])
    database.exec(
      `INSERT INTO "Port" (id, tenantId, subnetId, address, mac, createdAt) VALUES ('${id}', 'a', 's', '${address}', '${id}', 0)`,
    );
  for (const [id, size] of [
    ['one', 10],
    ['two', 15],
  ]) {
    const both = "'description', 0, 0";
    database.exec(
      `INSERT INTO "Vault" (id, tenantId, name, size, objectType, status, description, createdAt, updatedAt)
       VALUES ('${id}', 'a', 'v', ${size}, 'DISK', 'AVAILABLE', ${both})`,
    );
    database.exec(
      `INSERT INTO "DiskSnapshot" (id, tenantId, diskId, name, size, bootable, status, description, createdAt, updatedAt)
       VALUES ('${id}', 'a', 'd', 's', ${size}, 0, 'AVAILABLE', ${both})`,
    );
  }
  run(name => name >= BEFORE);
  const counts = database.prepare('SELECT tenantId, resource, used FROM "Quota" ORDER BY tenantId, resource').raw().all();
  database.close();
  expect(counts).toEqual([
    ['a', 'diskGigabytes', 35],
    ['a', 'ports', 2],
    ['a', 'vaultGigabytes', 25],
    ['b', 'diskGigabytes', 10],
  ]);
});
