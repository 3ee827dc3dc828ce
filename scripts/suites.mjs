/**
 * Which test files run on which hardware:
 * - `*.docker.test.ts` needs an engine: runs in the project `docker` only, one file at a time;
 * - a file that asks for `everyHardware` runs in both projects, on one hardware in each;
 * - every other file runs in the project `unit`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './freshness.mjs';
import { root } from './project.mjs';

const testFolders = ['emulator', 'src', 'test', 'bench', 'scripts'];

/** @returns {{ unit: string[], docker: string[] }} paths from the project's root */
export function testSuites() {
  const files = testFolders.flatMap(filesBelow).filter(path => path.endsWith('.test.ts'));
  const needsEngine = files.filter(path => path.endsWith('.docker.test.ts'));
  const runsOnBoth = files.filter(path => /\beveryHardware\b/.test(readFileSync(join(root, path), 'utf8')));
  return {
    unit: files.filter(path => !needsEngine.includes(path)),
    docker: files.filter(path => needsEngine.includes(path) || runsOnBoth.includes(path)),
  };
}
