import type { Cloud } from '../cloud.ts';
import { leaveDisks } from '../disks/leave-disks.ts';
import { releaseQuota } from '../quotas.ts';
import type { Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { findFlavor } from './flavors.ts';
import { emitServer } from './server-events.ts';

/**
 * Deletes the rows of a server with those of some of its disks, and gives back what they took of the quotas; its other disks are free, and so
 * are ports that were there before it. Afterwards the networks that nobody needs any more are removed; what a crash leaves of them the reconciler sees to.
 */
export async function forgetServer(tx: Transaction, cloud: Cloud, server: Server, goneDiskIds: readonly string[]): Promise<void> {
  const { id: serverId, tenantId } = server;
  const ports = await tx.db.port.findMany({ where: { serverId }, select: { subnetId: true } });
  await leavePorts(tx, serverId);
  await leaveDisks(tx, cloud, serverId, goneDiskIds);
  // Its tags go with it.
  await tx.db.server.delete({ where: { id: serverId } });
  const flavor = findFlavor(server.flavorId);
  await releaseQuota(tx, { tenantId, resource: 'servers', amount: 1 });
  await releaseQuota(tx, { tenantId, resource: 'cores', amount: flavor?.vcpus ?? 0 });
  await releaseQuota(tx, { tenantId, resource: 'ram', amount: flavor?.ramMiB ?? 0 });
  emitServer(tx, 'server.deleted', { ...server, taskState: null });
  tx.afterCommit(() => {
    for (const { subnetId } of ports) {
      cloud.subnets.releaseIfUnused(subnetId).catch((error: unknown) => {
        cloud.logger.warn(
          { err: error, subnetId },
          'the network of a subnet could not be removed; the reconciler will see to it',
        );
      });
    }
  });
}

async function leavePorts(tx: Transaction, serverId: string): Promise<void> {
  await tx.db.port.deleteMany({ where: { serverId, userMade: false } });
  await tx.db.port.updateMany({ where: { serverId }, data: { serverId: null, primary: false } });
}
