/**
 * Says whether this Node can run the project: `engines.node` of package.json is the only place that lists the versions.
 * As a program, exits 1 with a message if it can't.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './project.mjs';

/** @returns {string | undefined} what is wrong, in words */
export function wrongNode() {
  /** @type {{ engines: { node: string } }} */
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (engines.node.split('||').some(range => holds(range.trim(), process.versions.node))) return undefined;
  return `cloudyard needs node ${engines.node.replaceAll('||', 'or')}; this is ${process.versions.node} (${process.execPath})`;
}

/**
 * @param {string} range `^20.19.0` or `>=24.0.0`, the two forms that package.json uses
 * @param {string} version
 */
function holds(range, version) {
  const [, operator, least = ''] = range.match(/^(\^|>=)([\d.]+)$/) ?? [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  if (operator === '>=' && major > leastMajor) return true;
  return operator !== undefined && major === leastMajor && minor >= leastMinor;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problem = wrongNode();
  if (problem !== undefined) {
    console.error(problem);
    process.exit(1);
  }
}
