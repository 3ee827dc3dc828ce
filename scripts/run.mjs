/**
 * Sets up, then runs a compiled program with the rest of the arguments, in this same process:
 *   node scripts/run.mjs dist/src/cli/main.js up --json
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './project.mjs';
import { setUpOrExit } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node scripts/run.mjs PROGRAM [ARGUMENT…]');
  process.exit(2);
}
await setUpOrExit();
const path = join(root, program);
process.argv = [process.execPath, path, ...args];
await import(pathToFileURL(path).href);
