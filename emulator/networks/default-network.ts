import type { Ids } from '../ids.ts';
import type { Transaction } from '../transactions.ts';
import { createDefaultGroup } from './default-group.ts';
import { emitNetwork } from './network-events.ts';
import { defaultDns } from './rules.ts';

/**
 * What every tenant has from the start. Each tenant's networks are its own, so all may use the same addresses. The subnet holds as many
 * servers as the default quota allows.
 */
const defaultNetwork = {
  vpc: 'vpc-default',
  subnet: 'subnet-default',
  vpcCidr: '192.168.0.0/16',
  cidr: '192.168.0.0/20',
  gateway: '192.168.0.1',
} as const;

export async function createDefaultNetwork(
  tx: Transaction,
  tenantId: string,
  { ids, now }: { ids: Ids; now: Date },
): Promise<void> {
  const vpcId = ids.uuid();
  const data = { id: vpcId, tenantId, name: defaultNetwork.vpc, cidr: defaultNetwork.vpcCidr, isDefault: true, createdAt: now };
  emitNetwork(tx, 'vpc', 'created', await tx.db.vpc.create({ data }));
  const { subnet: name, cidr, gateway } = defaultNetwork;
  const dns = { primaryDns: defaultDns.primary, secondaryDns: defaultDns.secondary };
  const own = { id: ids.uuid(), tenantId, vpcId, name, cidr, gateway, isDefault: true, createdAt: now };
  emitNetwork(tx, 'subnet', 'created', await tx.db.subnet.create({ data: { ...own, ...dns } }));
  const rules = await createDefaultGroup(tx, tenantId, { ids, now });
  // What is there from the start counts as what a user makes.
  const used = { vpcs: 1, subnets: 1, securityGroups: 1, securityGroupRules: rules };
  await tx.db.quota.createMany({
    data: Object.entries(used).map(([resource, amount]) => ({ tenantId, resource, used: amount })),
  });
}
