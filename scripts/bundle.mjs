/**
 * Makes few files of the compiled `cloudyard` command and the packages that it loads at every start: reading a thousand small modules took
 * half of the time until the first answer. Runs after the compiler, over its result; the two doors of the package stay as they are compiled.
 *
 *   node scripts/bundle.mjs [FOLDER]   FOLDER: what the compiler wrote, dist unless said
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './project.mjs';

/** Packages that are taken in: JavaScript that loads nothing by its own path. All others are imported when they are needed. */
const TAKEN_IN =
  /^(zod|graphql|graphql-ws|graphql-yoga|lru-cache|tslib|cross-inspect|@(graphql-yoga|graphql-tools|envelop|whatwg-node|pothos|repeaterjs|graphql-typed-document-node|fastify)\/.*)$/;
/** The package `a/b` of `a/b/c`, `@a/b` of `@a/b/c`. */
const packageOf = (/** @type {string} */ specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
// A page that only browsers ask for.
const LEFT_OUT = new Set(['@graphql-yoga/render-graphiql']);

const compiled = resolve(root, process.argv[2] ?? 'dist');
const target = join(compiled, 'src', 'cli');
const main = join(target, 'main.js');

const bundle = await rolldown({
  input: { main },
  platform: 'node',
  external: specifier =>
    /^[a-z@]/.test(specifier) && (!TAKEN_IN.test(packageOf(specifier)) || LEFT_OUT.has(packageOf(specifier))),
  plugins: [{ name: 'worker-files', transform: (code, id) => keepWorkers(code, id) }],
});
const { output } = await bundle.write({
  dir: target,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();
const modules = output.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(join(target, 'bundled-licenses.txt'), licensesOf(modules));

/**
 * Worker threads begin with a file of their own, which is not taken in: the bundle finds it where the compiler left it.
 * @param {string} code
 * @param {string} id
 */
function keepWorkers(code, id) {
  if (!code.includes('import.meta.url')) return null;
  const folder = relative(target, dirname(id)).split(sep).join('/');
  return code.replaceAll(/new URL\('\.\/([\w-]+\.mjs)', import\.meta\.url\)/g, `new URL('./${folder}/$1', import.meta.url)`);
}

/**
 * What the licenses of the packages ask for: that they go with the copies.
 * @param {readonly string[]} ids
 */
function licensesOf(ids) {
  const paths = ids.map(id => id.split(sep).join('/'));
  const folders = new Set(paths.flatMap(path => /^.*\/node_modules\/(@[^/.]+\/)?[^/@.][^/]*/.exec(path)?.[0] ?? []));
  return [...folders].sort().map(licenseOf).join('\n\n');
}

/** @param {string} folder */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${name} ${version} (${license})${text}`;
}
