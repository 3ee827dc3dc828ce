import type { Cloud } from '../cloud.ts';
import { releaseQuota } from '../quotas.ts';
import { slices } from '../store/slices.ts';
import type { Transaction } from '../transactions.ts';
import { emitDisk } from './disk-events.ts';

/**
 * Takes the rows of a server's disks apart from it, in the transaction in which its own row goes: some disks go too, the others are free
 * unless another server shares them.
 */
export async function leaveDisks(tx: Transaction, cloud: Cloud, serverId: string, goneDiskIds: readonly string[]): Promise<void> {
  const attachments = await tx.db.diskAttachment.findMany({ where: { serverId }, include: { disk: true } });
  await tx.db.diskAttachment.deleteMany({ where: { serverId } });
  const gone = new Set(goneDiskIds);
  const staying = attachments.filter(({ diskId }) => !gone.has(diskId));
  const now = cloud.clock.now();
  for (const { diskId } of staying) {
    const shared = await tx.db.diskAttachment.findFirst({ where: { diskId } });
    if (shared) continue;
    emitDisk(
      tx,
      'disk.updated',
      await tx.db.disk.update({ where: { id: diskId }, data: { status: 'AVAILABLE', updatedAt: now } }),
    );
  }
  await forgetDisks(tx, goneDiskIds);
}

/** Deletes rows of disks that no server has, with those of their snapshots, and gives back what they took of the quotas. */
export async function forgetDisks(tx: Transaction, diskIds: readonly string[]): Promise<void> {
  for (const ids of slices(diskIds)) {
    const disks = await tx.db.disk.findMany({ where: { id: { in: ids } }, include: { _count: { select: { snapshots: true } } } });
    await tx.db.diskSnapshot.deleteMany({ where: { diskId: { in: ids } } });
    await tx.db.vaultResource.deleteMany({ where: { objectType: 'DISK', resourceId: { in: ids } } });
    await tx.db.disk.deleteMany({ where: { id: { in: ids } } });
    for (const disk of disks) {
      const { tenantId, size, _count } = disk;
      await releaseQuota(tx, { tenantId, resource: 'disks', amount: 1 });
      await releaseQuota(tx, { tenantId, resource: 'diskGigabytes', amount: size });
      if (_count.snapshots > 0) await releaseQuota(tx, { tenantId, resource: 'snapshots', amount: _count.snapshots });
      emitDisk(tx, 'disk.deleted', disk);
    }
  }
}
