import type { Cloud } from '../cloud.ts';
import { systemAttachment } from '../disks/attachments.ts';
import { emitDisk } from '../disks/disk-events.ts';
import { forgetDisks } from '../disks/leave-disks.ts';
import { settleDisk } from '../disks/settle-disk.ts';
import { replaceQuota } from '../quotas.ts';
import type { Disk } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

/** What a new system disk is made from. */
interface DiskOrigin {
  readonly imageId: string;
  readonly backupId: string | null;
}

/**
 * Records the disk that is to take the place of a system disk: of the same size, type and zone, and counted against no quota as long as
 * both are there.
 */
export async function recordReplacement(tx: Transaction, cloud: Cloud, id: string, old: Disk, origin: DiskOrigin): Promise<void> {
  const { tenantId, availabilityZone, name, description, size, type, shareable, deviceType } = old;
  const now = cloud.clock.now();
  const alike = { tenantId, availabilityZone, name, description, size, type, shareable, deviceType };
  const data = { id, ...alike, ...origin, status: 'CREATING', bootable: true, createdAt: now, updatedAt: now } as const;
  emitDisk(tx, 'disk.created', await tx.db.disk.create({ data }));
}

/** The new disk is the system disk from now on; the row of the old one goes, with those of its snapshots. */
export async function replaceSystemDisk(tx: Transaction, cloud: Cloud, serverId: string, diskId: string): Promise<void> {
  const attachment = systemAttachment(await tx.db.diskAttachment.findMany({ where: { serverId } }));
  if (!attachment) return;
  const { id, diskId: oldId } = attachment;
  await tx.db.diskAttachment.update({ where: { id }, data: { diskId, attachedAt: cloud.clock.now() } });
  await settleDisk(tx, cloud, diskId, 'IN_USE');
  await forgetDisks(tx, [oldId]);
  const { tenantId, size } = await tx.db.disk.findUniqueOrThrow({ where: { id: diskId } });
  await replaceQuota(tx, { tenantId, resource: 'disks', amount: 1 });
  await replaceQuota(tx, { tenantId, resource: 'diskGigabytes', amount: size });
}

/** The new disk was not to be. */
export async function forgetReplacement(tx: Transaction, diskId: string): Promise<void> {
  const disk = await tx.db.disk.findUnique({ where: { id: diskId } });
  if (!disk) return;
  await tx.db.disk.delete({ where: { id: diskId } });
  emitDisk(tx, 'disk.deleted', disk);
}
