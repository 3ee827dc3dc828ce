import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import type { FaultRuleInput } from '../emulator/faults/fault-rule.ts';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeEach(async () => {
  emulator = await openEmulator();
});
afterEach(() => emulator.close());

const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };
const JOB = 'createSingleServer';

/** A rule against the launch of a server. */
const rule = (step: string, effect: FaultRuleInput['effect'], moment: 'before' | 'after' = 'before'): FaultRuleInput => ({
  match: { jobType: JOB, step },
  moment,
  effect,
  ...(effect.kind === 'fail' && { count: 1 }),
});

/** Nothing of any server of tenant A is left, in the database and below. */
async function expectNothingLeft({ cloud, a }: EmulatorCloud): Promise<void> {
  const { read } = cloud.database;
  expect(await a.servers.count({})).toBe(0);
  expect([
    await read.disk.count(),
    await read.port.count(),
    await read.serverTag.count(),
    await read.resourceLock.count(),
  ]).toEqual([0, 0, 0, 0]);
  const ofServers = { in: ['servers', 'cores', 'ram', 'disks', 'diskGigabytes'] };
  expect(await read.quota.findMany({ where: { resource: ofServers, used: { not: 0 } } })).toEqual([]);
  expect(await cloud.hardware.servers()).toEqual([]);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith(serverDisk('')))).toEqual([]);
}

test.each(['image', 'disks', 'network', 'machine', 'boot', 'finish'])(
  'a launch that fails in the step %s, before or after its effect, leaves nothing behind and can be repeated',
  async step => {
    const { cloud, a, over } = emulator;
    for (const moment of ['before', 'after'] as const) {
      await cloud.faults.add(rule(step, { kind: 'fail', code: 'Ecs.0204' }, moment));
      const { jobId } = await a.servers.launch({
        ...order,
        tags: [{ key: 'a' }],
        dataDisks: [{ size: 10, count: 2, fileSystem: 'EXT4' }],
      });
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0204' });
      await expectNothingLeft(emulator);
    }
    expect((await over((await a.servers.launch(order)).jobId)).status).toBe('SUCCESS');
  },
);

test('says which of its disks could not be made, and leaves nothing behind', async () => {
  const { cloud, a, over } = emulator;
  const spies = [
    vi.spyOn(cloud.hardware.disks, 'create').mockRejectedValueOnce(new HardwareError('failed', 'no such luck')),
    vi.spyOn(cloud.hardware, 'snapshot').mockRejectedValueOnce(new HardwareError('failed', 'no such luck')),
  ];
  const ends = async () => await over((await a.servers.launch({ ...order, dataDisks: [{ size: 10 }] })).jobId);
  expect(await ends()).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0202' });
  await expectNothingLeft(emulator);
  expect(await ends()).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0203' });
  await expectNothingLeft(emulator);
  for (const spy of spies) spy.mockRestore();
  expect((await ends()).status).toBe('SUCCESS');
});

test('of a batch, those that fail go and the others stay', async () => {
  const { cloud, a, over } = emulator;
  await cloud.faults.add(rule('machine', { kind: 'fail', code: 'Ecs.0204' }));
  const { jobId } = await a.servers.launch({ ...order, count: 3 });
  expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0204' });
  const { rows } = await a.servers.list({});
  expect(rows.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  expect(await cloud.database.read.quota.findFirst({ where: { resource: 'servers', tenantId: a.id } })).toMatchObject({
    used: 2,
  });
});

test('a launch that is cancelled leaves nothing behind', async () => {
  const { cloud, a, over } = emulator;
  await cloud.faults.add(rule('machine', { kind: 'hold', percent: 50 }));
  const { jobId } = await a.servers.launch(order);
  await reached(emulator, jobId, 50);
  await a.jobs.cancel({ jobId });
  expect((await over(jobId)).status).toBe('CANCELLED');
  await expectNothingLeft(emulator);
});

test('a server that is being launched can be neither deleted, stopped, renamed nor written to', async () => {
  const { cloud, a, over } = emulator;
  const hold = await cloud.faults.add(rule('machine', { kind: 'hold', percent: 50 }));
  const { jobId, serverIds } = await a.servers.launch(order);
  const [serverId = ''] = serverIds;
  expect(await refusal(a.servers.delete({ serverIds }))).toBe('Ecs.0100');
  expect(await refusal(a.servers.stop({ serverIds }))).toBe('Ecs.0100');
  expect(await refusal(a.servers.update({ serverId, name: 'other' }))).toBe('Ecs.0100');
  expect(await refusal(a.servers.writeFile({ serverId, path: '/root/x', content: 'eA==' }))).toBe('Ecs.0100');
  await cloud.faults.remove(hold.id);
  expect((await over(jobId)).status).toBe('SUCCESS');
});

describe('the image', () => {
  /** An image of A, shared with B. */
  async function sharedImage(): Promise<string> {
    const serverId = await emulator.launch();
    const { a, b, over } = emulator;
    const { jobId, imageId } = await a.images.create({ name: 'golden', serverId });
    expect((await over(jobId)).status).toBe('SUCCESS');
    await over((await a.images.share({ imageIds: [imageId], tenantIds: [b.id] })).jobId);
    return imageId;
  }

  test('may be a share that is not answered yet, by its id', async () => {
    const imageId = await sharedImage();
    const { b, over } = emulator;
    expect((await over((await b.servers.launch({ ...order, imageId })).jobId)).status).toBe('SUCCESS');
  });

  test('of another tenant does not exist for a launch', async () => {
    const serverId = await emulator.launch();
    const { a, b, over } = emulator;
    const { jobId, imageId } = await a.images.create({ name: 'golden', serverId });
    await over(jobId);
    expect(await refusal(b.servers.launch({ ...order, imageId }))).toBe('Ecs.0031');
  });

  test('that is not active yet is refused', async () => {
    const { cloud, a, launch, over } = emulator;
    const serverId = await launch();
    const hold = await cloud.faults.add({
      match: { jobType: 'imsCreateImageByInstance', step: 'snapshot' },
      moment: 'before',
      effect: { kind: 'hold', percent: 0 },
    });
    const { jobId, imageId } = await a.images.create({ name: 'golden', serverId });
    expect(await refusal(a.servers.launch({ ...order, imageId }))).toBe('Ecs.0032');
    await cloud.faults.remove(hold.id);
    await over(jobId);
  });

  test('that is unshared between order and disk ends the launch', async () => {
    const imageId = await sharedImage();
    const { cloud, a, b, over } = emulator;
    const hold = await cloud.faults.add(rule('image', { kind: 'hold', percent: 10 }));
    const { jobId } = await b.servers.launch({ ...order, imageId });
    await over((await a.images.unshare({ imageIds: [imageId], tenantIds: [b.id] })).jobId);
    await cloud.faults.remove(hold.id);
    expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0031' });
    expect(await b.servers.count({})).toBe(0);
    expect(await refusal(b.servers.launch({ ...order, imageId }))).toBe('Ecs.0031');
  });

  test('that is deleted between order and disk ends the launch', async () => {
    const imageId = await sharedImage();
    const { cloud, a, b, over } = emulator;
    const hold = await cloud.faults.add(rule('image', { kind: 'hold', percent: 10 }));
    const { jobId } = await b.servers.launch({ ...order, imageId });
    await over((await a.images.delete({ imageId })).jobId);
    await cloud.faults.remove(hold.id);
    expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0031' });
    expect(await cloud.hardware.disks.stat(imageDisk(imageId))).toBeUndefined();
  });
});

test('what goes wrong in the hardware ends the job with the code of its step', async () => {
  const { cloud, a, over } = emulator;
  cloud.hardware.startServer = () => Promise.reject(new HardwareError('failed', 'no init'));
  const { jobId } = await a.servers.launch(order);
  expect(await over(jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.0226',
    failReason: expect.stringContaining('no init'),
  });
  await expectNothingLeft(emulator);
});

test('a disk that cannot be made is not said to be an image that is not there', async () => {
  const { cloud, a, over } = emulator;
  cloud.hardware.snapshot = () => Promise.reject(new HardwareError('busy', 'somebody has it'));
  const { jobId } = await a.servers.launch(order);
  expect(await over(jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.0202',
    failReason: expect.stringContaining('has it'),
  });
  await expectNothingLeft(emulator);
});

test('an image that has lost its bytes, and nobody knows yet, is said to be that', async () => {
  const { cloud, a, over, launch } = emulator;
  const { jobId, imageId } = await a.images.create({ name: 'golden', serverId: await launch() });
  expect((await over(jobId)).status).toBe('SUCCESS');
  await cloud.hardware.disks.remove(imageDisk(imageId));
  const launched = await a.servers.launch({ ...order, imageId });
  expect(await over(launched.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
  expect(await a.servers.count({})).toBe(1);
});

test('a disk that does not fit is said to be that', async () => {
  const { cloud, a, over } = emulator;
  cloud.hardware.growDisk = () => Promise.reject(new HardwareError('no-space', 'the pool is full'));
  const { jobId } = await a.servers.launch({ ...order, systemDisk: { size: 40 } });
  expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0004' });
  await expectNothingLeft(emulator);
});

test('while the hardware does not answer, actions are refused and reads work', async () => {
  const serverId = await emulator.launch();
  const { cloud, a } = emulator;
  cloud.hardware.status = () => ({ state: 'unavailable', reason: 'the engine is gone' });
  for (const call of [
    a.servers.launch(order),
    a.servers.stop({ serverIds: [serverId] }),
    a.servers.delete({ serverIds: [serverId] }),
    a.servers.readFile({ serverId, path: '/etc/os-release' }),
  ]) {
    expect(await refusal(call)).toBe('Cloudyard.0002');
  }
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE' });
  expect(await a.servers.count({})).toBe(1);
});

/** Resolves when some sub-job of a batch stands at a percentage. */
async function reached({ cloud }: EmulatorCloud, parentId: string, percent: number): Promise<void> {
  const events = cloud.tail.subscribe({
    audiences: 'everything',
    after: 0,
    matches: event => event.payload.parentId === parentId,
  });
  for await (const { payload } of events) if (Number(payload.progress) >= percent) return;
}
