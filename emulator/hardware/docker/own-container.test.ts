import { expect, test } from 'vitest';
import { stateMountIn } from './own-container.ts';

const volume = {
  Type: 'volume',
  Name: 'cloudyard_state',
  Source: '/engine/volumes/cloudyard_state/_data',
  Destination: '/data',
} as const;
const socket = { Type: 'bind', Source: '/var/run/docker.sock', Destination: '/var/run/docker.sock' } as const;

test('state on a named volume is reached by mounting the volume', () => {
  expect(stateMountIn([socket, volume], '/data/clouds/default/hardware')).toEqual({
    mount: { Type: 'volume', Source: 'cloudyard_state', Target: '/state' },
    path: '/state/clouds/default/hardware',
  });
});

test('state on a folder of the host is reached by binding what the host calls it', () => {
  const bind = { Type: 'bind', Source: '/home/me/state', Destination: '/data/clouds' } as const;
  expect(stateMountIn([volume, bind], '/data/clouds/default')).toEqual({
    mount: { Type: 'bind', Source: '/home/me/state', Target: '/state' },
    path: '/state/default',
  });
  expect(stateMountIn([bind], '/data/clouds').path).toBe('/state');
});

test.each([
  ['in the container itself', [socket, volume], '/app/.cloudyard'],
  ['beside a mount whose name begins alike', [volume], '/database'],
  ['in memory', [{ Type: 'tmpfs', Source: '', Destination: '/data' } as const], '/data/clouds'],
])('state %s cannot be shared, and the message says what to do', (_, mounts, folder) => {
  expect(() => stateMountIn(mounts, folder)).toThrow(/put it on a volume/);
});
