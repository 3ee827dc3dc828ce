import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
  for (const name of ['web_1', 'web-1', 'WEB_2', 'other']) await emulator.launch({ name });
});
afterAll(() => emulator.close());

const named = async (filter: { name?: string; ip?: string }): Promise<string[]> => {
  const { rows } = await emulator.a.servers.list({ filter, order: { by: 'NAME', direction: 'asc' } });
  expect(await emulator.a.servers.count({ filter })).toBe(rows.length);
  return rows.map(({ name }) => name);
};

test.each([
  ['web', ['WEB_2', 'web-1', 'web_1']],
  ['web_', ['WEB_2', 'web_1']],
  ['_', ['WEB_2', 'web_1']],
  ['%', []],
  ['w%b', []],
  ['', ['WEB_2', 'other', 'web-1', 'web_1']],
])('servers whose name has %j in it are these, letter for letter', async (name, expected) => {
  expect(await named({ name })).toEqual(expected);
});

test('an address has no wildcards', async () => {
  expect(await named({ ip: '192.168.' })).toHaveLength(4);
  expect(await named({ ip: '192%' })).toEqual([]);
  expect(await named({ ip: '192_168' })).toEqual([]);
});

test('a file is read by parts of 1 MiB unless more is asked for, and few files at once', async () => {
  const { a, cloud } = emulator;
  const [server] = (await a.servers.list({})).rows;
  const at = { serverId: server?.id ?? '', path: '/srv/large' };
  const MIB = 1 << 20;
  await a.servers.writeFile({ ...at, content: Buffer.alloc(3 * MIB, 7) });
  expect((await a.servers.readFile(at)).length).toBe(MIB);
  expect((await a.servers.readFile({ ...at, length: 8 * MIB })).length).toBe(3 * MIB);

  const readFile = cloud.hardware.readFile.bind(cloud.hardware);
  let [now, most] = [0, 0];
  cloud.hardware.readFile = async (...args) => {
    most = Math.max(most, ++now);
    return readFile(...args).finally(() => now--);
  };
  await Promise.all(Array.from({ length: 12 }, () => a.servers.readFile(at)));
  expect(most, 'of one tenant').toBe(2);
});
