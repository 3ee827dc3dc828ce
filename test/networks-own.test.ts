/** Networks that a user makes: what is made, what is refused, what stays apart. */
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

describe('security groups', () => {
  test('begin with the rules of every group; the default one stays', async () => {
    const { a, b } = emulator;
    const [first] = (await a.networks.listSecurityGroups({ name: 'default' })).rows;
    const own = (await a.networks.createSecurityGroup({ name: 'web', description: 'front' })).securityGroupId;
    for (const securityGroupId of [own, first?.id ?? '']) {
      const rules = await a.networks.listSecurityGroupRules({ securityGroupIds: [securityGroupId] });
      const words = rules.map(({ direction, etherType, remoteGroupId }) => [direction, etherType, remoteGroupId]);
      expect(words.toSorted()).toEqual(
        [
          ['EGRESS', 'IPV4', null],
          ['EGRESS', 'IPV6', null],
          ['INGRESS', 'IPV4', securityGroupId],
          ['INGRESS', 'IPV6', securityGroupId],
        ].toSorted(),
      );
    }
    expect(await refusal(a.networks.deleteSecurityGroup({ securityGroupId: first?.id ?? '' }))).toBe('VPC.9902');
    expect(await refusal(a.networks.updateSecurityGroup({ securityGroupId: first?.id ?? '', name: 'x' }))).toBe('VPC.9902');
    expect(await refusal(b.networks.getSecurityGroup({ securityGroupId: own }))).toBe('VPC.0603');
    expect(await refusal(b.networks.deleteSecurityGroup({ securityGroupId: own }))).toBe('VPC.0603');
    expect(await refusal(b.networks.createSecurityGroupRule({ securityGroupId: own, direction: 'INGRESS' }))).toBe('VPC.0603');
    expect(await b.networks.listSecurityGroupRules({ securityGroupIds: [own] })).toEqual([]);
    expect(await refusal(a.networks.createSecurityGroup({ name: '' }))).toBe('VPC.0601');
    await a.networks.updateSecurityGroup({ securityGroupId: own, name: 'renamed' });
    expect(await a.networks.getSecurityGroup({ securityGroupId: own })).toMatchObject({ name: 'renamed', description: 'front' });
    const before = await usedOf('securityGroupRules');
    await a.networks.deleteSecurityGroup({ securityGroupId: own });
    expect(await usedOf('securityGroupRules')).toBe((before ?? 0) - 4);
  });

  type Rule = Parameters<EmulatorCloud['a']['networks']['createSecurityGroupRule']>[0];
  const ingress = { direction: 'INGRESS' } as const;

  test.each<[string, Partial<Rule>, string | undefined]>([
    ['everything', {}, undefined],
    ['a port', { protocol: 'tcp', portMin: 22, portMax: 22 }, undefined],
    ['the same in capitals', { protocol: 'TCP', portMin: 22, portMax: 22 }, 'VPC.9902'],
    ['the same by number', { protocol: '6', portMin: 22, portMax: 22 }, 'VPC.9902'],
    ['a range of ports from a range', { protocol: 'udp', portMin: 1, portMax: 65_535, remoteCidr: '10.0.0.0/8' }, undefined],
    ['one address', { remoteCidr: '10.1.2.3' }, undefined],
    ['the same address as a range', { remoteCidr: '10.1.2.3/32' }, 'VPC.9902'],
    ['ICMP with type and code', { protocol: 'icmp', portMin: 8, portMax: 0 }, undefined],
    ['ICMP of a type', { protocol: 'icmp', portMin: 8 }, undefined],
    ['another protocol', { protocol: '47' }, undefined],
    ['IPv6', { etherType: 'IPV6', protocol: 'icmpv6', remoteCidr: 'FD00::/8' }, undefined],
    ['an unknown protocol', { protocol: 'ipx' }, 'VPC.9901'],
    ['a protocol above 255', { protocol: '256' }, 'VPC.9901'],
    ['ICMPv6 over IPv4', { protocol: 'icmpv6' }, 'VPC.9901'],
    ['ports without a protocol', { portMin: 1, portMax: 2 }, 'VPC.9901'],
    ['half a range of ports', { protocol: 'tcp', portMin: 22 }, 'VPC.9901'],
    ['ports the wrong way round', { protocol: 'tcp', portMin: 23, portMax: 22 }, 'VPC.9901'],
    ['port 0', { protocol: 'tcp', portMin: 0, portMax: 22 }, 'VPC.9901'],
    ['port 65536', { protocol: 'tcp', portMin: 1, portMax: 65_536 }, 'VPC.9901'],
    ['half a port', { protocol: 'tcp', portMin: 1.5, portMax: 2 }, 'VPC.9901'],
    ['ports of another protocol', { protocol: '47', portMin: 1, portMax: 2 }, 'VPC.9901'],
    ['an ICMP code without a type', { protocol: 'icmp', portMax: 0 }, 'VPC.9901'],
    ['an ICMP type above 255', { protocol: 'icmp', portMin: 256 }, 'VPC.9901'],
    ['a range with host bits', { remoteCidr: '10.0.0.1/8' }, 'VPC.9901'],
    ['a range of the other version', { remoteCidr: 'fd00::/8' }, 'VPC.9901'],
    ['IPv4 for IPv6', { etherType: 'IPV6', remoteCidr: '10.0.0.0/8' }, 'VPC.9901'],
    ['a prefix above 128', { etherType: 'IPV6', remoteCidr: 'fd00::/129' }, 'VPC.9901'],
    ['both a range and a group', { remoteCidr: '10.0.0.0/8', remoteGroupId: nowhere }, 'VPC.9901'],
    ['a group that is not there', { remoteGroupId: nowhere }, 'VPC.9904'],
    ['words that hold markup', { description: '<b>' }, 'VPC.0601'],
    ['several ports', { protocol: 'tcp', multiport: '8080,22,3000-3010' }, undefined],
    ['the same in another order', { protocol: 'tcp', multiport: '22,3000-3010,8080' }, 'VPC.9902'],
    ['several ports that are one, a port that is there', { protocol: 'tcp', multiport: '22' }, 'VPC.9902'],
    ['several ports that are a range', { protocol: 'udp', multiport: '4000-4010' }, undefined],
    ['the same as first and last port', { protocol: 'udp', portMin: 4000, portMax: 4010 }, 'VPC.9902'],
    ['no ports in the empty list', { protocol: 'udp', multiport: '' }, undefined],
    ['several ports and a first one', { protocol: 'tcp', multiport: '22,80', portMin: 22, portMax: 22 }, 'VPC.9901'],
    ['several ports of every protocol', { multiport: '22,80' }, 'VPC.9901'],
    ['several ports of ICMP', { protocol: 'icmp', multiport: '8,9' }, 'VPC.9901'],
    ['several ports, one of them twice', { protocol: 'tcp', multiport: '22,22' }, 'VPC.9901'],
    ['several ports that are none', { protocol: 'tcp', multiport: 'ssh' }, 'VPC.9901'],
    ['port 0 among several', { protocol: 'tcp', multiport: '0,22' }, 'VPC.9901'],
    ['what is there, denied', { protocol: 'tcp', portMin: 22, portMax: 22, action: 'DENY' }, undefined],
    ['what is there, with another priority', { protocol: 'tcp', portMin: 22, portMax: 22, priority: 2 }, undefined],
    ['the same again', { protocol: 'tcp', portMin: 22, portMax: 22, priority: 2 }, 'VPC.9902'],
    ['the lowest priority', { priority: 100 }, undefined],
    ['priority 0', { priority: 0 }, 'VPC.9901'],
    ['priority 101', { priority: 101 }, 'VPC.9901'],
    ['half a priority', { priority: 1.5 }, 'VPC.9901'],
    // A caller without types.
    ['an unknown action', { action: 'drop' as 'DENY' }, 'VPC.9901'],
  ])('a rule of %s', async (_, rule, code) => {
    const { a } = emulator;
    const [found] = (await a.networks.listSecurityGroups({ name: 'ruled' })).rows;
    const securityGroupId = found?.id ?? (await a.networks.createSecurityGroup({ name: 'ruled' })).securityGroupId;
    expect(await refusal(a.networks.createSecurityGroupRule({ ...ingress, securityGroupId, ...rule }))).toBe(code);
  });

  test('keep what a rule does, and in which order', async () => {
    const { a } = emulator;
    const { securityGroupId } = await a.networks.createSecurityGroup({ name: 'kept' });
    const first = await a.networks.listSecurityGroupRules({ securityGroupIds: [securityGroupId] });
    expect(new Set(first.map(({ action, priority }) => `${action} ${priority}`))).toEqual(new Set(['ALLOW 100']));
    const make = async (rule: Partial<Rule>) => {
      const { ruleId } = await a.networks.createSecurityGroupRule({ ...ingress, securityGroupId, ...rule });
      const rules = await a.networks.listSecurityGroupRules({ securityGroupIds: [securityGroupId] });
      return rules.find(({ id }) => id === ruleId);
    };
    expect(await make({ protocol: 'tcp', multiport: '443,80-82,22', action: 'DENY', priority: 7 })).toMatchObject({
      portMin: null,
      portMax: null,
      multiport: '22,80-82,443',
      action: 'DENY',
      priority: 7,
    });
    expect(await make({ protocol: 'tcp', multiport: '25' })).toMatchObject({
      portMin: 25,
      portMax: 25,
      multiport: null,
      action: 'ALLOW',
      priority: 1,
    });
  });

  test('are not deleted while another group refers to them; rules are', async () => {
    const { a, b } = emulator;
    const [one, two] = [
      (await a.networks.createSecurityGroup({ name: 'one' })).securityGroupId,
      (await a.networks.createSecurityGroup({ name: 'two' })).securityGroupId,
    ];
    const { ruleId } = await a.networks.createSecurityGroupRule({ ...ingress, securityGroupId: one, remoteGroupId: two });
    expect(await refusal(a.networks.deleteSecurityGroup({ securityGroupId: two }))).toBe('VPC.9902');
    expect(await refusal(b.networks.deleteSecurityGroupRule({ ruleId }))).toBe('VPC.9904');
    await a.networks.deleteSecurityGroupRule({ ruleId });
    expect(await refusal(a.networks.deleteSecurityGroupRule({ ruleId }))).toBe('VPC.9904');
    await a.networks.deleteSecurityGroup({ securityGroupId: two });
    const theirs = (await b.networks.createSecurityGroup({ name: 'theirs' })).securityGroupId;
    expect(await refusal(a.networks.createSecurityGroupRule({ ...ingress, securityGroupId: one, remoteGroupId: theirs }))).toBe(
      'VPC.9904',
    );
  });
});

describe('elastic IPs', () => {
  test('are loopback addresses that differ, and have a bandwidth', async () => {
    const { a, b } = emulator;
    const ids = await Promise.all([1, 2, 3].map(async () => (await a.networks.allocatePublicAddress({})).publicAddressId));
    const rows = await Promise.all(ids.map(publicAddressId => a.networks.getPublicAddress({ publicAddressId })));
    expect(new Set(rows.map(({ address }) => address)).size).toBe(3);
    for (const { address } of rows) expect(address).toMatch(/^127\.20\.\d+\.\d+$/);
    const [publicAddressId = ''] = ids;
    await a.networks.updatePublicAddress({ publicAddressId, bandwidthName: 'fast', bandwidthSize: 1000 });
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ bandwidthName: 'fast', bandwidthSize: 1000 });
    for (const bandwidthSize of [0, 1001, 1.5]) {
      expect(await refusal(a.networks.allocatePublicAddress({ bandwidthSize }))).toBe('VPC.0301');
      expect(await refusal(a.networks.updatePublicAddress({ publicAddressId, bandwidthSize }))).toBe('VPC.0301');
    }
    expect(await refusal(b.networks.getPublicAddress({ publicAddressId }))).toBe('VPC.0504');
    expect(await refusal(b.networks.releasePublicAddress({ publicAddressId }))).toBe('VPC.0504');
    for (const id of ids) await a.networks.releasePublicAddress({ publicAddressId: id });
    expect(await usedOf('publicAddresses')).toBe(0);
  });

  test('have a type, and a bandwidth of their own', async () => {
    const { a } = emulator;
    const typeOf = async (input: Parameters<typeof a.networks.allocatePublicAddress>[0]) => {
      const { publicAddressId } = await a.networks.allocatePublicAddress(input);
      const { type } = await a.networks.getPublicAddress({ publicAddressId });
      await a.networks.releasePublicAddress({ publicAddressId });
      return type;
    };
    expect(await typeOf({})).toBe('BGP');
    for (const type of ['BGP', 'STATIC_BGP', 'MAIL_BGP'] as const)
      expect(await typeOf({ type, bandwidthShareType: 'PER' })).toBe(type);
    expect(await refusal(a.networks.allocatePublicAddress({ type: '5_gray' as 'BGP' }))).toBe('VPC.0501');
    for (const bandwidthShareType of ['WHOLE', 'per'])
      expect(await refusal(a.networks.allocatePublicAddress({ bandwidthShareType: bandwidthShareType as 'PER' }))).toBe(
        'VPC.0301',
      );
  });

  test('are limited by a quota', async () => {
    const { b } = emulator;
    for (let count = 1; count <= 10; count++) await b.networks.allocatePublicAddress({});
    expect(await refusal(b.networks.allocatePublicAddress({}))).toBe('VPC.0521');
  });

  test('are not bound where nothing could answer, with the reason', async () => {
    const { a, b } = emulator;
    const serverId = await emulator.launch();
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, serverId }))).toBe('Cloudyard.0003');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId }))).toBe('VPC.0501');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, serverId: nowhere }))).toBe('VPC.0704');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId: nowhere, serverId }))).toBe('VPC.0504');
    expect(await refusal(b.networks.bindPublicAddress({ publicAddressId, serverId }))).toBe('VPC.0504');
    await a.networks.unbindPublicAddress({ publicAddressId });
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ portId: null });
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
