/** What ports and elastic IPs show of their state, and what is refused while it changes. */
import { afterEach, beforeEach, describe, expect, type MockInstance, test } from 'vitest';
import { type Hardware, HardwareError } from '../emulator/hardware/hardware.ts';
import { makeBindable } from './bindable.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
let bind: MockInstance<Hardware['bindAddress']>;
beforeEach(async () => {
  emulator = await openEmulator();
  bind = makeBindable(emulator);
});
afterEach(() => emulator.close());

const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };

/** Jobs of this type stay where they are until the answer is called. */
async function hold(jobType: string): Promise<() => Promise<unknown>> {
  const { faults } = emulator.cloud;
  const { id } = await faults.add({ match: { jobType }, moment: 'before', effect: { kind: 'hold', percent: 0 } });
  return () => faults.remove(id);
}

const portOf = async (serverId: string, index = 0): Promise<string> => {
  const ports = await emulator.a.servers.listPorts({ serverIds: [serverId] });
  return ports[index]?.id ?? '';
};
const portStatus = async (portId: string) => (await emulator.a.networks.getPort({ portId })).status;
const addressStatus = async (publicAddressId: string) => (await emulator.a.networks.getPublicAddress({ publicAddressId })).status;
const allocate = async () => (await emulator.a.networks.allocatePublicAddress({})).publicAddressId;

describe('a port', () => {
  test('is up while its server runs', async () => {
    const { a, over } = emulator;
    const release = await hold('createSingleServer');
    const { jobId, serverIds } = await a.servers.launch(order);
    const [serverId = ''] = serverIds;
    const portId = await portOf(serverId);
    expect(await portStatus(portId)).toBe('BUILD');
    await release();
    await over(jobId);
    expect(await portStatus(portId)).toBe('ACTIVE');
    expect((await a.networks.listPorts({ serverId })).rows).toMatchObject([{ id: portId, status: 'ACTIVE' }]);
    expect(await a.servers.listPorts({ serverIds })).toMatchObject([{ id: portId, status: 'ACTIVE' }]);
    await over((await a.servers.stop({ serverIds })).jobId);
    expect(await portStatus(portId)).toBe('DOWN');
  });

  test('is down while no server has it', async () => {
    const { a } = emulator;
    const [subnet] = (await a.networks.listSubnets({})).rows;
    expect(await portStatus((await a.networks.createPort({ subnetId: subnet?.id ?? '' })).portId)).toBe('DOWN');
  });
});

describe('an elastic IP', () => {
  test('is down while it is free and active while it is bound', async () => {
    const { a } = emulator;
    const serverId = await emulator.launch();
    const publicAddressId = await allocate();
    expect(await addressStatus(publicAddressId)).toBe('DOWN');
    await a.networks.bindPublicAddress({ publicAddressId, serverId });
    expect(await addressStatus(publicAddressId)).toBe('ACTIVE');
    const portIds = [await portOf(serverId)];
    expect(await a.networks.listPortPublicAddresses({ portIds })).toMatchObject([{ id: publicAddressId, status: 'ACTIVE' }]);
    await a.networks.unbindPublicAddress({ publicAddressId });
    expect((await a.networks.listPublicAddresses({})).rows).toMatchObject([{ id: publicAddressId, status: 'DOWN' }]);
  });

  test('shows that it could not be bound again, until a later try succeeds; both are told', async () => {
    const { a, cloud } = emulator;
    const serverId = await emulator.launch();
    const publicAddressId = await allocate();
    await a.networks.bindPublicAddress({ publicAddressId, serverId });
    const told = () => cloud.database.read.event.count({ where: { resourceId: publicAddressId, kind: 'publicAddress.updated' } });
    const before = await told();
    bind.mockRejectedValueOnce(new HardwareError('port-taken', 'somebody else has it'));
    await cloud.publicAddresses.settleAll();
    expect(await addressStatus(publicAddressId)).toBe('BIND_ERROR');
    expect(await told()).toBe(before + 1);
    await cloud.publicAddresses.settleAll();
    expect(await addressStatus(publicAddressId)).toBe('ACTIVE');
    expect(await told()).toBe(before + 2);
    await cloud.publicAddresses.settleAll();
    expect(await told()).toBe(before + 2);
  });

  test('shows it after a restart, and is free again when it is unbound', async () => {
    const serverId = await emulator.launch();
    const publicAddressId = await allocate();
    await emulator.a.networks.bindPublicAddress({ publicAddressId, serverId });
    // This hardware can bind none.
    emulator = await emulator.reopen();
    await emulator.cloud.reconciler.settled();
    expect(await addressStatus(publicAddressId)).toBe('BIND_ERROR');
    await emulator.a.networks.unbindPublicAddress({ publicAddressId });
    expect(await addressStatus(publicAddressId)).toBe('DOWN');
  });

  test('is neither bound nor unbound while its server is being made', async () => {
    const { a, over } = emulator;
    const release = await hold('createSingleServer');
    const { jobId, serverIds } = await a.servers.launch({ ...order, publicAddress: {} });
    const [serverId = ''] = serverIds;
    const [address] = (await a.networks.listPublicAddresses({})).rows;
    const publicAddressId = address?.id ?? '';
    expect(address).toMatchObject({ status: 'BINDING', portId: await portOf(serverId) });
    expect(await refusal(a.networks.unbindPublicAddress({ publicAddressId }))).toBe('VPC.0512');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId: await allocate(), serverId }))).toBe('VPC.0512');
    expect(bind).not.toHaveBeenCalled();
    await release();
    await over(jobId);
    expect(await addressStatus(publicAddressId)).toBe('ACTIVE');
    await a.networks.unbindPublicAddress({ publicAddressId });
  });

  test('is neither bound nor unbound while its server is being deleted', async () => {
    const { a, over } = emulator;
    const [one, other] = [await emulator.launch(), await emulator.launch()];
    const [bound, free] = [await allocate(), await allocate()];
    await a.networks.bindPublicAddress({ publicAddressId: bound, serverId: one });
    const release = await hold('deleteSingleServer');
    const { jobId } = await a.servers.delete({ serverIds: [one, other] });
    expect(await refusal(a.networks.unbindPublicAddress({ publicAddressId: bound }))).toBe('VPC.0512');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId: free, serverId: other }))).toBe('VPC.0512');
    await release();
    await over(jobId);
    expect(await addressStatus(bound)).toBe('DOWN');
  });

  test('is not bound to a port that a server is being given, or loses', async () => {
    const { a, over } = emulator;
    const { vpcId } = await a.networks.createVpc({ name: 'own', cidr: '10.0.0.0/16' });
    const make = async (cidr: string) => (await a.networks.createSubnet({ vpcId, name: 'sub', cidr })).subnetId;
    const serverId = await emulator.launch({ subnetId: await make('10.0.0.0/24') });
    const publicAddressId = await allocate();
    const give = await hold('attachNic');
    const { jobId, portId } = await a.servers.attachNic({ serverId, subnetId: await make('10.0.1.0/24') });
    expect(await portStatus(portId)).toBe('BUILD');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, portId }))).toBe('VPC.0512');
    await give();
    await over(jobId);
    expect(await portStatus(portId)).toBe('ACTIVE');
    await a.networks.bindPublicAddress({ publicAddressId, portId });
    const lose = await hold('detachNic');
    const detaching = await a.servers.detachNic({ serverId, portId });
    expect(await refusal(a.networks.unbindPublicAddress({ publicAddressId }))).toBe('VPC.0512');
    await lose();
    await over(detaching.jobId);
    expect(await addressStatus(publicAddressId)).toBe('DOWN');
  });
});
