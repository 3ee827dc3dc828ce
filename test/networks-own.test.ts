/** VPCs, subnets and ports that a user makes: what is made, what is refused, what stays apart. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const nowhere = '00000000-0000-4000-8000-000000000000';
let made = 0;

async function vpc(cidr = '10.0.0.0/16'): Promise<string> {
  return (await emulator.a.networks.createVpc({ name: `vpc-${++made}`, cidr })).vpcId;
}

async function subnet(cidr: string, vpcId?: string): Promise<string> {
  return (await emulator.a.networks.createSubnet({ vpcId: vpcId ?? (await vpc()), name: 'sub', cidr })).subnetId;
}

const usedOf = async (resource: string): Promise<number | undefined> =>
  (await emulator.a.quotas.list({})).find(quota => quota.resource === resource)?.used;

describe('VPCs', () => {
  test.each([
    ['10.0.0.0/8', true],
    ['10.255.255.0/24', true],
    ['172.16.0.0/12', true],
    ['172.31.0.0/16', true],
    ['192.168.0.0/16', true],
    ['10.0.0.0/25', false],
    ['10.0.0.0/7', false],
    ['10.0.0.1/16', false],
    ['172.32.0.0/16', false],
    ['172.0.0.0/8', false],
    ['192.168.1.0/25', false],
    ['192.169.0.0/16', false],
    ['8.8.8.0/24', false],
    ['10.0.0.0', false],
    ['10.0.0.0/016', false],
    ['', false],
    ['fd00::/8', false],
  ])('of the range %s: %s', async (cidr, isFine) => {
    const call = emulator.a.networks.createVpc({ name: `range-${++made}`, cidr });
    expect(await refusal(call)).toBe(isFine ? undefined : 'VPC.0101');
  });

  test('have names that differ within a tenant, and ranges that need not', async () => {
    const { a, b } = emulator;
    const cidr = '10.0.0.0/16';
    const { vpcId } = await a.networks.createVpc({ name: 'one', cidr, description: 'mine' });
    expect(await a.networks.getVpc({ vpcId })).toMatchObject({ name: 'one', cidr, description: 'mine', isDefault: false });
    expect(await refusal(a.networks.createVpc({ name: 'one', cidr }))).toBe('VPC.0115');
    expect(await refusal(b.networks.createVpc({ name: 'one', cidr }))).toBeUndefined();
    for (const name of ['', 'a b', 'x'.repeat(65), 'ü'])
      expect(await refusal(a.networks.createVpc({ name, cidr })), name).toBe('VPC.0101');
    expect(await refusal(a.networks.createVpc({ name: 'two', cidr, description: '<b>' }))).toBe('VPC.0101');
  });

  test('are changed as long as their subnets fit, and only by their owner', async () => {
    const { a, b } = emulator;
    const vpcId = await vpc();
    await subnet('10.0.128.0/24', vpcId);
    await a.networks.updateVpc({ vpcId, name: 'renamed', cidr: '10.0.128.0/20', description: null });
    expect(await a.networks.getVpc({ vpcId })).toMatchObject({ name: 'renamed', cidr: '10.0.128.0/20', description: '' });
    expect(await refusal(a.networks.updateVpc({ vpcId, cidr: '10.0.0.0/20' }))).toBe('VPC.0117');
    expect(await refusal(b.networks.updateVpc({ vpcId, name: 'theirs' }))).toBe('VPC.0003');
  });

  test('go when they are empty, and give their quota back', async () => {
    const { a, b } = emulator;
    const before = await usedOf('vpcs');
    const vpcId = await vpc();
    const subnetId = await subnet('10.0.0.0/24', vpcId);
    expect(await refusal(a.networks.deleteVpc({ vpcId }))).toBe('VPC.0104');
    expect(await refusal(b.networks.deleteVpc({ vpcId }))).toBe('VPC.0003');
    expect(await refusal(a.networks.deleteVpc({ vpcId: nowhere }))).toBe('VPC.0003');
    await a.networks.deleteSubnet({ subnetId });
    await a.networks.deleteVpc({ vpcId });
    expect(await refusal(a.networks.getVpc({ vpcId }))).toBe('VPC.0003');
    expect(await usedOf('vpcs')).toBe(before);
  });
});

test.each(['', 'x', 'A0000000-0000-4000-8000-000000000000', `${nowhere}0`])('%j is the id of no network', async id => {
  const { networks } = emulator.a;
  for (const call of [networks.getVpc, networks.updateVpc, networks.deleteVpc])
    expect(await refusal(call({ vpcId: id }))).toBe('VPC.0101');
  for (const call of [networks.getSubnet, networks.updateSubnet, networks.deleteSubnet])
    expect(await refusal(call({ subnetId: id }))).toBe('VPC.0201');
  expect(await refusal(networks.createSubnet({ vpcId: id, name: 'sub', cidr: '10.0.0.0/24' }))).toBe('VPC.0201');
});

describe('subnets', () => {
  test.each([
    ['10.0.1.0/24', undefined],
    ['10.0.2.0/28', undefined],
    ['10.0.2.16/29', 'VPC.0212'],
    ['10.0.3.1/24', 'VPC.0212'],
    ['10.1.0.0/24', 'VPC.0203'],
    ['10.0.0.0/15', 'VPC.0203'],
    ['10.0.1.128/25', 'VPC.0204'],
    ['10.0.0.0/16', 'VPC.0204'],
    ['x', 'VPC.0212'],
  ])('of the range %s beside others: %s', async (cidr, code) => {
    const { a } = emulator;
    const { rows } = await a.networks.listVpcs({ page: { first: 100 } });
    const vpcId =
      rows.find(({ name }) => name === 'beside')?.id ??
      (await a.networks.createVpc({ name: 'beside', cidr: '10.0.0.0/16' })).vpcId;
    expect(await refusal(a.networks.createSubnet({ vpcId, name: 'sub', cidr }))).toBe(code);
  });

  test('have a gateway inside, and DNS servers', async () => {
    const { a } = emulator;
    const vpcId = await vpc();
    const order = { vpcId, name: 'sub', cidr: '10.0.5.0/24' };
    for (const gateway of ['10.0.5.0', '10.0.5.255', '10.0.6.1', 'x', '10.0.5'])
      expect(await refusal(a.networks.createSubnet({ ...order, gateway })), gateway).toBe('VPC.0201');
    expect(await refusal(a.networks.createSubnet({ ...order, primaryDns: '1.1.1' }))).toBe('VPC.0201');
    const { subnetId } = await a.networks.createSubnet({ ...order, gateway: '10.0.5.254', primaryDns: '10.0.5.2' });
    expect(await a.networks.getSubnet({ subnetId })).toMatchObject({
      gateway: '10.0.5.254',
      primaryDns: '10.0.5.2',
      secondaryDns: null,
    });
    await a.networks.updateSubnet({ subnetId, name: 'other', dhcp: false, secondaryDns: '10.0.5.3' });
    expect(await a.networks.getSubnet({ subnetId })).toMatchObject({ name: 'other', dhcp: false, secondaryDns: '10.0.5.3' });
    const plain = await subnet('10.0.0.0/24');
    expect(await a.networks.getSubnet({ subnetId: plain })).toMatchObject({ gateway: '10.0.0.1', primaryDns: '100.125.4.25' });
  });

  test('stay while a port or server is in them', async () => {
    const { a, b, over } = emulator;
    const subnetId = await subnet('10.0.0.0/24');
    const { portId } = await a.networks.createPort({ subnetId });
    expect(await refusal(a.networks.deleteSubnet({ subnetId }))).toBe('VPC.0208');
    const serverId = await emulator.launch({ nics: [{ portId }] });
    expect(await refusal(a.networks.deleteSubnet({ subnetId }))).toBe('VPC.0209');
    expect(await refusal(b.networks.deleteSubnet({ subnetId }))).toBe('VPC.0202');
    await over((await a.servers.delete({ serverIds: [serverId] })).jobId);
    await a.networks.deletePort({ portId });
    await a.networks.deleteSubnet({ subnetId });
    expect(await refusal(a.servers.launch({ name: 'web', imageId: SOURCE, flavorId: FLAVOR, subnetId }))).toBe('Ecs.0038');
  });
});

describe('ports', () => {
  test('have an address and a MAC, and outlive the server that they are used for', async () => {
    const { a, over } = emulator;
    const subnetId = await subnet('10.0.0.0/24');
    const { portId } = await a.networks.createPort({ subnetId, name: 'own', address: '10.0.0.77' });
    const serverId = await emulator.launch({ nics: [{ portId }] });
    expect(await a.networks.getPort({ portId })).toMatchObject({ serverId, primary: true, userMade: true, address: '10.0.0.77' });
    expect(await refusal(a.networks.deletePort({ portId }))).toBe('VPC.0707');
    expect(await refusal(a.servers.launch({ name: 'web', imageId: SOURCE, flavorId: FLAVOR, nics: [{ portId }] }))).toBe(
      'Ecs.0919',
    );
    await over((await a.servers.delete({ serverIds: [serverId] })).jobId);
    expect(await a.networks.getPort({ portId })).toMatchObject({ serverId: null, primary: false, name: 'own' });
  });

  test('are refused where the address is taken or no server may have it', async () => {
    const { a, b } = emulator;
    const subnetId = await subnet('10.0.0.0/28');
    const create = (address: string | null) => refusal(a.networks.createPort({ subnetId, address }));
    for (const address of ['10.0.0.0', '10.0.0.1', '10.0.0.13', '10.0.0.14', '10.0.0.15', '10.0.1.2', 'x'])
      expect(await create(address), address).toBe('VPC.0705');
    expect(await create('10.0.0.2')).toBeUndefined();
    expect(await create('10.0.0.2')).toBe('VPC.0701');
    for (let rest = 3; rest <= 12; rest++) expect(await create(null)).toBeUndefined();
    expect(await create(null)).toBe('VPC.0703');
    expect(await refusal(a.networks.createPort({ subnetId: nowhere }))).toBe('VPC.0202');
    expect(await refusal(b.networks.createPort({ subnetId }))).toBe('VPC.0202');
    expect(await refusal(a.networks.createPort({ subnetId, name: '?' }))).toBe('VPC.0702');
  });

  test('are in the default security group, or in those asked for', async () => {
    const { a, b } = emulator;
    const subnetId = await subnet('10.0.0.0/24');
    const groupsOf = async (portId: string) =>
      (await a.networks.listPortSecurityGroups({ portIds: [portId] })).map(({ name }) => name);
    const { portId } = await a.networks.createPort({ subnetId });
    expect(await groupsOf(portId)).toEqual(['default']);
    const { securityGroupId } = await a.networks.createSecurityGroup({ name: 'own' });
    await a.networks.updatePort({ portId, name: 'named', securityGroupIds: [securityGroupId] });
    expect(await groupsOf(portId)).toEqual(['own']);
    expect(await refusal(a.networks.deleteSecurityGroup({ securityGroupId }))).toBe('VPC.9902');
    expect(await refusal(a.networks.updatePort({ portId, securityGroupIds: [] }))).toBe('VPC.0606');
    expect(await refusal(a.networks.updatePort({ portId, securityGroupIds: [nowhere] }))).toBe('VPC.0603');
    expect(await refusal(b.networks.updatePort({ portId, name: 'theirs' }))).toBe('VPC.0704');
    expect(await refusal(b.networks.deletePort({ portId }))).toBe('VPC.0704');
    await a.networks.deletePort({ portId });
    await a.networks.deleteSecurityGroup({ securityGroupId });
  });
});

describe('a quota of ports', () => {
  test('counts those of servers and those made by themselves, and they come back with them', async () => {
    const small = await openEmulator({ config: { quotas: { ports: 2 } } });
    try {
      const { a } = small;
      const used = async () => (await a.quotas.list({})).find(({ resource }) => resource === 'ports')?.used;
      const { vpcId } = await a.networks.createVpc({ name: 'few', cidr: '10.0.0.0/16' });
      const { subnetId } = await a.networks.createSubnet({ vpcId, name: 'few', cidr: '10.0.0.0/24' });
      const { subnetId: further } = await a.networks.createSubnet({ vpcId, name: 'further', cidr: '10.0.1.0/24' });
      const { portId } = await a.networks.createPort({ subnetId });
      const serverId = await small.launch({ nics: [{ portId }] });
      expect(await used(), 'a port that is there is not counted again').toBe(1);
      const nic = await a.servers.attachNic({ serverId, subnetId: further });
      await small.over(nic.jobId);
      const machine = { name: 'metal', imageId: publicImageId('BMS_Debian_12_latest'), flavorId: 'physical.s4.medium' };
      expect(await refusal(a.networks.createPort({ subnetId }))).toBe('VPC.9905');
      expect(await refusal(a.servers.launch({ name: 'one-more', imageId: SOURCE, flavorId: FLAVOR }))).toBe('Ecs.0001');
      expect(await refusal(a.bareMetal.launch(machine))).toBe('BMS.3005');
      await small.over((await a.servers.detachNic({ serverId, portId: nic.portId })).jobId);
      expect(await used()).toBe(1);
      await small.over((await a.servers.delete({ serverIds: [serverId] })).jobId);
      expect(await used(), 'one that was made by itself outlives its server').toBe(1);
      await a.networks.deletePort({ portId });
      expect(await used()).toBe(0);
    } finally {
      await small.close();
    }
  });
});

test('every port is told of, whoever made it: as it comes, as a server gets it, and as it goes', async () => {
  const { a, cloud, launch, over } = emulator;
  const vpcId = await vpc('10.77.0.0/16');
  const [own, users, later] = [
    await subnet('10.77.1.0/24', vpcId),
    await subnet('10.77.2.0/24', vpcId),
    await subnet('10.77.3.0/24', vpcId),
  ];
  const { portId } = await a.networks.createPort({ subnetId: users ?? '' });
  const serverId = await launch({ name: 'told', nics: [{ subnetId: own }, { portId }] });
  const nic = await a.servers.attachNic({ serverId, subnetId: later });
  await over(nic.jobId);
  const ports = await a.servers.listPorts({ serverIds: [serverId] });
  await over((await a.servers.delete({ serverIds: [serverId] })).jobId);
  const told = async (id: string | undefined): Promise<string[]> => {
    const events = await cloud.database.read.event.findMany({ where: { resourceId: id ?? '' }, orderBy: { sequence: 'asc' } });
    return events.map(({ kind }) => kind);
  };
  expect(await told(ports.find(({ subnetId }) => subnetId === own)?.id)).toEqual(['port.created', 'port.deleted']);
  expect(await told(nic.portId)).toEqual(['port.created', 'port.deleted']);
  expect((await told(portId)).filter(kind => kind.startsWith('port.'))).toEqual(['port.created', 'port.updated', 'port.updated']);
});
