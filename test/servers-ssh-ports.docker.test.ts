/** The loopback ports of servers where another program takes one between its choice and its use: a second Cloudyard on the same engine, say. */
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LABEL } from '../emulator/hardware/docker/labels.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { docker } from './appliance-bench.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator } from './emulator-cloud.ts';

/** The tiny base system on every machine: nobody waits for packages. */
const order = { name: 'web', imageId: publicImageId('Standard_EulerOS_2.9_latest'), flavorId: FLAVOR };

let emulator: EmulatorCloud;
const holders: Server[] = [];
beforeAll(async () => {
  emulator = await openEmulator({ hardware: 'docker' });
  await emulator.cloud.reconciler.hardwareReady(AbortSignal.timeout(600_000));
}, 600_000);
afterEach(letGo);
afterAll(() => emulator.close(), 300_000);

/** Another program listens there, until the end of the test. */
async function take(port: number): Promise<void> {
  const holder = createServer(socket => socket.destroy());
  holders.push(holder);
  await once(holder.listen(port, '127.0.0.1'), 'listening');
}

async function letGo(): Promise<void> {
  for (const holder of holders.splice(0)) await once(holder.close(), 'close');
}

const portOf = async (serverId: string): Promise<number> => {
  const { sshPort } = await emulator.a.servers.get({ serverId });
  if (sshPort === null) throw new Error('the server has no ssh');
  return sshPort;
};

const greeting = (port: number): Promise<string> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('data', data => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once('error', error => resolve(error.message)).once('close', () => resolve('closed'));
  });

/** What the record says is what the engine does. */
async function expectSsh(serverId: string): Promise<void> {
  const port = await portOf(serverId);
  const label = [`${LABEL.cloud}=${emulator.cloud.id}`, `${LABEL.id}=${serverId}`];
  const [container] = await docker.listContainers({ filters: { label } });
  expect(container?.Ports.map(({ PublicPort }) => PublicPort)).toEqual([port]);
  await expect.poll(() => greeting(port), { timeout: 20_000 }).toMatch(/^SSH-2\.0/);
}

const statusAfter = async (job: Promise<{ jobId: string }>): Promise<string> => (await emulator.over((await job).jobId)).status;

test('a launch whose port was taken before the first start goes on with another, and tells it', async () => {
  const { cloud, a, over } = emulator;
  const hold = await cloud.faults.add({
    match: { jobType: 'createSingleServer', step: 'boot' },
    moment: 'before',
    effect: { kind: 'hold', percent: 0 },
  });
  const { jobId, serverIds } = await a.servers.launch(order);
  const [serverId = ''] = serverIds;
  const first = await portOf(serverId);
  await take(first);
  await cloud.faults.remove(hold.id);
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await portOf(serverId)).not.toBe(first);
  await expectSsh(serverId);
  const told = await cloud.database.read.event.findMany({ where: { resourceId: serverId, kind: 'server.updated' } });
  expect(told).toHaveLength(1);
  expect(await statusAfter(a.servers.delete({ serverIds: [serverId] }))).toBe('SUCCESS');
  expect(await brokenInvariants(cloud)).toEqual([]);
}, 120_000);

test('a server keeps its port over a stop, unless it was taken meanwhile: at its start, and after a restart of the cloud', async () => {
  const serverId = await emulator.launch(order);
  const first = await portOf(serverId);
  const stop = () => emulator.a.servers.stop({ serverIds: [serverId], type: 'HARD' });
  const start = () => emulator.a.servers.start({ serverIds: [serverId] });

  expect(await statusAfter(stop())).toBe('SUCCESS');
  expect(await statusAfter(start())).toBe('SUCCESS');
  expect(await portOf(serverId)).toBe(first);

  expect(await statusAfter(stop())).toBe('SUCCESS');
  await take(first);
  expect(await statusAfter(start())).toBe('SUCCESS');
  const second = await portOf(serverId);
  expect(second).not.toBe(first);
  await expectSsh(serverId);

  const { cloud } = emulator;
  await cloud.hardware.stopServer(serverId, 'HARD');
  await take(second);
  expect(await statusAfter(emulator.a.servers.reboot({ serverIds: [serverId], type: 'HARD' }))).toBe('SUCCESS');
  const third = await portOf(serverId);
  expect([first, second]).not.toContain(third);
  await expectSsh(serverId);

  // Servers are off between the closing and the opening.
  await cloud.hardware.stopServer(serverId, 'HARD');
  await take(third);
  emulator = await emulator.reopen();
  await expect.poll(() => portOf(serverId), { timeout: 60_000 }).not.toBe(third);
  await expect.poll(async () => (await emulator.cloud.hardware.servers())[0]?.state, { timeout: 60_000 }).toBe('RUNNING');
  expect(await emulator.a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', faultCode: null });
  await expectSsh(serverId);
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
}, 180_000);

test('a start that was cut off between the record of another port and its use goes on with the recorded one', async () => {
  const serverId = await emulator.launch(order);
  const first = await portOf(serverId);
  expect(await statusAfter(emulator.a.servers.stop({ serverIds: [serverId], type: 'HARD' }))).toBe('SUCCESS');
  const recorded = await emulator.cloud.sshPorts.replace(serverId, [first]);
  emulator = await emulator.reopen();
  expect(await portOf(serverId)).toBe(recorded);
  expect(await statusAfter(emulator.a.servers.start({ serverIds: [serverId] }))).toBe('SUCCESS');
  expect(await portOf(serverId)).toBe(recorded);
  await expectSsh(serverId);
}, 120_000);
