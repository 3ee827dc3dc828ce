import type { Disk, Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

type Origin = Pick<Disk, 'snapshotId' | 'backupId'>;

const withServers = { attachments: { include: { server: true } } } as const satisfies Prisma.DiskInclude;
type DiskInServers = Prisma.DiskGetPayload<{ include: typeof withServers }>;

/**
 * Whether a disk was made, over snapshots and backups, of one that a bare-metal server boots from, as far as the records still know. Which
 * server the disk itself is attached to says nothing of it: a machine has data disks as any other.
 */
export async function isCopyOfMachine(tx: Transaction, disk: Origin): Promise<boolean> {
  let origin = await originOf(tx, disk);
  while (origin) {
    if (origin.attachments.some(({ bootIndex, server }) => bootIndex === 0 && server.kind === 'BARE_METAL')) return true;
    origin = await originOf(tx, origin);
  }
  return false;
}

async function originOf(tx: Transaction, { snapshotId, backupId }: Origin): Promise<DiskInServers | null> {
  if (snapshotId !== null) {
    const snapshot = await tx.db.diskSnapshot.findUnique({
      where: { id: snapshotId },
      include: { disk: { include: withServers } },
    });
    return snapshot?.disk ?? null;
  }
  const backup = backupId === null ? null : await tx.db.backup.findUnique({ where: { id: backupId } });
  return backup && tx.db.disk.findUnique({ where: { id: backup.resourceId }, include: withServers });
}
