import type { Cloud } from '../cloud.ts';
import { emitDisk } from '../disks/disk-events.ts';
import type { Transaction } from '../transactions.ts';
import { sourceDiskLock } from './backup-locks.ts';

/**
 * Server and disks are free for other jobs. Disks that this job had marked are what they were; after the first time there are none. A server
 * of which another disk is yet to be copied in the same run goes over to the job that does so.
 */
export async function releaseSources(tx: Transaction, cloud: Cloud, jobId: string): Promise<void> {
  const locks = await tx.db.resourceLock.findMany({ where: { jobId } });
  const held = locks.map(({ resource }) => resource).filter(resource => /^(server|disk):/.test(resource));
  for (const diskId of held.filter(resource => resource.startsWith('disk:')).map(resource => resource.slice('disk:'.length))) {
    const disk = await tx.db.disk.findUnique({ where: { id: diskId }, include: { attachments: true } });
    if (disk?.status !== 'BACKING_UP') continue;
    const status = disk.attachments.length > 0 ? 'IN_USE' : 'AVAILABLE';
    const data = { status, updatedAt: cloud.clock.now() } as const;
    emitDisk(tx, 'disk.updated', await tx.db.disk.update({ where: { id: diskId }, data }));
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
  const resource = { in: attachments.map(({ diskId }) => sourceDiskLock(diskId).resource) };
  const lock = await tx.db.resourceLock.findFirst({ where: { resource, job: { parentId, id: { not: jobId } } } });
  return lock?.jobId;
}
