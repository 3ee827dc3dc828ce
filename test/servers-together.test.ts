import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

test('servers are found by name, status, flavor, image and address, in either order and page by page', async () => {
  const { a, b, over } = emulator;
  const { jobId, serverIds } = await a.servers.launch({ name: 'shop', count: 5, imageId: SOURCE, flavorId: FLAVOR });
  await over(jobId);
  const other = await emulator.launch({ name: 'mail', flavorId: 's3.medium.2', address: '192.168.7.7' });
  await over((await a.servers.stop({ serverIds: [other] })).jobId);
  const names = async (input: Parameters<typeof a.servers.list>[0]): Promise<string[]> =>
    (await a.servers.list(input)).rows.map(({ name }) => name);
  expect(await names({ filter: { name: 'hop-000' } })).toHaveLength(5);
  expect(await names({ filter: { status: 'SHUTOFF' } })).toEqual(['mail']);
  expect(await names({ filter: { flavorId: 's3.medium.2' } })).toEqual(['mail']);
  expect(await names({ filter: { ip: '192.168.7.7' } })).toEqual(['mail']);
  expect(await names({ filter: { id: other } })).toEqual(['mail']);
  expect(await names({ filter: { imageId: other } })).toEqual([]);
  expect(await a.servers.count({ filter: { imageId: SOURCE } })).toBe(6);
  const byName = { by: 'NAME', direction: 'asc' } as const;
  const first = await a.servers.list({ order: byName, page: { first: 4 } });
  const last = first.rows.at(-1);
  const rest = await a.servers.list({ order: byName, page: { first: 4, after: last && first.cursorOf(last) } });
  expect([...first.rows, ...rest.rows].map(({ name }) => name)).toEqual([
    'mail',
    ...['1', '2', '3', '4', '5'].map(n => `shop-000${n}`),
  ]);
  expect([first.hasNextPage, rest.hasNextPage]).toEqual([true, false]);
  expect((await b.servers.list({})).rows).toEqual([]);
  expect(await refusal(b.servers.listPorts({ serverIds }))).toBe('Ecs.0114');
  await over((await a.servers.delete({ serverIds: [...serverIds, other] })).jobId);
});

test('servers are renamed, described and tagged within the limits', async () => {
  const { a } = emulator;
  const serverId = await emulator.launch();
  await a.servers.update({ serverId, name: 'renamed', description: 'new' });
  expect(await a.servers.get({ serverId })).toMatchObject({ name: 'renamed', description: 'new', hostname: 'web' });
  expect(await refusal(a.servers.update({ serverId, name: 'a b' }))).toBe('Ecs.0915');
  expect(await refusal(a.servers.update({ serverId, description: '<b>' }))).toBe('Ecs.0041');
  await a.servers.setTags({ serverId, tags: Array.from({ length: 10 }, (_, n) => ({ key: `k${n}`, value: 'v' })) });
  await a.servers.setTags({ serverId, tags: [{ key: 'k0', value: 'w' }] });
  expect(await refusal(a.servers.setTags({ serverId, tags: [{ key: 'k10', value: 'v' }] }))).toBe('Ecs.0905');
  await a.servers.deleteTags({ serverId, keys: ['k1', 'unknown'] });
  const tags = await a.servers.listTags({ serverIds: [serverId] });
  expect(tags).toHaveLength(9);
  expect(tags[0]).toMatchObject({ key: 'k0', value: 'w' });
});

test('servers are powered as a batch or not at all', async () => {
  const { a, over } = emulator;
  const { jobId, serverIds } = await a.servers.launch({ name: 'batch', count: 3, imageId: SOURCE, flavorId: FLAVOR });
  await over(jobId);
  const unknown = '00000000-0000-4000-8000-000000000000';
  const [one = ''] = serverIds;
  expect(await refusal(a.servers.stop({ serverIds: [one, unknown] }))).toBe('Ecs.0114');
  expect(await refusal(a.servers.stop({ serverIds: [unknown, unknown.replace('8', '9')] }))).toBe('Ecs.0614');
  expect(await refusal(a.servers.stop({ serverIds: [] }))).toBe('Ecs.0005');
  expect(await refusal(a.servers.start({ serverIds }))).toBe('Ecs.0100');
  await over((await a.servers.stop({ serverIds: [one, one] })).jobId);
  expect(await refusal(a.servers.stop({ serverIds })), 'one of them is off already').toBe('Ecs.0100');
  expect((await a.servers.list({ filter: { name: 'batch', status: 'ACTIVE' } })).rows).toHaveLength(2);
  await over((await a.servers.delete({ serverIds })).jobId);
  expect(await a.servers.count({ filter: { name: 'batch' } })).toBe(0);
});

test('servers take one task at a time', async () => {
  const { a, over } = emulator;
  const serverId = await emulator.launch();
  const serverIds = [serverId];
  const calls = [
    () => a.servers.stop({ serverIds }),
    () => a.servers.reboot({ serverIds }),
    () => a.servers.delete({ serverIds }),
    () => a.images.create({ name: 'copy', serverId }),
  ];
  const hold = await emulator.cloud.faults.add({ match: {}, moment: 'before', effect: { kind: 'hold', percent: 10 } });
  const results = await Promise.allSettled(calls.map(call => call()));
  await emulator.cloud.faults.remove(hold.id);
  const taken = results.filter(result => result.status === 'fulfilled');
  expect(taken).toHaveLength(1);
  for (const { value } of taken) expect((await over(value.jobId)).status).toBe('SUCCESS');
  expect(await emulator.cloud.database.read.resourceLock.count()).toBe(0);
});

test('servers keep their quotas right over resizes', async () => {
  const small = await openEmulator({ config: { quotas: { cores: 4, ram: 8192 } } });
  try {
    const serverId = await small.launch();
    const { a, cloud, over } = small;
    await over((await a.servers.stop({ serverIds: [serverId] })).jobId);
    const used = async (): Promise<Record<string, number>> => {
      const rows = await cloud.database.read.quota.findMany({ where: { tenantId: a.id } });
      return Object.fromEntries(rows.map(row => [row.resource, row.used]));
    };
    expect(await refusal(a.servers.resize({ serverId, flavorId: 's3.2xlarge.2' }))).toBe('Ecs.0001');
    await over((await a.servers.resize({ serverId, flavorId: 's3.xlarge.2' })).jobId);
    expect(await used()).toMatchObject({ servers: 1, cores: 4, ram: 8192 });
    await cloud.faults.add({
      match: { jobType: 'resizeServer' },
      moment: 'after',
      effect: { kind: 'fail', code: 'Ecs.0207' },
      count: 1,
    });
    expect((await over((await a.servers.resize({ serverId, flavorId: FLAVOR })).jobId)).status).toBe('FAIL');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'SHUTOFF', flavorId: 's3.xlarge.2' });
    expect(await used()).toMatchObject({ servers: 1, cores: 4, ram: 8192 });
    await over((await a.servers.resize({ serverId, flavorId: FLAVOR })).jobId);
    expect(await used()).toMatchObject({ servers: 1, cores: 1, ram: 1024 });
  } finally {
    await small.close();
  }
});
