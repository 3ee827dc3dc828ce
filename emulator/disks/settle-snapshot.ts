import type { Cloud } from '../cloud.ts';
import type { ErrorCode } from '../errors.ts';
import { releaseQuota } from '../quotas.ts';
import type { DiskSnapshot, Prisma } from '../store/generated/client.ts';
import type { SnapshotStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { diskErrors } from './errors.ts';
import { emitSnapshot } from './snapshot-events.ts';
import { snapshotStates } from './snapshot-states.ts';

/** Takes a snapshot to another status and tells of it. Throws `snapshotUnavailable`, or the code given, where that is not allowed. */
export async function settleSnapshot(
  tx: Transaction,
  cloud: Cloud,
  snapshotId: string,
  to: SnapshotStatus,
  { error = diskErrors.snapshotUnavailable, ...change }: Prisma.DiskSnapshotUpdateInput & { error?: ErrorCode } = {},
): Promise<DiskSnapshot> {
  const where = { id: snapshotId };
  const { name, status } = await tx.db.diskSnapshot.findUniqueOrThrow({ where, select: { name: true, status: true } });
  if (status !== to) snapshotStates.assert(status, to, error, name);
  const data = { ...change, status: to, updatedAt: cloud.clock.now() };
  const snapshot = await tx.db.diskSnapshot.update({ where, data });
  emitSnapshot(tx, 'snapshot.updated', snapshot);
  return snapshot;
}

/** Deletes rows of snapshots and gives back what they took of the quotas. */
export async function forgetSnapshots(tx: Transaction, where: Prisma.DiskSnapshotWhereInput): Promise<void> {
  const snapshots = await tx.db.diskSnapshot.findMany({ where });
  await tx.db.diskSnapshot.deleteMany({ where });
  for (const snapshot of snapshots) {
    const { tenantId, size } = snapshot;
    await releaseQuota(tx, { tenantId, resource: 'snapshots', amount: 1 });
    await releaseQuota(tx, { tenantId, resource: 'diskGigabytes', amount: size });
    emitSnapshot(tx, 'snapshot.deleted', snapshot);
  }
}
