import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
let serverId: string;
beforeEach(async () => {
  emulator = await openEmulator();
  serverId = await emulator.launch();
});
afterEach(() => emulator.close());

const broken = (): Promise<never> => Promise.reject(new HardwareError('failed', 'the guest does not answer'));
const running = async (): Promise<boolean> =>
  (await emulator.cloud.hardware.servers()).some(({ id, state }) => id === serverId && state === 'RUNNING');

test('a server that cannot be stopped keeps running', async () => {
  const { cloud, a, over } = emulator;
  await cloud.faults.add({
    match: { jobType: 'stopSingleServer' },
    moment: 'after',
    effect: { kind: 'fail', code: 'Ecs.1000' },
    count: 1,
  });
  expect(await over((await a.servers.stop({ serverIds: [serverId] })).jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.1000',
  });
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
  expect(await running()).toBe(true);
});

test('a server that cannot be started stays off and says why; the fault goes with the next start', async () => {
  const { cloud, a, over } = emulator;
  await over((await a.servers.stop({ serverIds: [serverId] })).jobId);
  const { startServer } = cloud.hardware;
  cloud.hardware.startServer = broken;
  expect(await over((await a.servers.start({ serverIds: [serverId] })).jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Ecs.0226',
  });
  expect(await a.servers.get({ serverId })).toMatchObject({
    status: 'SHUTOFF',
    taskState: null,
    faultCode: 'Ecs.0226',
    faultMessage: expect.stringContaining('does not answer'),
  });
  cloud.hardware.startServer = startServer;
  await over((await a.servers.start({ serverIds: [serverId] })).jobId);
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', faultCode: null, faultMessage: null });
});

test('a server that does not come back from a reboot is in ERROR, and a hard reboot brings it back', async () => {
  const { cloud, a, over } = emulator;
  const { rebootServer } = cloud.hardware;
  cloud.hardware.rebootServer = broken;
  expect((await over((await a.servers.reboot({ serverIds: [serverId] })).jobId)).errorCode).toBe('Ecs.0227');
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ERROR', taskState: null, faultCode: 'Ecs.0227' });
  expect(await running()).toBe(false);
  cloud.hardware.rebootServer = rebootServer;
  expect(await refusal(a.servers.reboot({ serverIds: [serverId], type: 'SOFT' }))).toBe('Ecs.0100');
  await over((await a.servers.reboot({ serverIds: [serverId], type: 'HARD' })).jobId);
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', faultCode: null });
});

describe('a delete that fails', () => {
  test('before the server is gone brings it back, running and with its disk', async () => {
    const { cloud, a, over } = emulator;
    const content = Buffer.from('precious');
    await a.servers.writeFile({ serverId, path: '/root/x', content });
    await cloud.faults.add({ match: { step: 'machine' }, moment: 'after', effect: { kind: 'fail', code: 'Ecs.0501' }, count: 1 });
    expect((await over((await a.servers.delete({ serverIds: [serverId] })).jobId)).status).toBe('FAIL');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
    expect(await running()).toBe(true);
    expect(await a.servers.readFile({ serverId, path: '/root/x' })).toEqual(content);
    expect((await over((await a.servers.delete({ serverIds: [serverId] })).jobId)).status).toBe('SUCCESS');
  });

  test('after that leaves no disk behind all the same', async () => {
    const { cloud, a, over } = emulator;
    await cloud.faults.add({ match: { step: 'disks' }, moment: 'before', effect: { kind: 'fail', code: 'Ecs.0501' }, count: 1 });
    await over((await a.servers.delete({ serverIds: [serverId] })).jobId);
    expect(await refusal(a.servers.get({ serverId }))).toBe('Ecs.0114');
    expect((await cloud.hardware.disks.list()).filter(id => id.startsWith(serverDisk('')))).toEqual([]);
  });
});
