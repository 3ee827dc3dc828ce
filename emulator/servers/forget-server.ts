import type { Cloud } from '../cloud.ts';
import { leaveDisks } from '../disks/leave-disks.ts';
import { releaseQuota } from '../quotas.ts';
import type { Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { findFlavor } from './flavors.ts';
import { leavePorts } from './leave-ports.ts';
import { emitServer } from './server-events.ts';

/**
 * Deletes the rows of a server with those of some of its disks and elastic IPs, and gives back what they took of the quotas; its other disks
 * and elastic IPs are free, and so are ports that were there before it.
 */
export async function forgetServer(
  tx: Transaction,
  cloud: Cloud,
  server: Server,
  goneDiskIds: readonly string[],
  goneAddressIds: readonly string[] = [],
): Promise<void> {
  const { id: serverId, tenantId } = server;
  await leavePorts(tx, cloud, await tx.db.port.findMany({ where: { serverId } }), goneAddressIds);
  await leaveDisks(tx, cloud, serverId, goneDiskIds);
  await tx.db.vaultResource.deleteMany({ where: { objectType: 'SERVER', resourceId: serverId } });
  // Its tags go with it.
  await tx.db.server.delete({ where: { id: serverId } });
  const flavor = findFlavor(server.flavorId);
  await releaseQuota(tx, { tenantId, resource: 'servers', amount: 1 });
  await releaseQuota(tx, { tenantId, resource: 'cores', amount: flavor?.vcpus ?? 0 });
  await releaseQuota(tx, { tenantId, resource: 'ram', amount: flavor?.ramMiB ?? 0 });
  emitServer(tx, 'server.deleted', { ...server, taskState: null });
}
