import { releaseQuota } from '../quotas.ts';
import type { Transaction } from '../transactions.ts';
import { emitNetwork } from './network-events.ts';

/**
 * Takes elastic IPs off ports that are about to lose their server: some go, those on ports that go are free, the others stay bound. Returns
 * the ids of all: they are to be settled after the commit, for none of them leads anywhere then.
 */
export async function leaveAddresses(
  tx: Transaction,
  portIds: readonly string[],
  goneAddressIds: readonly string[],
): Promise<string[]> {
  const bound = await tx.db.publicAddress.findMany({ where: { portId: { in: [...portIds] } }, include: { port: true } });
  for (const { port, ...address } of bound) {
    const { id, tenantId } = address;
    if (goneAddressIds.includes(id)) {
      await tx.db.publicAddress.delete({ where: { id } });
      await releaseQuota(tx, { tenantId, resource: 'publicAddresses', amount: 1 });
      emitNetwork(tx, 'publicAddress', 'deleted', address);
    } else if (!port?.userMade) {
      const free = await tx.db.publicAddress.update({ where: { id }, data: { portId: null } });
      emitNetwork(tx, 'publicAddress', 'updated', free);
    }
  }
  return bound.map(({ id }) => id);
}
