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
  if (satisfies(process.versions.node, engines.node)) return undefined;
  return `cloudyard needs node ${engines.node.replaceAll('||', 'or')}; this is ${process.versions.node} (${process.execPath})`;
}

/**
 * @param {string} version
 * @param {string} ranges `^20.19.0 || >=24.0.0`: the two forms that package.json uses
 */
export function satisfies(version, ranges) {
  const [major, minor] = numbersOf(version);
  return ranges.split('||').some(range => {
    const [leastMajor, leastMinor] = numbersOf(range);
    if (major === leastMajor) return minor >= leastMinor;
    return range.includes('>=') && major > leastMajor;
  });
}

/**
 * @param {string} text
 * @returns {[number, number]} major and minor
 */
function numbersOf(text) {
  const [major = 0, minor = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [major, minor];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problem = wrongNode();
  if (problem !== undefined) {
    console.error(problem);
    process.exit(1);
  }
}
