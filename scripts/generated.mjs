/**
 * Files that are generated from the code and kept in the repository, so that a change of the contract shows in a diff.
 * As a program (`npm run generate`), writes those that are stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './project.mjs';
import { SetupError, setUp, setUpOrExit } from './setup.mjs';

/**
 * @typedef {object} Generated
 * @property {string} file path from the project's root
 * @property {() => Promise<string>} make gives the text it should have; the compiled program is in dist/
 */

/**
 * A module of the compiled program; it is looked up when it is needed, since there is none before the first build.
 * @param {string} path from dist/
 */
const compiled = path => import(new URL(`../dist/${path}`, import.meta.url).href);

/** @type {readonly Generated[]} */
const generated = [
  { file: 'schema.graphql', make: async () => (await compiled('src/graphql/print-schema.js')).printSchema() },
  { file: 'docs/errors.md', make: async () => (await compiled('src/documentation/error-page.js')).errorPage() },
  { file: 'docs/operations.md', make: async () => (await compiled('src/documentation/operation-page.js')).operationPage(root) },
];

/**
 * The check: is each file what the code says now?
 * @returns {Promise<import('./project.mjs').Outcome>}
 */
export async function staleFiles() {
  try {
    await setUp(['build']);
    const stale = await findStale();
    return { ok: stale.length === 0, output: stale.map(({ file }) => `   ${file} is stale`).join('\n') };
  } catch (error) {
    if (error instanceof SetupError) return { ok: false, output: '   nothing to compare with: compiling failed' };
    return { ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function findStale() {
  const texts = await Promise.all(generated.map(async ({ file, make }) => ({ file, text: await make() })));
  return texts.filter(({ file, text }) => !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit();
  for (const { file, text } of await findStale()) {
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
}
