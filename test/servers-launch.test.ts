import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };
const nowhere = '00000000-0000-4000-8000-000000000000';

test('a server is there at once in BUILD, and ACTIVE when its job is over', async () => {
  const { a, over } = emulator;
  const { jobId, serverIds } = await a.servers.launch({
    ...order,
    adminPassword: 'Cloudyard-1',
    userData: Buffer.from('#!/bin/sh\ntrue\n').toString('base64'),
    metadata: [{ key: 'team', value: 'blue' }],
    tags: [{ key: 'stage', value: 'test' }],
    description: 'front end',
    systemDisk: { type: 'SAS', size: 6 },
  });
  const [serverId = ''] = serverIds;
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'BUILD', taskState: 'spawning', seeded: false });
  expect(await over(jobId)).toMatchObject({ type: 'createServer', status: 'SUCCESS', progress: 100 });

  const server = await a.servers.get({ serverId });
  expect(server).toMatchObject({
    name: 'web',
    hostname: 'web',
    status: 'ACTIVE',
    taskState: null,
    availabilityZone: 'eu-de-01',
    description: 'front end',
    metadata: { team: 'blue' },
    seeded: true,
  });
  expect(server.passwordHash, 'the hash is forgotten after the first boot').toBeNull();
  expect(server.launchedAt).toBeInstanceOf(Date);
  expect(await a.servers.listTags({ serverIds })).toMatchObject([{ key: 'stage', value: 'test' }]);
  expect(await a.servers.listDisks({ serverIds })).toMatchObject([
    { device: '/dev/vda', bootIndex: 0, disk: { size: 6, type: 'SAS', status: 'IN_USE', bootable: true, imageId: SOURCE } },
  ]);
  expect(await a.servers.listPorts({ serverIds })).toMatchObject([
    { address: expect.stringMatching(/^192\.168\./), mac: expect.stringMatching(/^fa:16:3e(:[0-9a-f]{2}){3}$/) },
  ]);
});

test('a batch of one has a sub-job too, which names its server', async () => {
  const { a, over } = emulator;
  const { jobId, serverIds } = await a.servers.launch(order);
  await over(jobId);
  expect(await a.jobs.listSubJobs({ jobIds: [jobId] })).toMatchObject([
    { type: 'createSingleServer', status: 'SUCCESS', entities: { server_id: serverIds[0] } },
  ]);
});

test('the servers of a batch are numbered and have different disks, addresses and MACs', async () => {
  const { a, over } = emulator;
  const { jobId, serverIds } = await a.servers.launch({ ...order, name: 'batch', count: 20 });
  expect((await over(jobId)).status).toBe('SUCCESS');
  const { rows } = await a.servers.list({ filter: { name: 'batch-00' }, order: { by: 'NAME', direction: 'asc' } });
  expect(rows.map(({ name }) => name)).toEqual(serverIds.map((_, index) => `batch-${String(index + 1).padStart(4, '0')}`));
  const ports = await a.servers.listPorts({ serverIds });
  expect(new Set(ports.map(({ address }) => address)).size).toBe(20);
  expect(new Set(ports.map(({ mac }) => mac)).size).toBe(20);
  expect(ports.map(({ address }) => address)).not.toContain('192.168.0.1');
  expect(new Set((await a.servers.listDisks({ serverIds })).map(({ id }) => id)).size).toBe(20);
});

describe('a launch is refused with the documented code', () => {
  test.each([
    ['an empty name', { name: '' }, 'Ecs.0005'],
    ['a long name', { name: 'x'.repeat(129) }, 'Ecs.0914'],
    ['an emoji in the name', { name: 'web🚀' }, 'Ecs.0915'],
    ['a name without room for the number', { name: 'x'.repeat(60), count: 2 }, 'Ecs.0914'],
    ['no server at all', { count: 0 }, 'Ecs.0913'],
    ['101 servers', { count: 101 }, 'Ecs.0913'],
    ['an unknown image', { imageId: nowhere }, 'Ecs.0031'],
    ['a malformed image id', { imageId: 'debian' }, 'Ecs.0031'],
    ['an unknown flavor', { flavorId: 's3.tiny' }, 'Ecs.0029'],
    ['an abandoned flavor', { flavorId: 'm4.4xlarge.8' }, 'Ecs.0029'],
    ['a flavor that is sold out in the zone', { flavorId: 'm4.2xlarge.8', availabilityZone: 'eu-de-02' }, 'Ecs.0319'],
    ['an unknown zone', { availabilityZone: 'eu-nl-01' }, 'Ecs.0005'],
    ['an unknown disk type', { systemDisk: { type: 'FLOPPY' as 'SSD' } }, 'Ecs.0043'],
    ['a disk below the minimum of the image', { systemDisk: { type: 'SSD' as const, size: 1 } }, 'Ecs.0007'],
    ['a disk above the limit', { systemDisk: { type: 'SSD' as const, size: 1025 } }, 'Ecs.0005'],
    ['an empty data disk without a size', { dataDisks: [{}] }, 'Ecs.0005'],
    ['a data disk that is too small', { dataDisks: [{ size: 9 }] }, 'Ecs.0005'],
    ['a data disk that is too big', { dataDisks: [{ size: 32_769 }] }, 'Ecs.0005'],
    ['a data disk of an unknown type', { dataDisks: [{ size: 10, type: 'FLOPPY' as 'SSD' }] }, 'Ecs.0043'],
    ['60 data disks', { dataDisks: [{ size: 10, count: 59 }, { size: 10 }] }, 'Ecs.0042'],
    ['a data disk of an unknown image', { dataDisks: [{ imageId: nowhere }] }, 'Ecs.0031'],
    ['a data disk of a system image', { dataDisks: [{ imageId: SOURCE }] }, 'Ecs.0046'],
    ['a data disk image twice', { dataDisks: [{ imageId: SOURCE }, { imageId: SOURCE }] }, 'Ecs.0005'],
    ['a file system over an image', { dataDisks: [{ imageId: SOURCE, fileSystem: 'EXT4' as const }] }, 'Ecs.0005'],
    ['less memory than the image asks for', { imageId: publicImageId('Enterprise_Windows_STD_2022_latest') }, 'Ecs.0007'],
    ['a weak password', { adminPassword: 'password' }, 'Ecs.0011'],
    ['an unknown key pair', { keyName: 'nobody' }, 'Ecs.0314'],
    ['user data that is no base64', { userData: '#!/bin/sh' }, 'Ecs.0005'],
    ['eleven tags', { tags: Array.from({ length: 11 }, (_, n) => ({ key: `k${n}`, value: 'v' })) }, 'Ecs.0905'],
    ['an unknown subnet', { subnetId: nowhere }, 'Ecs.0038'],
    ['the address of the gateway', { address: '192.168.0.1' }, 'Ecs.0039'],
    ['an address of another network', { address: '10.0.0.5' }, 'Ecs.0039'],
    ['no address at all', { address: 'localhost' }, 'Ecs.0039'],
    ['one address for two servers', { address: '192.168.3.3', count: 2 }, 'Ecs.0005'],
  ])('%s', async (_, change, code) => {
    const before = await emulator.a.servers.count({});
    expect(await refusal(emulator.a.servers.launch({ ...order, ...change }))).toBe(code);
    expect(await emulator.a.servers.count({})).toBe(before);
  });

  test('the subnet of another tenant', async () => {
    const { rows } = await emulator.b.networks.listSubnets({});
    expect(await refusal(emulator.a.servers.launch({ ...order, subnetId: rows[0]?.id }))).toBe('Ecs.0038');
  });

  test('an address that is in use', async () => {
    const address = '192.168.9.9';
    await emulator.launch({ address });
    expect(await refusal(emulator.a.servers.launch({ ...order, address }))).toBe('Ecs.0010');
  });

  test('a role that may only read', async () => {
    const { cloud, a } = emulator;
    const { launchServers } = await import('../emulator/servers/operations/launch-servers.ts');
    expect(await refusal(cloud.run(launchServers, { ...a.caller, roles: ['READER'] }, order))).toBe('APIGW.0302');
  });
});

describe('quotas', () => {
  test.each([
    ['servers', 2, FLAVOR],
    ['cores', 4, 's3.xlarge.2'],
    ['ram', 2048, 's3.medium.2'],
  ] as const)('%s are kept, and come back with a delete', async (resource, limit, flavorId) => {
    const small = await openEmulator({ config: { quotas: { [resource]: limit } } });
    try {
      const count = resource === 'servers' ? 2 : 1;
      const { jobId, serverIds } = await small.a.servers.launch({ ...order, flavorId, count });
      await small.over(jobId);
      expect(await refusal(small.a.servers.launch({ ...order, flavorId }))).toBe('Ecs.0001');
      await small.over((await small.a.servers.delete({ serverIds })).jobId);
      expect(await refusal(small.a.servers.launch({ ...order, flavorId }))).toBeUndefined();
    } finally {
      await small.close();
    }
  });
});

test('the same idempotency key launches once', async () => {
  const { a, over } = emulator;
  const key = { idempotencyKey: 'launch-once' };
  const first = await a.servers.launch({ ...order, name: 'once' }, key);
  expect(await a.servers.launch({ ...order, name: 'once' }, key)).toEqual(first);
  expect(await refusal(a.servers.launch({ ...order, name: 'twice' }, key))).toBe('Cloudyard.0001');
  await over(first.jobId);
  expect(await a.servers.count({ filter: { name: 'once' } })).toBe(1);
});
