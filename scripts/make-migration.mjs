/**
 * Writes a new migration: what brings the present migrations to prisma/schema.prisma, as SQL.
 *   npm run migration NAME      writes prisma/migrations/<timestamp>_NAME/migration.sql
 *   node scripts/make-migration.mjs --check     exit status 1 if the schema has no migration yet
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';
import { schemaDiff } from './schema-engine.mjs';

const folder = join(root, 'prisma', 'migrations');
const [name = ''] = process.argv.slice(2);
if (name !== '--check' && !/^[a-z0-9_]+$/.test(name)) {
  console.error('usage: npm run migration NAME   (NAME: a-z 0-9 _)');
  process.exit(2);
}

const migrationDirectories = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)
  .sort()
  .map(path => ({ path, migrationFile: sqlOf(path) }));
const schemaFile = join(root, 'prisma', 'schema.prisma');
const sql = await schemaDiff({
  from: {
    tag: 'migrations',
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(folder, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories,
  },
  to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }] },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});
const changes = !/^\s*(--[^\n]*)?\s*$/.test(sql);

if (name === '--check') {
  if (changes) console.error(`prisma/schema.prisma has no migration yet: npm run migration NAME\n${sql}`);
  process.exitCode = changes ? 1 : 0;
} else if (changes) {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  mkdirSync(join(folder, `${stamp}_${name}`), { recursive: true });
  writeFileSync(join(folder, `${stamp}_${name}`, 'migration.sql'), sql);
  console.log(`wrote prisma/migrations/${stamp}_${name}/migration.sql`);
} else {
  console.log('nothing to do: the migrations already make this schema');
}

/**
 * @param {string} path of the migration's folder
 * @returns {import('@prisma/schema-engine-wasm/schema_engine_bg').MigrationFile}
 */
function sqlOf(path) {
  return { path: 'migration.sql', content: { tag: 'ok', value: readFileSync(join(folder, path, 'migration.sql'), 'utf8') } };
}
