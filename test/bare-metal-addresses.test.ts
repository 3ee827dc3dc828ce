/** The elastic IP of a bare-metal server's launch. The embedded hardware binds none: what it would do is decided here. */
import { afterAll, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { type Hardware, HardwareError } from '../emulator/hardware/hardware.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { launchBareMetalServers } from '../emulator/servers/bare-metal/operations/launch.ts';
import { makeBindable } from './bindable.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

const order = { name: 'metal', imageId: publicImageId('BMS_Debian_12_latest'), flavorId: 'physical.s4.medium' };
type Launch = Parameters<EmulatorCloud['a']['bareMetal']['launch']>[0];
const nowhere = '00000000-0000-4000-8000-000000000000';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator({ config: { quotas: { publicAddresses: 3 } } });
});
afterAll(() => emulator.close());

const launch = (input: Partial<Launch>) => emulator.a.bareMetal.launch({ ...order, ...input });
const addresses = async () => (await emulator.a.networks.listPublicAddresses({})).rows;

async function refused(input: Partial<Launch>): Promise<string | undefined> {
  const code = await refusal(launch(input));
  expect([launchBareMetalServers.invalid, ...launchBareMetalServers.errors].map(error => error.code)).toContain(code);
  expect(await emulator.a.servers.count({ filter: { kind: 'BARE_METAL' } })).toBe(0);
  return code;
}

test('is refused where the hardware binds none', async () => {
  expect(await refused({ publicAddress: {} })).toBe('Cloudyard.0003');
});

describe('where the hardware binds them', () => {
  let bind: MockInstance<Hardware['bindAddress']>;
  beforeEach(() => {
    vi.restoreAllMocks();
    bind = makeBindable(emulator);
  });

  const over = async (jobId: string) => emulator.over(jobId);
  async function remove(serverIds: readonly string[]): Promise<void> {
    await over((await emulator.a.servers.delete({ serverIds: [...serverIds] })).jobId);
    for (const { id } of await addresses()) await emulator.a.networks.releasePublicAddress({ publicAddressId: id });
  }

  test('each server gets a new one for its first port', async () => {
    const { a } = emulator;
    const { jobId, serverIds } = await launch({ count: 2, publicAddress: { bandwidthSize: 2000 } });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const ports = (await a.servers.listPorts({ serverIds })).map(({ id }) => id);
    const rows = await addresses();
    expect(rows.map(({ portId }) => portId).sort()).toEqual(ports.sort());
    expect(rows.map(({ bandwidthSize }) => bandwidthSize)).toEqual([2000, 2000]);
    expect(bind).toHaveBeenCalledTimes(2);
    await remove(serverIds);
  });

  test('or one that is there', async () => {
    const { a } = emulator;
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    const { jobId, serverIds } = await launch({ publicAddress: { publicAddressId } });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const [port] = await a.servers.listPorts({ serverIds });
    expect(await addresses()).toMatchObject([{ id: publicAddressId, portId: port?.id }]);
    await remove(serverIds);
  });

  test('a launch whose elastic IP is not bound leaves nothing', async () => {
    bind.mockRejectedValue(new HardwareError('failed', 'no such luck'));
    const { jobId } = await launch({ publicAddress: {} });
    expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'BMS.3038' });
    expect(await emulator.a.servers.count({})).toBe(0);
    expect(await addresses()).toEqual([]);
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  });

  test.each([
    ['too little bandwidth', { bandwidthSize: 4 }, 'BMS.0077'],
    ['too much bandwidth', { bandwidthSize: 2001 }, 'BMS.0077'],
    ['one that is there and a bandwidth for a new one', { publicAddressId: nowhere, bandwidthSize: 5 }, 'BMS.0071'],
    ['one that is not there', { publicAddressId: nowhere }, 'BMS.0022'],
  ])('refused is %s', async (_, publicAddress, code) => {
    expect(await refused({ publicAddress })).toBe(code);
  });

  test('refused is one for several servers, one of another tenant’s, and one that is bound', async () => {
    const { a, b, cloud } = emulator;
    const theirs = (await b.networks.allocatePublicAddress({})).publicAddressId;
    expect(await refused({ publicAddress: { publicAddressId: theirs } })).toBe('BMS.0022');
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    expect(await refused({ publicAddress: { publicAddressId }, count: 2 })).toBe('BMS.0072');
    const vm = await emulator.launch();
    await a.networks.bindPublicAddress({ publicAddressId, serverId: vm });
    expect(await refused({ publicAddress: { publicAddressId } })).toBe('BMS.0022');
    await remove([vm]);
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('refused are more than the quota has', async () => {
    expect(await refused({ publicAddress: {}, count: 4 })).toBe('BMS.0017');
    expect(await addresses()).toEqual([]);
  });
});
