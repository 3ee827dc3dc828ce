/** CLOUDYARD_REQUIRE: which parts of the machine must be there, so that a run in CI can't pass by leaving tests out. */
import { partNames } from './parts.mjs';

/**
 * @param {string} required names separated by commas, or `all`, or nothing
 * @param {import('./parts.mjs').MissingParts} missing
 * @returns {string | undefined} what is wrong, in words for a user
 */
export function requirementProblem(required, missing) {
  const named = required
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  const unknown = named.filter(name => name !== 'all' && !partNames.some(part => part === name));
  if (unknown.length > 0) return `CLOUDYARD_REQUIRE: no such part: ${unknown.join(', ')} (known: all, ${partNames.join(', ')})`;
  const absent = partNames.filter(part => missing[part] !== undefined && (named.includes('all') || named.includes(part)));
  if (absent.length === 0) return undefined;
  return [
    'CLOUDYARD_REQUIRE asks for what this machine does not have:',
    ...absent.map(part => `  ${part}: ${missing[part]}`),
  ].join('\n');
}
