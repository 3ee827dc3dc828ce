/** Says loudly what a run could not test, and why: a green run on half a machine must not look like a green run. */
import { coverageOf, partNames } from './parts.mjs';
import { testSuites } from './suites.mjs';

/**
 * @param {import('./parts.mjs').MissingParts} missing
 * @param {readonly string[]} skipped names of tests that were skipped
 * @returns {string} empty if everything was tested
 */
export function describeMissing(missing, skipped) {
  const absent = partNames.filter(name => missing[name] !== undefined);
  const lines = absent.flatMap(name => [`  ${name}: ${missing[name]}`, `    without it: ${coverageOf(name)}`]);
  if (missing.docker !== undefined) lines.push('  files not run on docker:', ...testSuites().docker.map(file => `    ${file}`));
  if (skipped.length > 0) lines.push('  tests skipped:', ...skipped.map(name => `    ${name}`));
  if (lines.length === 0) return '';
  const bar = '='.repeat(80);
  return [bar, 'NOT TESTED', ...lines, bar].join('\n');
}
