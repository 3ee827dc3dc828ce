import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../errors.ts';
import { takeQuota } from '../quotas.ts';
import type { Port, Subnet } from '../store/generated/client.ts';
import { insertRows } from '../store/insert-rows.ts';
import type { Transaction } from '../transactions.ts';
import { allocateAddresses, requireFreeAddress } from './allocate-addresses.ts';
import { allocateMacs } from './allocate-macs.ts';
import { emitNetwork } from './network-events.ts';

/** A port to be made. */
export interface PortOrder {
  readonly subnet: Subnet;
  /** Null for any that is free. */
  readonly address: string | null;
  readonly name: string;
  readonly serverId: string | null;
  readonly primary: boolean;
  readonly userMade: boolean;
  readonly securityGroupIds: readonly string[];
}

/** What the service that makes the ports says when it can't. */
export interface PortErrors {
  readonly subnetNotFound: ErrorCode;
  readonly addressInUse: ErrorCode;
  readonly noFreeAddress: ErrorCode;
  readonly portQuotaUsedUp: ErrorCode;
}

/**
 * Writes ports of one tenant with addresses and MACs, in the order of the orders, and tells of them: nearly as many statements for a hundred as for one.
 * Addresses that somebody asked for are taken first, so that none of the others gets them.
 */
export async function recordPorts(
  tx: Transaction,
  cloud: Cloud,
  orders: readonly PortOrder[],
  errors: PortErrors,
): Promise<Port[]> {
  const [first] = orders;
  if (!first) return [];
  await requireSubnets(tx, orders, errors);
  const taken = { tenantId: first.subnet.tenantId, resource: 'ports', amount: orders.length } as const;
  await takeQuota(tx, cloud.config, taken, errors.portQuotaUsedUp);
  const macs = await allocateMacs(tx, orders.length);
  const addresses = await addressesFor(tx, orders, errors);
  const createdAt = cloud.clock.now();
  const ports = orders.map(({ subnet, name, serverId, primary, userMade }, index): Port => {
    const [address = '', mac = ''] = [addresses[index], macs[index]];
    const { id: subnetId, tenantId } = subnet;
    return { id: cloud.ids.uuid(), tenantId, subnetId, name, address, mac, serverId, primary, userMade, createdAt };
  });
  await insertRows(tx.db, 'Port', ports);
  const memberships = ports.flatMap(({ id: portId }, index) =>
    (orders[index]?.securityGroupIds ?? []).map(groupId => ({ portId, groupId })),
  );
  await insertRows(tx.db, 'PortSecurityGroup', memberships);
  for (const port of ports) emitNetwork(tx, 'port', 'created', port);
  return ports;
}

/** One may have been deleted since the order was checked. */
async function requireSubnets(tx: Transaction, orders: readonly PortOrder[], errors: PortErrors): Promise<void> {
  const ids = [...new Set(orders.map(({ subnet }) => subnet.id))];
  const there = await tx.db.subnet.count({ where: { id: { in: ids } } });
  ensure(there === ids.length, errors.subnetNotFound, { field: 'subnetId' });
}

async function addressesFor(tx: Transaction, orders: readonly PortOrder[], errors: PortErrors): Promise<(string | undefined)[]> {
  const addresses = new Map<PortOrder, string>();
  for (const subnet of new Map(orders.map(order => [order.subnet.id, order.subnet])).values()) {
    const inside = orders.filter(order => order.subnet.id === subnet.id);
    const wanted = inside.flatMap(({ address }) => address ?? []);
    refuse(new Set(wanted).size < wanted.length, errors.addressInUse, { field: 'address' });
    for (const address of wanted) await requireFreeAddress(tx, subnet, address, errors.addressInUse);
    const open = inside.length - wanted.length;
    const free = open > 0 ? await allocateAddresses(tx, subnet, open, errors.noFreeAddress, new Set(wanted)) : [];
    for (const order of inside) addresses.set(order, order.address ?? free.pop() ?? '');
  }
  return orders.map(order => addresses.get(order));
}
