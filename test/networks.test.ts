import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudError } from '../emulator/errors.ts';
import { allocateAddresses } from '../emulator/networks/allocate-addresses.ts';
import { allocateMacs } from '../emulator/networks/allocate-macs.ts';
import { networkErrors } from '../emulator/networks/errors.ts';
import type { Subnet } from '../emulator/store/generated/client.ts';
import { insertRows } from '../emulator/store/insert-rows.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

test('every tenant has a VPC and a subnet of its own from the start', async () => {
  const { a, b } = emulator;
  const [vpc] = (await a.networks.listVpcs({})).rows;
  const [subnet] = (await a.networks.listSubnets({ vpcId: vpc?.id })).rows;
  expect(vpc).toMatchObject({ isDefault: true, tenantId: a.id });
  expect(subnet).toMatchObject({ isDefault: true, vpcId: vpc?.id, gateway: '192.168.0.1' });
  expect(await a.networks.getSubnet({ subnetId: subnet?.id ?? '' })).toEqual(subnet);
  expect(await refusal(b.networks.getSubnet({ subnetId: subnet?.id ?? '' }))).toBe('VPC.0202');
  expect(await refusal(b.networks.getVpc({ vpcId: vpc?.id ?? '' }))).toBe('VPC.0003');
});

test('the networks of a tenant are told of when it is made', async () => {
  const { a, cloud } = emulator;
  const first = await cloud.database.read.event.findMany({
    where: { audiences: { some: { audience: a.id } }, resourceType: { in: ['tenant', 'vpc', 'subnet', 'securityGroup'] } },
    orderBy: { sequence: 'asc' },
  });
  const [vpc] = (await a.networks.listVpcs({})).rows;
  const [subnet] = (await a.networks.listSubnets({})).rows;
  const [group] = (await a.networks.listSecurityGroups({})).rows;
  expect(first.map(({ kind, resourceId }) => [kind, resourceId])).toEqual([
    ['tenant.created', a.id],
    ['vpc.created', vpc?.id],
    ['subnet.created', subnet?.id],
    ['securityGroup.created', group?.id],
  ]);
});

test('ports are listed by subnet and by server', async () => {
  const { a, b } = emulator;
  const serverId = await emulator.launch();
  const [port] = (await a.networks.listPorts({ serverId })).rows;
  expect(port).toMatchObject({ serverId, tenantId: a.id });
  expect((await a.networks.listPorts({ subnetId: port?.subnetId })).rows).toContainEqual(port);
  expect((await b.networks.listPorts({})).rows).toEqual([]);
});

describe('addresses of a subnet', () => {
  /** A subnet with 11 usable addresses. */
  async function smallSubnet(): Promise<Subnet> {
    const { cloud, a } = emulator;
    const [vpc] = (await a.networks.listVpcs({})).rows;
    const data = { id: cloud.ids.uuid(), tenantId: a.id, vpcId: vpc?.id ?? '', name: 'small', createdAt: cloud.clock.now() };
    return cloud.database.write(tx => tx.subnet.create({ data: { ...data, cidr: '10.1.0.0/28', gateway: '10.1.0.1' } }));
  }

  const allocate = (subnet: Subnet, count: number): Promise<string[]> =>
    emulator.cloud.transactions.run(async tx => {
      const addresses = await allocateAddresses(tx, subnet, count, networkErrors.noFreeAddress);
      const macs = await allocateMacs(tx, count);
      const rows = addresses.map((address, index) => ({
        id: emulator.cloud.ids.uuid(),
        tenantId: subnet.tenantId,
        subnetId: subnet.id,
        address,
        mac: macs[index] ?? '',
        createdAt: emulator.cloud.clock.now(),
      }));
      await insertRows(tx.db, 'Port', rows);
      return addresses;
    });
  const free = (subnet: Subnet, address: string): Promise<unknown> =>
    emulator.cloud.database.write(tx => tx.port.deleteMany({ where: { subnetId: subnet.id, address } }));

  test('are handed out until there are none left, and a free one is found wherever it is', async () => {
    const subnet = await smallSubnet();
    const addresses = [...(await allocate(subnet, 4)), ...(await allocate(subnet, 7))];
    expect(addresses.toSorted()).toHaveLength(11);
    expect(new Set(addresses).size).toBe(11);
    expect(addresses).not.toContain(subnet.gateway);
    await expect(allocate(subnet, 1)).rejects.toThrow(CloudError);
    for (const address of ['10.1.0.2', '10.1.0.12', '10.1.0.7']) {
      await free(subnet, address);
      expect(await allocate(subnet, 1)).toEqual([address]);
    }
  });

  test('rest before they are used again', async () => {
    const subnet = await smallSubnet();
    const [first = ''] = await allocate(subnet, 1);
    await free(subnet, first);
    expect(await allocate(subnet, 1)).not.toEqual([first]);
  });

  test('are not taken at all where too many are asked for', async () => {
    const subnet = await smallSubnet();
    await expect(allocate(subnet, 12)).rejects.toThrow(CloudError);
    expect(await allocate(subnet, 11)).toHaveLength(11);
  });
});
