import type { Cloud } from '../cloud.ts';
import { leaveAddresses } from '../networks/leave-addresses.ts';
import { emitNetwork } from '../networks/network-events.ts';
import { releaseQuota } from '../quotas.ts';
import type { Port } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

/**
 * Takes ports off their server: those that were made for it go, those that a user made are free. Their elastic IPs are free, or go.
 * Afterwards the networks that nobody needs any more are removed.
 */
export async function leavePorts(
  tx: Transaction,
  cloud: Cloud,
  ports: readonly Port[],
  goneAddressIds: readonly string[] = [],
): Promise<void> {
  const idsOf = (userMade: boolean): string[] => ports.filter(port => port.userMade === userMade).map(({ id }) => id);
  const portIds = ports.map(({ id }) => id);
  const addressIds = await leaveAddresses(tx, portIds, goneAddressIds);
  await tx.db.port.deleteMany({ where: { id: { in: idsOf(false) } } });
  for (const { tenantId, userMade } of ports) if (!userMade) await releaseQuota(tx, { tenantId, resource: 'ports', amount: 1 });
  await tx.db.port.updateMany({ where: { id: { in: idsOf(true) } }, data: { serverId: null, primary: false } });
  for (const port of ports) emitNetwork(tx, 'port', port.userMade ? 'updated' : 'deleted', port);
  const subnetIds = new Set(ports.map(({ subnetId }) => subnetId));
  tx.afterCommit(() => cloud.networkTidier.begin(addressIds, subnetIds));
}
