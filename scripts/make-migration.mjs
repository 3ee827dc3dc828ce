// Writes a new migration: what brings the present migrations to prisma/schema.prisma, as SQL.
//   node scripts/make-migration.mjs NAME      writes prisma/migrations/<timestamp>_NAME/migration.sql
//   node scripts/make-migration.mjs --check   exit status 1 if the schema has no migration yet
// Prisma's own `migrate dev` needs an engine that it downloads; the same engine comes as WebAssembly in a package.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'prisma', 'migrations');
const name = process.argv[2];
if (name === undefined || (!name.startsWith('--') && !/^[a-z0-9_]+$/.test(name))) {
  console.error('usage: node scripts/make-migration.mjs NAME | --check   (NAME: a-z 0-9 _)');
  process.exit(2);
}

const wasm = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('@prisma/schema-engine-wasm')).pathname.replace('schema_engine.js', 'schema_engine_bg.wasm')));
const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': engine });
engine.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

const read = path => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};
const directories = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)
  .sort();
const migrations = {
  baseDir: folder,
  lockfile: { path: 'migration_lock.toml', content: read(join(folder, 'migration_lock.toml')) },
  shadowDbInitScript: '',
  migrationDirectories: directories.map(path => ({
    path,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: readFileSync(join(folder, path, 'migration.sql'), 'utf8') } },
  })),
};
const schemaFile = join(root, 'prisma', 'schema.prisma');
const schema = readFileSync(schemaFile, 'utf8');
// The engine hands over a whole migration as one statement, which this driver takes only as a script.
const connect = async () => {
  const connection = await sqlite.connect();
  connection.executeRaw = ({ sql }) => connection.executeScript(sql).then(() => 0);
  return connection;
};
const sqlite = new PrismaBetterSqlite3({ url: ':memory:' });
const adapter = bindMigrationAwareSqlAdapterFactory({ provider: sqlite.provider, adapterName: sqlite.adapterName, connect, connectToShadowDb: connect });
const schemaEngine = await engine.SchemaEngine.new({ datamodels: [[schemaFile, schema]] }, () => {}, adapter);
const { stdout } = await schemaEngine.diff({
  from: directories.length ? { tag: 'migrations', ...migrations } : { tag: 'empty' },
  to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content: schema }], configDir: root },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});
const changes = !/^\s*(--[^\n]*)?\s*$/.test(stdout ?? '');

if (name === '--check') {
  if (changes) console.error(`prisma/schema.prisma has no migration yet: node scripts/make-migration.mjs NAME\n${stdout}`);
  process.exit(changes ? 1 : 0);
}
if (!changes) {
  console.log('nothing to do: the migrations already make this schema');
  process.exit(0);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
mkdirSync(join(folder, `${stamp}_${name}`), { recursive: true });
writeFileSync(join(folder, `${stamp}_${name}`, 'migration.sql'), stdout);
console.log(`wrote prisma/migrations/${stamp}_${name}/migration.sql`);
