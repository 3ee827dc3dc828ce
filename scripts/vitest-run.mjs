/** Runs vitest in sight of the user, and counts from its own report. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTool } from './project.mjs';

/** @typedef {{ fullName: string, status: string }} TestReport */
/** @typedef {{ status: string, assertionResults: TestReport[] }} FileReport */
/** @typedef {{ passed: number, failed: number, skipped: string[] }} TestCounts */

/**
 * Everything: tests on containers wait for the engine most of the time, so the others run beside them.
 * @param {import('./parts.mjs').MissingParts} missing
 * @returns {Promise<TestCounts>}
 */
export async function runAllTests(missing) {
  const projects = missing.docker === undefined ? ['unit', 'docker'] : ['unit'];
  const counts = await Promise.all(projects.map(project => runVitest(['--project', project])));
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<TestCounts>}
 */
export async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudyard-test-'));
  const file = join(folder, 'report.json');
  try {
    const ok = await startTool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
    const counts = existsSync(file) ? countTests(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0, skipped: [] };
    // It may fail with no failed test: an error outside of any, a crash, no test file by that name.
    return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {{ testResults: FileReport[] }} report
 * @returns {TestCounts}
 */
export function countTests({ testResults }) {
  const tests = testResults.flatMap(file => file.assertionResults);
  const failed = tests.filter(test => test.status === 'failed').length;
  // A file that can't be loaded, or whose hooks fail, has no failed test and must count.
  const brokenFiles = testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length;
  const passed = tests.filter(test => test.status === 'passed').length;
  const skipped = tests.filter(test => test.status !== 'passed' && test.status !== 'failed').map(test => test.fullName);
  return { passed, failed: failed + brokenFiles, skipped };
}
