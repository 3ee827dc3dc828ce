/**
 * Prisma's schema engine without a download: the same engine as WebAssembly, from a package, over a database in memory.
 * `prisma migrate` insists on the native one.
 */
import { readFileSync } from 'node:fs';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

/**
 * @param {import('@prisma/schema-engine-wasm/schema_engine_bg').DiffParams} params
 * @returns {Promise<string>} SQL that brings `from` to `to`
 */
export async function schemaDiff(params) {
  load();
  const files = params.to.tag === 'schemaDatamodel' ? params.to.files : [];
  /** @type {[string, string][]} */
  const datamodels = files.map(({ path, content }) => [path, content]);
  const started = await engine.SchemaEngine.new({ datamodels }, () => {}, inMemory());
  const { stdout } = await started.diff(params);
  return stdout ?? '';
}

/** What the package's own front module does where WebAssembly modules can be imported, which Node 20 can't. */
function load() {
  const file = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm'));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

function inMemory() {
  const sqlite = new PrismaBetterSqlite3({ url: ':memory:' });
  // The engine hands over a whole migration as one statement, which this driver takes only as a script.
  const connect = async () => {
    const connection = await sqlite.connect();
    connection.executeRaw = ({ sql }) => connection.executeScript(sql).then(() => 0);
    return connection;
  };
  const { provider, adapterName } = sqlite;
  return bindMigrationAwareSqlAdapterFactory({ provider, adapterName, connect, connectToShadowDb: connect });
}
