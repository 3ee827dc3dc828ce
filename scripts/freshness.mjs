/** Tells what is out of date: packages against the lock file, the database client and the build against what they are made of. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} LockFile */

/**
 * Whether node_modules holds what package-lock.json lists. npm writes down what it installed in a lock file of its own, so an
 * `npm install` by hand counts too. Optional packages may be missing: most of them are for other platforms.
 */
export function packagesAreInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  /** @type {LockFile} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  /** @type {LockFile} */
  const installed = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(wanted.packages).every(
    ([path, { version, optional }]) => path === '' || optional || installed.packages[path]?.version === version,
  );
}

/** What the database client is generated from. */
export function clientFingerprint() {
  return digest(['prisma/schema.prisma', 'node_modules/prisma/package.json'].map(content));
}

// What the build is made of (tsconfig.build.json), and where the results lie.
const sourceFolders = ['emulator', 'src', 'bench'];
const configs = ['tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs', 'node_modules/typescript/package.json'];

/** What the program is compiled from. Sources by size and time of change: reading them all would be felt at each start. */
export function buildFingerprint() {
  const stats = sources().map(path => {
    const { size, mtimeMs } = statSync(join(root, path));
    return `${path} ${size} ${mtimeMs}`;
  });
  return digest([...configs.map(content), ...stats]);
}

/** Removes compiled files whose source is gone; the compiler leaves them, and a stale module can still be imported. */
export function removeOrphans() {
  const stems = new Set(sources().map(stem));
  for (const path of filesBelow('dist')) if (!stems.has(stem(path.replace('dist/', '')))) rmSync(join(root, path));
}

/**
 * What a source and all that is compiled from it have in common: `a/b` of `a/b.ts`, `a/b.js`, `a/b.js.map`, `a/b.d.ts`.
 * @param {string} path
 */
const stem = path => path.replace(/(\.d)?\.m?[jt]s(\.map)?$/, '');

function sources() {
  return sourceFolders.flatMap(filesBelow).filter(path => /\.m?[jt]s$/.test(path) && !path.endsWith('.test.ts'));
}

/**
 * @param {string} folder
 * @returns {string[]} paths from the project's root, with `/`, sorted
 */
export function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .sort();
}

/** @param {string} path */
function content(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** @param {readonly string[]} parts */
function digest(parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}
