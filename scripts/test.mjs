/**
 * `npm test`: sets up, runs the checks and every test this machine can run, says what it could not, and ends with the line
 * `N passed, N failed` (a check counts as one test).
 *
 *   npm test -- sharing          only test files whose path has "sharing" in it, and no checks; vitest's options work too
 *   CLOUDYARD_REQUIRE=docker,ssh npm test    fails if one of these parts of the machine is missing (`all`: any)
 */
import { runChecks } from './checks.mjs';
import { SetupError, setUp } from './setup.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @param {readonly string[]} filters
 * @returns {Promise<Counts>}
 */
async function test(filters) {
  try {
    await setUp(['packages', 'client']);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return fail(error.message);
  }
  // Only now: it needs packages.
  const { missingParts } = await import('./parts.mjs');
  const { requirementProblem } = await import('./requirements.mjs');
  const { runAllTests, runVitest } = await import('./vitest-run.mjs');
  const { describeMissing } = await import('./not-tested.mjs');

  const missing = await missingParts();
  const problem = requirementProblem(process.env.CLOUDYARD_REQUIRE ?? '', missing);
  if (problem !== undefined) return fail(problem);

  const checks = filters.length === 0 ? await runChecks() : await runBuild();
  const tests = await (filters.length === 0 ? runAllTests(missing) : runVitest(filters));
  const notTested = describeMissing(missing, tests.skipped);
  if (notTested !== '') console.log(notTested);
  // Once more at the end: between them and here there may be a thousand lines.
  if (tests.failures.length > 0) console.log(['FAILED', ...tests.failures.map(failure => `  ${failure}`)].join('\n'));
  return { passed: checks.passed + tests.passed, failed: checks.failed + tests.failed };
}

/**
 * Tests that kill the process need the compiled program. A build that fails is counted, and the rest is tested all the same.
 * @returns {Promise<Counts>}
 */
async function runBuild() {
  try {
    await setUp(['build']);
    return { passed: 0, failed: 0 };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return fail(error.message);
  }
}

/**
 * @param {string} message
 * @returns {Counts}
 */
function fail(message) {
  console.error(message);
  return { passed: 0, failed: 1 };
}

const { passed, failed } = await test(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
