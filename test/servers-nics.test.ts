import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subnet } from '../emulator/store/generated/client.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const order = { name: 'web', imageId: SOURCE, flavorId: FLAVOR };
const nowhere = '00000000-0000-4000-8000-000000000000';

async function subnetOf(cidr: string, vpcId?: string): Promise<Subnet> {
  const { cloud, a } = emulator;
  const [vpc] = (await a.networks.listVpcs({})).rows;
  const data = { id: cloud.ids.uuid(), tenantId: a.id, vpcId: vpcId ?? vpc?.id ?? '', name: 'own', createdAt: cloud.clock.now() };
  const gateway = cidr.replace(/0\/\d+$/, '1');
  return cloud.database.write(tx => tx.subnet.create({ data: { ...data, cidr, gateway } }));
}

describe('a launch with network interfaces', () => {
  test('makes a port in each subnet, the first of them primary, with the addresses asked for', async () => {
    const [first, second] = [await subnetOf('192.168.32.0/24'), await subnetOf('192.168.33.0/24')];
    const nics = [{ subnetId: first.id, address: '192.168.32.77' }, { subnetId: second.id }];
    const serverId = await emulator.launch({ nics });
    expect(await emulator.a.servers.listPorts({ serverIds: [serverId] })).toMatchObject([
      { subnetId: first.id, address: '192.168.32.77', primary: true },
      { subnetId: second.id, address: '192.168.33.2', primary: false },
    ]);
    const groups = await emulator.cloud.database.read.portSecurityGroup.findMany({
      where: { port: { serverId } },
      include: { group: true },
    });
    expect(groups.map(({ group }) => group.name)).toEqual(['default', 'default']);
  });

  test('gives each server of a batch its own', async () => {
    const [first, second] = [await subnetOf('192.168.34.0/24'), await subnetOf('192.168.35.0/24')];
    const { jobId, serverIds } = await emulator.a.servers.launch({
      ...order,
      count: 3,
      nics: [{ subnetId: first.id }, { subnetId: second.id }],
    });
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const ports = await emulator.a.servers.listPorts({ serverIds });
    expect(new Set(ports.map(({ address }) => address)).size).toBe(6);
    expect(new Set(ports.map(({ mac }) => mac)).size).toBe(6);
  });

  test('is refused for what does not fit together', async () => {
    const { a, b, cloud } = emulator;
    const subnet = await subnetOf('192.168.36.0/24');
    const vpc = { id: cloud.ids.uuid(), tenantId: a.id, name: 'other', cidr: '10.0.0.0/8', createdAt: cloud.clock.now() };
    await cloud.database.write(tx => tx.vpc.create({ data: vpc }));
    const elsewhere = await subnetOf('10.0.0.0/24', vpc.id);
    const launch = (more: Partial<Parameters<typeof a.servers.launch>[0]>) => refusal(a.servers.launch({ ...order, ...more }));
    expect(await launch({ nics: [] })).toBe('Ecs.0050');
    expect(await launch({ nics: Array.from({ length: 13 }, () => ({ subnetId: subnet.id })) })).toBe('Ecs.0050');
    expect(await launch({ nics: [{ subnetId: nowhere }] })).toBe('Ecs.0038');
    expect(await launch({ nics: [{ subnetId: 'x' }] })).toBe('Ecs.0038');
    expect(await launch({ nics: [{}] })).toBe('Ecs.0005');
    expect(await launch({ nics: [{ portId: nowhere }] })).toBe('Ecs.0014');
    expect(await launch({ nics: [{ subnetId: subnet.id, portId: nowhere }] })).toBe('Ecs.0005');
    expect(await launch({ nics: [{ subnetId: subnet.id }], subnetId: subnet.id })).toBe('Ecs.0005');
    expect(await launch({ nics: [{ subnetId: subnet.id }, { subnetId: subnet.id }] })).toBe('Ecs.0014');
    expect(await launch({ nics: [{ subnetId: subnet.id }, { subnetId: elsewhere.id }] })).toBe('Ecs.0064');
    for (const address of ['192.168.36.1', '192.168.36.0', '192.168.36.255', '192.168.37.5', 'x', '']) {
      const code = address === '' ? undefined : 'Ecs.0039';
      expect(await launch({ nics: [{ subnetId: subnet.id, address }], count: 1 }), address).toBe(code);
    }
    expect(await launch({ nics: [{ subnetId: subnet.id, address: '192.168.36.9' }], count: 2 })).toBe('Ecs.0005');
    expect(await launch({ securityGroupIds: [nowhere] })).toBe('Ecs.0014');
    expect(await launch({ securityGroupIds: Array.from({ length: 11 }, () => nowhere) })).toBe('Ecs.0014');
    expect(await refusal(b.servers.launch({ ...order, nics: [{ subnetId: subnet.id }] }))).toBe('Ecs.0038');
    const group = await cloud.database.read.securityGroup.findFirstOrThrow({ where: { tenantId: b.id } });
    expect(await launch({ securityGroupIds: [group.id] })).toBe('Ecs.0014');
  });

  test('makes twelve of them at most, and so does attaching', async () => {
    const { a } = emulator;
    const { vpcId } = await a.networks.createVpc({ name: 'twelve', cidr: '10.0.0.0/16' });
    const subnetIds: string[] = [];
    for (let index = 0; index <= 12; index++) {
      const { subnetId } = await a.networks.createSubnet({ vpcId, name: 'sub', cidr: `10.0.${index}.0/24` });
      subnetIds.push(subnetId);
    }
    const [last, ...others] = subnetIds;
    const serverId = await emulator.launch({ nics: others.map(subnetId => ({ subnetId })) });
    expect(await a.servers.listPorts({ serverIds: [serverId] })).toHaveLength(12);
    expect(await refusal(a.servers.attachNic({ serverId, subnetId: last }))).toBe('Ecs.0050');
  });
});
