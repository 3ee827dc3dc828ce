import type { Cloud } from '../cloud.ts';
import type { Disk, Prisma } from '../store/generated/client.ts';

type Origin = Pick<Disk, 'snapshotId' | 'backupId'>;

const withServers = { attachments: { include: { server: true } } } as const satisfies Prisma.DiskInclude;
type DiskInServers = Prisma.DiskGetPayload<{ include: typeof withServers }>;

/** A tenant can make copies of copies without end. */
const MOST_ORIGINS = 32;

/**
 * Whether a disk was made, over snapshots and backups, of one that a bare-metal server boots from, as far as the records still know. Which
 * server the disk itself is attached to says nothing of it: a machine has data disks as any other.
 */
export async function isCopyOfMachine({ database: { read } }: Pick<Cloud, 'database'>, diskId: string): Promise<boolean> {
  const disk = await read.disk.findUnique({ where: { id: diskId } });
  let origin = disk && (await originOf(read, disk));
  for (let seen = 0; origin && seen < MOST_ORIGINS; seen++) {
    if (origin.attachments.some(({ bootIndex, server }) => bootIndex === 0 && server.kind === 'BARE_METAL')) return true;
    origin = await originOf(read, origin);
  }
  return false;
}

async function originOf(read: Cloud['database']['read'], { snapshotId, backupId }: Origin): Promise<DiskInServers | null> {
  if (snapshotId !== null) {
    const snapshot = await read.diskSnapshot.findUnique({
      where: { id: snapshotId },
      include: { disk: { include: withServers } },
    });
    return snapshot?.disk ?? null;
  }
  const backup = backupId === null ? null : await read.backup.findUnique({ where: { id: backupId } });
  return backup && read.disk.findUnique({ where: { id: backup.resourceId }, include: withServers });
}
