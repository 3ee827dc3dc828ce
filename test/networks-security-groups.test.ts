/** Security groups and their rules: what is made, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const nowhere = '00000000-0000-4000-8000-000000000000';
const usedOf = async (resource: string): Promise<number | undefined> =>
  (await emulator.a.quotas.list({})).find(quota => quota.resource === resource)?.used;

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
