import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { type Hardware, HardwareError, type HardwareStatus } from '../emulator/hardware/hardware.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { Reconciler } from '../emulator/reconciler.ts';
import { idsKnownTo } from '../emulator/reconciling/compare.ts';
import { recordServerExit } from '../emulator/servers/server-exits.ts';
import { readServerSpec } from '../emulator/servers/server-spec.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeEach(async () => {
  emulator = await openEmulator();
});
afterEach(() => emulator.close());

const stray = '00000000-0000-4000-8000-000000000000';
const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };
const broken = (): Promise<never> => Promise.reject(new HardwareError('failed', 'the disk has no init'));
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await emulator.cloud.hardware.servers()).map(({ id, state }) => [id, state]));

/** A reconciler of the same cloud that sees no hardware until it is told. */
async function blindReconciler(): Promise<{ reconciler: Reconciler; seesHardware(): void }> {
  const { cloud } = emulator;
  let status: HardwareStatus = { state: 'unavailable' };
  const listeners = new Set<(status: HardwareStatus) => void>();
  const steered: Pick<Hardware, 'status' | 'onStatus'> = {
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const hardware = new Proxy(cloud.hardware, {
    get(real, key) {
      if (key === 'status' || key === 'onStatus') return steered[key];
      const value: unknown = Reflect.get(real, key);
      return typeof value === 'function' ? value.bind(real) : value;
    },
  });
  const reconciler = new Reconciler(
    new Proxy(cloud, {
      get(real, key) {
        if (key === 'jobs') return { start: async () => undefined, take: cloud.jobs.take.bind(cloud.jobs) };
        return key === 'hardware' ? hardware : Reflect.get(real, key);
      },
    }),
  );
  await reconciler.start();
  return {
    reconciler,
    seesHardware() {
      status = { state: 'ready' };
      for (const listener of listeners) listener(status);
    },
  };
}

/** What is returned makes the reconciler see the hardware again. */
async function withoutHardware(): Promise<() => Promise<void>> {
  const { reconciler, seesHardware } = await blindReconciler();
  return async () => {
    seesHardware();
    await reconciler.settled();
    await reconciler.close();
  };
}

test('what no record knows of is removed at the start, and nothing else', async () => {
  const serverId = await emulator.launch();
  const { a, cloud, over } = emulator;
  const { jobId, imageId } = await a.images.create({ name: 'golden', serverId });
  await over(jobId);
  const known = (await cloud.hardware.disks.list()).toSorted();
  for (const disk of [serverDisk(stray), imageDisk(stray)]) await cloud.hardware.disks.create(disk, 4096);
  emulator = await emulator.reopen();
  expect((await emulator.cloud.hardware.disks.list()).toSorted()).toEqual(known);
  expect(known).toContain(imageDisk(imageId));
});

test('a launch that runs while strays are removed keeps its disk', async () => {
  const { cloud } = emulator;
  await cloud.hardware.disks.create(serverDisk(stray), 4096);
  const known = idsKnownTo(cloud);
  let launched: string | undefined;
  const removed = await cloud.hardware.sweep(async (kind, ids) => {
    launched ??= await emulator.launch();
    return known(kind, ids);
  });
  expect(removed).toEqual([`disk ${serverDisk(stray)}`]);
  expect(await states()).toEqual({ [launched ?? '']: 'RUNNING' });
  const { disk } = await readServerSpec(cloud, launched ?? '');
  expect(await cloud.hardware.disks.stat(disk)).toBeDefined();
});

test('what waits for the hardware goes on when strays are removed, not before', async () => {
  const { hardware } = emulator.cloud;
  const { reconciler, seesHardware } = await blindReconciler();
  const order: string[] = [];
  const sweep = hardware.sweep.bind(hardware);
  hardware.sweep = async known => {
    const removed = await sweep(known);
    order.push('removed');
    return removed;
  };
  const goesOn = reconciler.hardwareReady(new AbortController().signal).then(() => order.push('goes on'));
  seesHardware();
  await goesOn;
  expect(order).toEqual(['removed', 'goes on']);
  await reconciler.close();
});

test('servers are powered as their records say when the hardware is back', async () => {
  const [on, off] = [await emulator.launch({ name: 'on' }), await emulator.launch({ name: 'off' })];
  const { cloud, a, over } = emulator;
  await over((await a.servers.stop({ serverIds: [off] })).jobId);
  const isBack = await withoutHardware();
  await cloud.hardware.stopServer(on, 'HARD');
  // Powers it on behind the records' back.
  await cloud.hardware.startServer(await readServerSpec(cloud, off));
  expect(await states()).toEqual({ [on]: 'STOPPED', [off]: 'RUNNING' });
  await isBack();
  expect(await states()).toEqual({ [on]: 'RUNNING', [off]: 'STOPPED' });
  expect(await a.servers.get({ serverId: on })).toMatchObject({ status: 'ACTIVE', faultMessage: null });
});

test('a server that cannot be started again is SHUTOFF and says why', async () => {
  const serverId = await emulator.launch();
  const { cloud, a } = emulator;
  const isBack = await withoutHardware();
  await cloud.hardware.stopServer(serverId, 'HARD');
  cloud.hardware.startServer = broken;
  await isBack();
  expect(await a.servers.get({ serverId })).toMatchObject({
    status: 'SHUTOFF',
    faultCode: 'Ecs.0226',
    faultMessage: expect.stringContaining('no init'),
  });
});

test('a server that a job works on is left to that job', async () => {
  const serverId = await emulator.launch();
  const { cloud, a, over } = emulator;
  const isBack = await withoutHardware();
  const hold = await cloud.faults.add({
    match: { jobType: 'stopSingleServer' },
    moment: 'before',
    effect: { kind: 'hold', percent: 0 },
  });
  const { jobId } = await a.servers.stop({ serverIds: [serverId] });
  await isBack();
  await cloud.faults.remove(hold.id);
  expect((await over(jobId)).status).toBe('SUCCESS');
  expect(await states()).toEqual({ [serverId]: 'STOPPED' });
});

test('hundreds of servers run again after a restart', async () => {
  const { a, over } = emulator;
  for (let batch = 0; batch < 6; batch++) {
    expect((await over((await a.servers.launch({ ...order, name: `b${batch}`, count: 100 })).jobId)).status).toBe('SUCCESS');
  }
  emulator = await emulator.reopen();
  expect(Object.values(await states()).filter(state => state === 'RUNNING')).toHaveLength(600);
  const { serverIds } = await emulator.a.servers.delete({ serverIds: Object.keys(await states()) });
  expect(serverIds).toHaveLength(600);
}, 120_000);

describe('while the hardware is being prepared', () => {
  test('launches are taken and wait for it', async () => {
    const { cloud, a, over } = emulator;
    const { status } = cloud.hardware;
    let prepared = (): void => undefined;
    cloud.hardware.status = () => ({ state: 'preparing' });
    cloud.hardware.prepare = () =>
      new Promise(resolve => {
        prepared = () => {
          cloud.hardware.status = status;
          resolve();
        };
      });
    const { jobId, serverIds } = await a.servers.launch(order);
    const running = cloud.tail.subscribe({
      audiences: 'everything',
      after: 0,
      matches: ({ kind, payload }) => kind === 'job.running' && payload.parentId === jobId,
    });
    await running.next();
    await running.return();
    expect((await a.servers.get({ serverId: serverIds[0] ?? '' })).status).toBe('BUILD');
    prepared();
    expect((await over(jobId)).status).toBe('SUCCESS');
  });

  test('a launch that waits when the cloud is closed goes on after the next start', async () => {
    const { cloud, a } = emulator;
    cloud.hardware.status = () => ({ state: 'preparing' });
    cloud.hardware.prepare = () => new Promise(() => undefined);
    const { jobId, serverIds } = await a.servers.launch(order);
    const running = cloud.tail.subscribe({ audiences: 'everything', after: 0, matches: ({ kind }) => kind === 'job.running' });
    await running.next();
    await running.return();
    emulator = await emulator.reopen();
    expect((await emulator.over(jobId)).status).toBe('SUCCESS');
    expect((await emulator.a.servers.get({ serverId: serverIds[0] ?? '' })).status).toBe('ACTIVE');
  });

  test('launches fail with the reason if it cannot be made ready', async () => {
    const { cloud, a, over } = emulator;
    cloud.hardware.status = () => ({ state: 'preparing' });
    cloud.hardware.prepare = () => Promise.reject(new HardwareError('failed', 'the helper image cannot be built'));
    const { jobId } = await a.servers.launch(order);
    expect(await over(jobId)).toMatchObject({
      status: 'FAIL',
      errorCode: 'Cloudyard.0002',
      failReason: expect.stringContaining('cannot be built'),
    });
  });
});

describe('a guest that acts by itself', () => {
  const signal = new AbortController().signal;

  test('is SHUTOFF when it powered itself off, with a fault when it crashed', async () => {
    const [off, crashed] = [await emulator.launch(), await emulator.launch()];
    const { cloud, a } = emulator;
    await recordServerExit(cloud, { id: off, how: 'off' }, signal);
    await recordServerExit(cloud, { id: crashed, how: 'crashed' }, signal);
    await recordServerExit(cloud, { id: stray, how: 'off' }, signal);
    expect(await a.servers.get({ serverId: off })).toMatchObject({ status: 'SHUTOFF', faultMessage: null });
    expect(await a.servers.get({ serverId: crashed })).toMatchObject({ status: 'SHUTOFF', faultMessage: expect.any(String) });
  });

  test('is started again when it asked for a reboot, also while an image of it is made', async () => {
    const serverId = await emulator.launch();
    const { cloud, a, over } = emulator;
    const hold = await cloud.faults.add({
      match: { jobType: 'imsCreateImageByInstance' },
      moment: 'before',
      effect: { kind: 'hold', percent: 0 },
    });
    const image = await a.images.create({ name: 'golden', serverId });
    const restarted = recordServerExit(cloud, { id: serverId, how: 'reboot' }, signal);
    expect(await refusal(a.servers.stop({ serverIds: [serverId] }))).toBe('Ecs.0100');
    await cloud.faults.remove(hold.id);
    await over(image.jobId);
    await restarted;
    const { rows } = await a.jobs.list({ filter: { type: 'rebootServer' } });
    expect((await over(rows[0]?.id ?? '')).status).toBe('SUCCESS');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
  });

  test('is left to the job that powers it', async () => {
    const serverId = await emulator.launch();
    const { cloud, a, over } = emulator;
    const hold = await cloud.faults.add({
      match: { jobType: 'rebootSingleServer' },
      moment: 'before',
      effect: { kind: 'hold', percent: 0 },
    });
    const { jobId } = await a.servers.reboot({ serverIds: [serverId] });
    await recordServerExit(cloud, { id: serverId, how: 'off' }, signal);
    expect((await a.servers.get({ serverId })).status).toBe('REBOOT');
    await cloud.faults.remove(hold.id);
    expect((await over(jobId)).status).toBe('SUCCESS');
    expect((await a.servers.get({ serverId })).status).toBe('ACTIVE');
  });
});
