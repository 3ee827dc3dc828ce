import type { Cloud } from '../cloud.ts';
import { releaseQuota } from '../quotas.ts';
import { slices } from '../store/slices.ts';
import type { Transaction } from '../transactions.ts';
import { emitDisk } from './disk-events.ts';
import { removeBytes } from './remove-bytes.ts';
import { snapshotDisk } from './server-disk.ts';
import { restingStatus, settleDisk } from './settle-disk.ts';
import { forgetSnapshots } from './settle-snapshot.ts';

/**
 * Takes the rows of a server's disks apart from it, in the transaction in which its own row goes: some disks go too, unless another server
 * shares them; the others are free.
 */
export async function leaveDisks(tx: Transaction, cloud: Cloud, serverId: string, goneDiskIds: readonly string[]): Promise<void> {
  const attachments = await tx.db.diskAttachment.findMany({ where: { serverId }, include: { disk: true } });
  await tx.db.diskAttachment.deleteMany({ where: { serverId } });
  // Another server may have got a shared disk since its deletion was ordered, or goes with it a little later.
  const kept = await tx.db.diskAttachment.findMany({ where: { diskId: { in: [...goneDiskIds] } }, select: { diskId: true } });
  const gone = new Set(goneDiskIds.filter(id => !kept.some(({ diskId }) => diskId === id)));
  const staying = attachments.filter(({ diskId }) => !gone.has(diskId));
  for (const { diskId, disk } of staying) {
    const isFree = (await restingStatus(tx, diskId)) === 'AVAILABLE';
    if (isFree && disk.status === 'IN_USE') await settleDisk(tx, cloud, diskId, 'AVAILABLE');
  }
  await removeSnapshots(tx, cloud, [...gone]);
  await forgetDisks(tx, [...gone]);
}

/** The bytes of snapshots go when their rows have gone with those of their disks; what a crash leaves of them the reconciler sees to. */
async function removeSnapshots(tx: Transaction, cloud: Cloud, diskIds: readonly string[]): Promise<void> {
  const snapshots: { readonly id: string }[] = [];
  for (const ids of slices(diskIds))
    snapshots.push(...(await tx.db.diskSnapshot.findMany({ where: { diskId: { in: ids } }, select: { id: true } })));
  tx.afterCommit(() => {
    void removeBytes(
      cloud,
      snapshots.map(({ id }) => snapshotDisk(id)),
    );
  });
}

/** Deletes rows of disks that no server has, with those of their snapshots, and gives back what they took of the quotas. */
export async function forgetDisks(tx: Transaction, diskIds: readonly string[]): Promise<void> {
  for (const ids of slices(diskIds)) {
    const disks = await tx.db.disk.findMany({ where: { id: { in: ids } } });
    for (const { id: diskId } of disks) await forgetSnapshots(tx, { diskId });
    await tx.db.vaultResource.deleteMany({ where: { objectType: 'DISK', resourceId: { in: ids } } });
    await tx.db.disk.deleteMany({ where: { id: { in: ids } } });
    for (const disk of disks) {
      const { tenantId, size } = disk;
      await releaseQuota(tx, { tenantId, resource: 'disks', amount: 1 });
      await releaseQuota(tx, { tenantId, resource: 'diskGigabytes', amount: size });
      emitDisk(tx, 'disk.deleted', disk);
    }
  }
}
