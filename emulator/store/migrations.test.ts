import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { knownMigrations, migrate } from './migrations.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudyard-migrations-'));
  file = join(folder, 'cloud.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function withDatabase<T>(work: (database: BetterSqlite3.Database) => T): T {
  const database = new BetterSqlite3(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** A row with what is given; every other column that has to have a value gets one. */
function insert(database: BetterSqlite3.Database, table: string, row: Readonly<Record<string, unknown>>): void {
  const columns = database
    .prepare<[], { name: string; type: string; notnull: number; dflt_value: string | null }>(`PRAGMA table_info("${table}")`)
    .all()
    .filter(({ name, notnull, dflt_value }) => name in row || (notnull === 1 && dflt_value === null));
  const values = columns.map(({ name, type }) => row[name] ?? (type === 'TEXT' ? 'x' : type === 'JSONB' ? '{}' : 0));
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`).run(values);
}

describe('a database of the first version', () => {
  const [first, second, ...later] = knownMigrations();

  test('keeps what belongs to images and servers though their tables are made anew', () => {
    if (!first || !second) throw new Error('there are no migrations');
    migrate(file, [first, second]);
    withDatabase(database => {
      insert(database, 'Image', { id: 'image' });
      insert(database, 'ImageTag', { imageId: 'image', key: 'kept' });
      insert(database, 'ImageMember', { imageId: 'image', tenantId: 'b' });
      insert(database, 'ImageAccess', { imageId: 'image', audience: 'b' });
      insert(database, 'Server', { id: 'server' });
      insert(database, 'ServerTag', { serverId: 'server', key: 'kept' });
      insert(database, 'Disk', { id: 'disk', serverId: 'server', device: '/dev/vda' });
      insert(database, 'Vpc', { id: 'vpc' });
      insert(database, 'Subnet', { id: 'subnet', vpcId: 'vpc' });
      insert(database, 'Port', { id: 'port', subnetId: 'subnet', serverId: 'server' });
    });
    migrate(file);
    withDatabase(database => {
      const counts = [
        'Image',
        'ImageTag',
        'ImageMember',
        'ImageAccess',
        'Server',
        'ServerTag',
        'Disk',
        'DiskAttachment',
        'Port',
      ].map(table => [table, database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()]);
      expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
      expect(database.prepare(`SELECT serverId FROM "Port"`).pluck().get()).toBe('server');
      expect(database.pragma('foreign_key_check')).toEqual([]);
    });
  });

  test('is as it was where a migration leaves rows that refer to nothing', () => {
    if (!first || !second) throw new Error('there are no migrations');
    migrate(file, [first, second]);
    withDatabase(database => insert(database, 'Image', { id: 'image' }));
    withDatabase(database => insert(database, 'ImageTag', { imageId: 'image', key: 'kept' }));
    const broken = { name: '9_broken', sql: 'DELETE FROM "Image"', checksum: 'x' };
    expect(() => migrate(file, [first, second, ...later, broken])).toThrow('rows refer to nothing');
    withDatabase(database => {
      expect(database.prepare('SELECT count(*) FROM "Image"').pluck().get()).toBe(1);
      expect(database.prepare('SELECT count(*) FROM "_prisma_migrations"').pluck().get()).toBe(2);
    });
  });
});
