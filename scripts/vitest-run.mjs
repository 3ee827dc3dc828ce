/** Runs vitest in sight of the user, and counts from its own report. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startTool } from './project.mjs';

/** @typedef {{ fullName: string, status: string, failureMessages?: string[] }} TestReport */
/** @typedef {{ name: string, status: string, message?: string, assertionResults: TestReport[] }} FileReport */
/** @typedef {{ passed: number, failed: number, skipped: string[], failures: string[] }} TestCounts */

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
    failures: counts.flatMap(({ failures }) => failures),
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
    const counts = countTests(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] });
    // It may fail with no failed test: an error outside of any, a crash, no test file by that name.
    return ok || counts.failed > 0 ? counts : { ...counts, failed: 1, failures: [`vitest ${args.join(' ')}: see above`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {{ testResults: FileReport[] }} report
 * @returns {TestCounts}
 */
export function countTests({ testResults }) {
  const tests = testResults.flatMap(({ name, assertionResults }) => assertionResults.map(test => ({ file: name, ...test })));
  const failed = tests.filter(test => test.status === 'failed');
  // A file that can't be loaded, or whose hooks fail, has no failed test and must count.
  const brokenFiles = testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  );
  const passed = tests.filter(test => test.status === 'passed').length;
  const skipped = tests.filter(test => test.status !== 'passed' && test.status !== 'failed').map(test => test.fullName);
  const failures = [
    ...failed.map(({ file, fullName, failureMessages = [] }) => describeFailure(file, fullName, failureMessages)),
    ...brokenFiles.map(({ name, message }) => describeFailure(name, 'the file itself', message ? [message] : [])),
  ];
  return { passed, failed: failures.length, skipped, failures };
}

/**
 * @param {string} file
 * @param {string} test
 * @param {readonly string[]} messages with stacks, which are left out
 */
function describeFailure(file, test, messages) {
  const [reason = 'no reason was given'] = messages.flatMap(message => message.split('\n', 1));
  return `${basename(file)}: ${test}: ${reason}`;
}
