import { expect, test } from 'vitest';
import type { Seed } from '../hardware.ts';
import { seedFiles } from './first-boot.ts';

const seed: Seed = { hostname: 'h', authorizedKeys: [], passwordHash: null, userData: null, instanceId: 'i-1' };
const textOf = (path: string, changes: Partial<Seed>, shadow?: string): string | undefined =>
  seedFiles({ ...seed, ...changes }, shadow === undefined ? undefined : Buffer.from(shadow, 'latin1'))
    .find(file => file.path === path)
    ?.data.toString('latin1');

test('a password replaces the field of root and nothing else', () => {
  const shadow = 'daemon:*:1::\nroot:old:19000:0:99999:7:::\nrooter:x:1::\nodd \xff line\n';
  expect(textOf('/etc/shadow', { passwordHash: '$6$a$&$1' }, shadow)).toBe(
    'daemon:*:1::\nroot:$6$a$&$1:19000:0:99999:7:::\nrooter:x:1::\nodd \xff line\n',
  );
});

test('a disk without root in its shadow file, or without the file, gets the line', () => {
  expect(textOf('/etc/shadow', { passwordHash: 'x' }, 'daemon:*:1::\n')).toBe('root:x:19000:0:99999:7:::\ndaemon:*:1::\n');
  expect(textOf('/etc/shadow', { passwordHash: 'x' })).toBe('root:x:19000:0:99999:7:::\n');
});

test('what the seed does not have is left as the image has it', () => {
  expect(seedFiles(seed, undefined).map(file => file.path)).toEqual([
    '/etc/hostname',
    '/var/lib/cloud/seed/nocloud/meta-data',
    '/var/lib/cloud/seed/nocloud/user-data',
  ]);
  expect(textOf('/root/.ssh/authorized_keys', { authorizedKeys: ['a b c\n', 'd e f'] })).toBe('a b c\nd e f\n');
});
