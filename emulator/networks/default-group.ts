import type { Ids } from '../ids.ts';
import type { SecurityGroupRule } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { emitNetwork } from './network-events.ts';
import { networkLimits } from './rules.ts';

const ETHER_TYPES = ['IPV4', 'IPV6'] as const;

/** What every group begins with: all out, in from its own members. Source: compute 5.1. */
export function firstRules(
  { id: groupId, tenantId }: { id: string; tenantId: string },
  { ids, now }: { ids: Ids; now: Date },
): SecurityGroupRule[] {
  const everything = { protocol: null, portMin: null, portMax: null, multiport: null, remoteCidr: null };
  const verdict = { action: 'ALLOW', priority: networkLimits.rulePriority.first } as const;
  const base = { tenantId, groupId, description: '', ...everything, ...verdict };
  return ETHER_TYPES.flatMap(etherType => [
    { id: ids.uuid(), ...base, direction: 'INGRESS' as const, etherType, remoteGroupId: groupId, createdAt: now },
    { id: ids.uuid(), ...base, direction: 'EGRESS' as const, etherType, remoteGroupId: null, createdAt: now },
  ]);
}

/** The group that every tenant has, and that a port is in if no other is asked for. Returns how many rules it has. */
export async function createDefaultGroup(tx: Transaction, tenantId: string, making: { ids: Ids; now: Date }): Promise<number> {
  const { ids, now } = making;
  const group = { id: ids.uuid(), tenantId };
  const data = {
    ...group,
    name: 'default',
    description: 'Default security group',
    isDefault: true,
    createdAt: now,
    updatedAt: now,
  };
  emitNetwork(tx, 'securityGroup', 'created', await tx.db.securityGroup.create({ data }));
  const rules = firstRules(group, making);
  await tx.db.securityGroupRule.createMany({ data: rules });
  return rules.length;
}
