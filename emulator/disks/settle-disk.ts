import type { Cloud } from '../cloud.ts';
import type { ErrorCode } from '../errors.ts';
import type { Disk, Prisma } from '../store/generated/client.ts';
import type { DiskStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { emitDisk } from './disk-events.ts';
import { diskErrors } from './errors.ts';
import { diskStates } from './states.ts';

/** Takes a disk to another status and tells of it. Throws `statusWrong`, or the code given, where the table of states does not allow it. */
export async function settleDisk(
  tx: Transaction,
  cloud: Cloud,
  diskId: string,
  to: DiskStatus,
  { error = diskErrors.statusWrong, ...change }: Prisma.DiskUpdateInput & { error?: ErrorCode } = {},
): Promise<Disk> {
  const { name, status } = await tx.db.disk.findUniqueOrThrow({ where: { id: diskId }, select: { name: true, status: true } });
  if (status !== to) diskStates.assert(status, to, error, name);
  return changeDisk(tx, cloud, diskId, { ...change, status: to });
}

/** Changes a disk's row and tells of it. */
export async function changeDisk(tx: Transaction, cloud: Cloud, diskId: string, change: Prisma.DiskUpdateInput): Promise<Disk> {
  const disk = await tx.db.disk.update({ where: { id: diskId }, data: { ...change, updatedAt: cloud.clock.now() } });
  emitDisk(tx, 'disk.updated', disk);
  return disk;
}

/** What a disk is that nothing is done with. */
export async function restingStatus(tx: Transaction, diskId: string): Promise<'AVAILABLE' | 'IN_USE'> {
  return (await tx.db.diskAttachment.findFirst({ where: { diskId } })) ? 'IN_USE' : 'AVAILABLE';
}

/** Ends what was done with a disk: it is in use or available as before. */
export async function restDisk(
  tx: Transaction,
  cloud: Cloud,
  diskId: string,
  change: Prisma.DiskUpdateInput = {},
): Promise<Disk> {
  return settleDisk(tx, cloud, diskId, await restingStatus(tx, diskId), change);
}
