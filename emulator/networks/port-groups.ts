import { type ErrorCode, ensure } from '../errors.ts';
import type { Transaction } from '../transactions.ts';

/**
 * The security groups of a new port, each once: those asked for, without any the tenant's default one. In the transaction that writes the
 * port, since groups come and go. Throws the error for one that the tenant does not have.
 */
export async function groupsOfPort(
  tx: Transaction,
  tenantId: string,
  wanted: readonly string[],
  notFound: ErrorCode,
): Promise<string[]> {
  const ids = [...new Set(wanted)];
  const where = ids.length === 0 ? { isDefault: true } : { id: { in: ids } };
  const groups = await tx.db.securityGroup.findMany({ where: { tenantId, ...where }, select: { id: true } });
  ensure(groups.length >= ids.length, notFound, { field: 'securityGroupIds' });
  return groups.map(({ id }) => id);
}
