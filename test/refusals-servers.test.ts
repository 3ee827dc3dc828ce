/** What the compute service refuses because of how things are, and how its jobs end where the hardware fails. Bad fields: servers-launch.test.ts, bad-input-images.test.ts. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { endOf, endWithout } from './failing-hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };
/** GiB on disks that the tenant may have. */
const GIGABYTES = 100;

let emulator: EmulatorCloud;
let serverId: string;
/** A subnet none of whose addresses is free, and one beside it with room. */
let fullId: string;
let otherId: string;

beforeAll(async () => {
  emulator = await openEmulator({ config: { quotas: { diskGigabytes: GIGABYTES, publicAddresses: 1 } } });
  const { networks } = emulator.a;
  const { vpcId } = await networks.createVpc({ name: 'own', cidr: '10.0.0.0/16' });
  const subnet = async (cidr: string) => (await networks.createSubnet({ vpcId, name: 'sub', cidr })).subnetId;
  [fullId, otherId] = [await subnet('10.0.0.0/28'), await subnet('10.0.1.0/24')];
  for (let host = 2; host <= 12; host++) await networks.createPort({ subnetId: fullId, address: `10.0.0.${host}` });
  serverId = await emulator.launch({ subnetId: otherId });
});
afterAll(() => emulator.close());

describe('is refused', () => {
  const launch = (change: object) => emulator.a.servers.launch({ ...order, ...change });
  const uuid = (_: unknown, number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const many = Array.from({ length: 1001 }, uuid);

  test.each<[string, (a: EmulatorCloud['a']) => Promise<unknown>, string]>([
    ['a launch into a subnet that is full', () => launch({ subnetId: fullId }), 'Ecs.0012'],
    [
      'a launch with a second interface in a subnet that is full',
      () => launch({ nics: [{ subnetId: otherId }, { subnetId: fullId }] }),
      'Ecs.0012',
    ],
    ['a further interface in a subnet that is full', a => a.servers.attachNic({ serverId, subnetId: fullId }), 'Ecs.0012'],
    ['a launch with more on its disks than the quota has', () => launch({ dataDisks: [{ size: GIGABYTES }] }), 'Ecs.0021'],
    ['a launch with an elastic IP for nothing', () => launch({ publicAddress: { bandwidthSize: 0 } }), 'Ecs.0045'],
    ['a launch with an elastic IP for too much', () => launch({ publicAddress: { bandwidthSize: 1001 } }), 'Ecs.0045'],
    ['starting 1001 servers at once', a => a.servers.start({ serverIds: many }), 'Ecs.0118'],
    ['stopping them', a => a.servers.stop({ serverIds: many }), 'Ecs.0118'],
    ['rebooting them', a => a.servers.reboot({ serverIds: many }), 'Ecs.0118'],
    ['deleting them', a => a.servers.delete({ serverIds: many }), 'Ecs.0118'],
  ])('%s', async (_, call, code) => {
    expect(await refusal(call(emulator.a))).toBe(code);
    expect(await emulator.a.servers.count({})).toBe(1);
  });

  test('a launch with more elastic IPs than the quota has', async () => {
    const { hardware } = emulator.cloud;
    // Nothing is asked of the hardware but whether it has any: the order is refused before.
    const capabilities = hardware.capabilities().map(one => (one.name === 'publicAddresses' ? { ...one, available: true } : one));
    const spy = vi.spyOn(hardware, 'capabilities').mockReturnValue(capabilities);
    expect(await refusal(launch({ count: 2, publicAddress: {} }))).toBe('Ecs.0013');
    spy.mockRestore();
    expect(await emulator.a.servers.count({})).toBe(1);
    expect((await emulator.a.networks.listPublicAddresses({})).rows).toEqual([]);
  });
});

describe('where the hardware fails', () => {
  test('no server is launched', async () => {
    expect(await endWithout(emulator, 'createServer', () => emulator.a.servers.launch(order))).toBe('Ecs.0204');
    expect(await emulator.a.servers.count({})).toBe(1);
  });

  test('a server runs on that could not be stopped or deleted', async () => {
    const { a } = emulator;
    expect(await endWithout(emulator, 'stopServer', () => a.servers.stop({ serverIds: [serverId] }))).toBe('Ecs.1000');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
    expect(await endWithout(emulator, 'destroyServer', () => a.servers.delete({ serverIds: [serverId] }))).toBe('Ecs.0501');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  });

  test('a server keeps its size', async () => {
    const { a } = emulator;
    const resize = () => a.servers.resize({ serverId, flavorId: 's3.medium.2' });
    await waitSuccessfully(emulator, (await a.servers.stop({ serverIds: [serverId] })).jobId);
    expect(await endWithout(emulator, 'reconfigureServer', resize)).toBe('Ecs.0207');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'SHUTOFF', taskState: null, flavorId: FLAVOR });
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
    expect(await endOf(emulator, resize)).toBe('SUCCESS');
    await waitSuccessfully(emulator, (await a.servers.start({ serverIds: [serverId] })).jobId);
  });

  test('an interface is not there that could not be attached, and stays where it could not be taken away', async () => {
    const { a, cloud } = emulator;
    const { vpcId } = await a.networks.getSubnet({ subnetId: otherId });
    const { subnetId } = await a.networks.createSubnet({ vpcId, name: 'sub', cidr: '10.0.2.0/24' });
    const attach = () => a.servers.attachNic({ serverId, subnetId });
    const ports = () => a.servers.listPorts({ serverIds: [serverId] });
    expect(await endWithout(emulator, 'attachNic', attach)).toBe('Ecs.0217');
    expect(await ports()).toHaveLength(1);
    const { jobId, portId } = await attach();
    await waitSuccessfully(emulator, jobId);
    const detach = () => a.servers.detachNic({ serverId, portId });
    expect(await endWithout(emulator, 'detachNic', detach)).toBe('Ecs.0507');
    expect(await ports()).toMatchObject([{ primary: true }, { id: portId }]);
    expect(await brokenInvariants(cloud)).toEqual([]);
    expect(await endOf(emulator, detach)).toBe('SUCCESS');
    expect(await ports()).toHaveLength(1);
  });
});

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
