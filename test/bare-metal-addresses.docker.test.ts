import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator({ hardware: 'docker' });
}, 300_000);
afterAll(() => emulator.close(), 300_000);

test('an elastic IP of a launch is bound to the bare-metal server while it boots', async () => {
  const { a, cloud, over } = emulator;
  const imageId = publicImageId('BMS_EulerOS_2.9_latest');
  const order = { name: 'metal', imageId, flavorId: 'physical.s4.medium', publicAddress: { bandwidthSize: 5 } };
  await cloud.reconciler.hardwareReady(AbortSignal.timeout(240_000));
  const capability = cloud.hardware.capabilities().find(({ name }) => name === 'publicAddresses');
  if (!capability?.available) {
    expect(await refusal(a.bareMetal.launch(order))).toBe('Cloudyard.0003');
    return;
  }
  const { jobId, serverIds } = await a.bareMetal.launch(order);
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  const [port] = await a.servers.listPorts({ serverIds });
  expect((await a.networks.listPublicAddresses({})).rows).toMatchObject([{ portId: port?.id, bandwidthSize: 5 }]);
  expect(await over((await a.servers.delete({ serverIds })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect((await a.networks.listPublicAddresses({})).rows).toMatchObject([{ portId: null }]);
}, 300_000);
