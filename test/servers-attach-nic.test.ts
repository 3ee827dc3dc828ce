/** Further network interfaces of servers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobRecord } from '../emulator/jobs/job.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

describe.each(everyHardware)('a server (%s)', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  let subnets: string[];
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    const { networks } = emulator.a;
    const { vpcId } = await networks.createVpc({ name: 'own', cidr: '10.0.0.0/16' });
    const make = async (cidr: string) => (await networks.createSubnet({ vpcId, name: 'sub', cidr })).subnetId;
    subnets = [await make('10.0.0.0/24'), await make('10.0.1.0/24'), await make('10.0.2.0/24')];
    serverId = await emulator.launch({ subnetId: subnets[0] });
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  const ports = () => emulator.a.servers.listPorts({ serverIds: [serverId] });
  const over = async ({ jobId }: { jobId: string }): Promise<JobRecord> => emulator.over(jobId);
  const attach = (more: object) => emulator.a.servers.attachNic({ serverId, ...more });

  test('gets an interface while it runs, and loses it again', async () => {
    const { a, cloud } = emulator;
    const order = await attach({ subnetId: subnets[1], address: '10.0.1.50' });
    expect(await over(order)).toMatchObject({ type: 'attachNic', status: 'SUCCESS', entities: { server_id: serverId } });
    expect((await ports()).map(({ address, primary }) => [address, primary])).toEqual([
      ['10.0.0.2', true],
      ['10.0.1.50', false],
    ]);
    expect(await brokenInvariants(cloud)).toEqual([]);
    expect(await over(await a.servers.detachNic({ serverId, portId: order.portId }))).toMatchObject({
      type: 'detachNic',
      status: 'SUCCESS',
    });
    expect(await ports()).toHaveLength(1);
    expect(await refusal(a.networks.getPort({ portId: order.portId }))).toBe('VPC.0704');
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('gets a port of the user’s own while it is off, which is free afterwards', async () => {
    const { a, cloud } = emulator;
    const { portId } = await a.networks.createPort({ subnetId: subnets[2] ?? '' });
    await over(await a.servers.stop({ serverIds: [serverId] }));
    await over(await attach({ portId }));
    await over(await a.servers.start({ serverIds: [serverId] }));
    expect(await ports()).toMatchObject([{ primary: true }, { id: portId, primary: false }]);
    await over(await a.servers.stop({ serverIds: [serverId] }));
    expect(await over(await a.servers.detachNic({ serverId, portId }))).toMatchObject({ status: 'SUCCESS' });
    await over(await a.servers.start({ serverIds: [serverId] }));
    expect(await a.networks.getPort({ portId })).toMatchObject({ serverId: null });
    await a.networks.deletePort({ portId });
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('is as before if that fails', async () => {
    const { a, cloud } = emulator;
    const fail = (jobType: string) =>
      cloud.faults.add({ match: { jobType }, moment: 'after', effect: { kind: 'fail', code: 'Ecs.0217' }, count: 1 });
    await fail('attachNic');
    expect(await over(await attach({ subnetId: subnets[1] }))).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0217' });
    expect(await ports()).toHaveLength(1);
    expect(await brokenInvariants(cloud)).toEqual([]);
    const { portId, jobId } = await attach({ subnetId: subnets[1] });
    await over({ jobId });
    await fail('detachNic');
    expect(await over(await a.servers.detachNic({ serverId, portId }))).toMatchObject({ status: 'FAIL' });
    expect(await ports()).toHaveLength(2);
    expect(await brokenInvariants(cloud)).toEqual([]);
    expect(await over(await a.servers.detachNic({ serverId, portId }))).toMatchObject({ status: 'SUCCESS' });
  });

  test('is refused what cannot be', async () => {
    const { a, b, cloud } = emulator;
    const nowhere = '00000000-0000-4000-8000-000000000000';
    const [primary] = await ports();
    expect(await refusal(a.servers.detachNic({ serverId, portId: primary?.id ?? '' }))).toBe('Ecs.0086');
    expect(await refusal(a.servers.detachNic({ serverId, portId: nowhere }))).toBe('Ecs.0085');
    expect(await refusal(b.servers.detachNic({ serverId, portId: primary?.id ?? '' }))).toBe('Ecs.0114');
    expect(await refusal(attach({ subnetId: subnets[0] }))).toBe('Ecs.0014');
    expect(await refusal(attach({ subnetId: nowhere }))).toBe('Ecs.0038');
    expect(await refusal(attach({ portId: nowhere }))).toBe('Ecs.0014');
    expect(await refusal(attach({ portId: primary?.id }))).toBe('Ecs.0919');
    expect(await refusal(attach({}))).toBe('Ecs.0005');
    expect(await refusal(attach({ subnetId: subnets[1], address: '10.0.2.5' }))).toBe('Ecs.0039');
    expect(await refusal(attach({ subnetId: subnets[1], securityGroupIds: [nowhere] }))).toBe('Ecs.0014');
    const [other] = (await a.networks.listSubnets({})).rows;
    expect(await refusal(attach({ subnetId: other?.id }))).toBe('Ecs.0064');
    const hold = await cloud.faults.add({
      match: { jobType: 'attachNic' },
      moment: 'before',
      effect: { kind: 'hold', percent: 0 },
    });
    const { jobId } = await attach({ subnetId: subnets[1] });
    expect(await refusal(attach({ subnetId: subnets[2] }))).toBe('Ecs.0100');
    await cloud.faults.remove(hold.id);
    await over({ jobId });
    expect(await brokenInvariants(cloud)).toEqual([]);
  });
});
