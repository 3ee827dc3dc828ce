import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { damageOf } from './database-damage.ts';

/** The database file cannot be read as one of ours. It is left as it is. */
export class DatabaseUnusableError extends Error {
  override readonly name = 'DatabaseUnusableError';
}

// Prisma's own table, so that its command line can take over a database of ours.
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings a database file to the present schema, creating it where there is none.
 * All of it happens in one transaction. Throws DatabaseUnusableError if the file is damaged or was made by a newer Cloudyard.
 */
export function migrate(file: string, known = knownMigrations()): void {
  const damage = damageOf(file);
  if (damage !== undefined) throw unusable(file, damage);
  const database = open(file);
  try {
    database.exec(MIGRATIONS_TABLE);
    const applied = database
      .prepare('SELECT migration_name, checksum FROM "_prisma_migrations" WHERE rolled_back_at IS NULL')
      .all();
    const missing = compare(file, known, applied.map(toApplied));
    if (missing.length > 0) apply(database, missing);
  } catch (error) {
    throw error instanceof BetterSqlite3.SqliteError ? unusable(file, error) : error;
  } finally {
    database.close();
  }
}

function open(file: string): BetterSqlite3.Database {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = new BetterSqlite3(file);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    return database;
  } catch (error) {
    database?.close();
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): DatabaseUnusableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DatabaseUnusableError(
    `the database ${file} cannot be used (${reason}). It was left as it is; move its folder away to start anew, or restore a copy`,
    { cause },
  );
}

/** Beside the sources, or beside the built program: the first folder up that has it. */
export function migrationsFolder(): string {
  for (let folder = import.meta.dirname; ; folder = join(folder, '..')) {
    const found = join(folder, 'prisma', 'migrations');
    if (existsSync(found)) return found;
    if (folder === join(folder, '..')) throw new Error('prisma/migrations is missing from this installation');
  }
}

/** The oldest first. */
export function knownMigrations(): Migration[] {
  const folder = migrationsFolder();
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
    .map(name => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

interface Applied {
  readonly name: string;
  readonly checksum: string;
}

function toApplied(row: unknown): Applied {
  if (typeof row === 'object' && row !== null && 'migration_name' in row && 'checksum' in row) {
    return { name: String(row.migration_name), checksum: String(row.checksum) };
  }
  throw new TypeError('not a row of _prisma_migrations');
}

function compare(file: string, known: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const byName = new Map(known.map(migration => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = byName.get(name);
    if (migration === undefined) throw new DatabaseUnusableError(`${file} was made by a newer Cloudyard (migration ${name})`);
    if (migration.checksum !== checksum)
      throw new DatabaseUnusableError(`${file}: migration ${name} was applied in another form`);
  }
  const names = new Set(applied.map(({ name }) => name));
  return known.filter(({ name }) => !names.has(name));
}

function apply(database: BetterSqlite3.Database, migrations: readonly Migration[]): void {
  const record = database.prepare(
    'INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count) VALUES (?, ?, ?, ?, 1)',
  );
  // A table that is made anew takes the rows with it that refer to the old one, unless nobody looks; within a transaction that can't be said.
  database.pragma('foreign_keys = OFF');
  database.transaction(() => {
    for (const { name, sql, checksum } of migrations) {
      database.exec(sql);
      record.run(randomUUID(), checksum, Date.now(), name);
    }
    const dangling = database.pragma('foreign_key_check');
    if (!Array.isArray(dangling) || dangling.length > 0)
      throw new Error(`after the migrations rows refer to nothing: ${JSON.stringify(dangling)}`);
  })();
  database.pragma('foreign_keys = ON');
}
