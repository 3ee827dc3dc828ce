import type { Cloud } from '../cloud.ts';
import type { DiskStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { diskLock } from './disk-locks.ts';
import { restDisk } from './settle-disk.ts';

/** What a disk shows that is being copied. */
const COPIED: readonly DiskStatus[] = ['BACKING_UP', 'UPLOADING'];

/**
 * Ends what a job holds of the servers and disks that it copies: in the transaction that records the copy, which has bytes of its own, or that
 * ends the job. Touches only what is still the job's: after the first time there is nothing, whoever has the disks by then. A server of
 * which another disk is yet to be copied in the same run goes over to the job that does so.
 */
export async function releaseSources(tx: Transaction, cloud: Cloud, jobId: string): Promise<void> {
  const locks = await tx.db.resourceLock.findMany({ where: { jobId } });
  const held = locks.map(({ resource }) => resource).filter(resource => /^(server|disk):/.test(resource));
  for (const diskId of held.filter(resource => resource.startsWith('disk:')).map(resource => resource.slice('disk:'.length))) {
    const disk = await tx.db.disk.findUnique({ where: { id: diskId }, select: { status: true } });
    if (disk && COPIED.includes(disk.status)) await restDisk(tx, cloud, diskId);
  }
  for (const resource of held) {
    const heir = resource.startsWith('server:') ? await heirOf(tx, jobId, resource.slice('server:'.length)) : undefined;
    if (heir === undefined) await tx.db.resourceLock.deleteMany({ where: { jobId, resource } });
    else await tx.db.resourceLock.update({ where: { resource }, data: { jobId: heir } });
  }
}

/** A job of the same run that has yet to copy a disk of the server. */
async function heirOf(tx: Transaction, jobId: string, serverId: string): Promise<string | undefined> {
  const { parentId } = await tx.db.job.findUniqueOrThrow({ where: { id: jobId }, select: { parentId: true } });
  if (parentId === null) return undefined;
  const attachments = await tx.db.diskAttachment.findMany({ where: { serverId }, select: { diskId: true } });
  const resource = { in: attachments.map(({ diskId }) => diskLock(diskId).resource) };
  const lock = await tx.db.resourceLock.findFirst({ where: { resource, job: { parentId, id: { not: jobId } } } });
  return lock?.jobId;
}
