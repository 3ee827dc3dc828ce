import { expect, test } from 'vitest';
import { hostnameOf } from './hostname.ts';

test.each([
  ['web', 'web'],
  ['Web_1.example', 'web-1-example'],
  ['-a-', 'a'],
  ['x'.repeat(128), 'x'.repeat(63)],
  ['...', 'server-33ad552d'],
])('a server named %s has the hostname %s', (name, hostname) => {
  expect(hostnameOf(name, '33ad552d-1149-471c-8190-ff6776174a00')).toBe(hostname);
});
