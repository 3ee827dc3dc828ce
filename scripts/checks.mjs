/**
 * The checks that need no running cloud: types, format and lint, dead code, files that are generated and kept in the repository.
 * As a program (`npm run check`), sets up, runs them all, and exits 1 if one fails.
 */
import { fileURLToPath } from 'node:url';
import { staleFiles } from './generated.mjs';
import { runScript, runTool } from './project.mjs';
import { setUpOrExit } from './setup.mjs';

/** @typedef {{ name: string, hint: string, run: () => import('./project.mjs').Outcome | Promise<import('./project.mjs').Outcome> }} Check */

/** @type {readonly Check[]} */
const checks = [
  { name: 'types', hint: 'npx tsc -p . shows the same', run: () => runTool('tsc', ['-p', '.']) },
  {
    name: 'format and lint',
    hint: 'npm run format mends most of it',
    run: () => runTool('biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'dead code', hint: 'remove it, or name its user in knip.json', run: () => runTool('knip', ['--no-progress']) },
  { name: 'migrations', hint: 'npm run migration NAME writes one', run: () => runScript('make-migration.mjs', ['--check']) },
  { name: 'generated files', hint: 'npm run generate writes them', run: staleFiles },
];

/**
 * Runs every check and shows what the failed ones say.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  let failed = 0;
  for (const { name, hint, run } of checks) {
    const { ok, output } = await run();
    console.log(ok ? ` ✓ ${name}` : ` ✗ ${name}\n${output}\n   ${hint}\n`);
    if (!ok) failed++;
  }
  return { passed: checks.length - failed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit(['packages', 'client']);
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}
