import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { CloudError, type ErrorCode, refuse } from '../errors.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Backup, Image } from '../store/generated/client.ts';
import { imageDisk } from './image-disk.ts';

/** A backup of a server with those of its disks, which are the bytes of a full-ECS image. */
export interface ImageBackup {
  readonly backup: Backup;
  readonly system: Backup;
  /** In the order of their devices. */
  readonly data: readonly Backup[];
}

/** What a caller is told of a full-ECS image that cannot be used: each service has its own codes. */
export interface ImageBackupRefusals {
  /** The backup is not there. */
  readonly backupGone: ErrorCode;
  /** It is there, and damaged or half-made. */
  readonly imageUnusable: ErrorCode;
}

const USABLE: readonly Backup['status'][] = ['PROTECTING', 'AVAILABLE', 'WAITING_RESTORE', 'RESTORING'];

/** The backup that a full-ECS image is registered on, if all of it can be used. */
export async function requireImageBackup(
  { database }: Cloud,
  { backupId, name }: Pick<Image, 'backupId' | 'name'>,
  { backupGone, imageUnusable }: ImageBackupRefusals,
): Promise<ImageBackup> {
  const found =
    backupId === null ? null : await database.read.backup.findUnique({ where: { id: backupId }, include: { children: true } });
  if (!found) throw new CloudError(backupGone, { message: `${backupGone.message} (${name})`, field: 'imageId' });
  const { children, ...backup } = found;
  const unusable = (reason: string) => ({ message: `${imageUnusable.message} (${name}: ${reason})`, field: 'imageId' });
  refuse(!USABLE.includes(backup.status), imageUnusable, unusable(`its backup is ${backup.status}`));
  for (const { damage, resourceName, resourceId } of [backup, ...children]) {
    if (damage !== null) throw new CloudError(imageUnusable, unusable(`backup of ${resourceName || resourceId}: ${damage}`));
  }
  const system = children.find(({ systemDisk }) => systemDisk);
  if (!system) throw new CloudError(imageUnusable, unusable('its backup has no system disk'));
  const data = children.filter(child => child !== system).sort((a, b) => compare(a.device ?? '', b.device ?? ''));
  return { backup, system, data };
}

/** Where the bytes are that a server of an image boots from: the image's own, or for a full-ECS image those of its backup. */
export async function bootSource(cloud: Cloud, image: Image, refusals: ImageBackupRefusals): Promise<DiskId> {
  if (image.kind !== 'FULL_ECS') return imageDisk(image.id);
  return backupDisk((await requireImageBackup(cloud, image, refusals)).system.id);
}

/** `/dev/vdb` before `/dev/vdaa`. */
function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
