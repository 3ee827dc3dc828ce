import { expect, test } from 'vitest';
import { satisfies } from './node-version.mjs';

test.each([
  ['20.18.9', false],
  ['20.19.0', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.0.0', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('node %s: %s', (version, expected) => {
  expect(satisfies(version, '^20.19.0 || ^22.12.0 || >=24.0.0')).toBe(expected);
});
