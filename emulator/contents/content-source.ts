import { z } from 'zod';
import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { deviceName } from '../disks/devices.ts';
import { hasFilesAtHand } from '../disks/file-access.ts';
import { serverDisk, snapshotDisk } from '../disks/server-disk.ts';
import { ensure, refuse } from '../errors.ts';
import type { FileTarget } from '../hardware/hardware.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import { visibleImage } from '../images/image-access.ts';
import { imageDisk } from '../images/image-disk.ts';
import { imageUse } from '../images/image-use.ts';
import type { Image, ImageKind } from '../store/generated/client.ts';
import { contentErrors as errors } from './errors.ts';

/** What can be looked into without a server. */
export const ContentSource = z.object({
  kind: z.enum(['IMAGE', 'DISK', 'SNAPSHOT', 'BACKUP']),
  id: z.string(),
  /** Which disk of a full-ECS image or of a server's backup: `/dev/vdb`; without it the system disk. */
  device: z.string().nullish(),
});
export type ContentSource = z.infer<typeof ContentSource>;

/**
 * Where the files of something are that the caller may see. A public image whose content nobody has needed yet gets it now, which may take
 * a minute. Throws `contentNotFound` for what is not there for the caller, `contentNotReady`, `contentDamaged`.
 */
export async function contentTarget(cloud: Cloud, caller: Caller, source: ContentSource): Promise<FileTarget> {
  switch (source.kind) {
    case 'IMAGE':
      return imageTarget(cloud, caller, source);
    case 'DISK':
      return diskTarget(cloud, caller, source.id);
    case 'SNAPSHOT':
      return snapshotTarget(cloud, caller, source.id);
    case 'BACKUP':
      return { disk: await backedUpDisk(cloud, source, owned(caller)) };
  }
}

/** Where a server finds the one disk of an image; that of a data disk image may be anywhere. */
const SYSTEM_DEVICE: Readonly<Partial<Record<ImageKind, string>>> = {
  SYSTEM: deviceName(0),
  BARE_METAL: deviceName(0, 'sd'),
};

async function imageTarget(cloud: Cloud, caller: Caller, { id, device }: ContentSource): Promise<FileTarget> {
  const { image, role } = await visibleImage(cloud, caller, id, errors.contentNotFound);
  refuse(image.status !== 'ACTIVE', errors.contentNotReady);
  refuse(image.damage !== null, errors.contentDamaged, { message: `${errors.contentDamaged.message} (${image.damage})` });
  if (image.kind === 'FULL_ECS' && role === 'MEMBER') await requireAccepted(cloud, caller, image);
  // Whoever may use the image may look into the backup that it stands on.
  if (image.backupId !== null) return { disk: await backedUpDisk(cloud, { id: image.backupId, device }, {}) };
  refuse(device != null && device !== SYSTEM_DEVICE[image.kind], errors.contentNotFound, { field: 'device' });
  await cloud.imageContent.ensure(image.id);
  return { disk: imageDisk(image.id) };
}

/** A full-ECS image takes a vault of those that it is shared with: as long as they have named none it is of no use to them. */
async function requireAccepted(cloud: Cloud, { tenantId }: Caller, image: Image): Promise<void> {
  refuse((await imageUse(cloud, tenantId, image)) !== 'GRANTED', errors.contentNotReady, {
    message: `${errors.contentNotReady.message} (the share has not been accepted)`,
  });
}

async function diskTarget(cloud: Cloud, caller: Caller, id: string): Promise<FileTarget> {
  const disk = await cloud.database.read.disk.findFirst({
    where: { id, ...owned(caller) },
    include: { attachments: { where: { server: { status: 'ACTIVE' } }, select: { serverId: true } } },
  });
  ensure(disk, errors.contentNotFound);
  refuse(!hasFilesAtHand(disk.status), errors.contentNotReady, {
    message: `${errors.contentNotReady.message} (${disk.status})`,
  });
  const [running] = disk.attachments;
  return { disk: serverDisk(id), ...(running && { server: running.serverId }) };
}

async function snapshotTarget(cloud: Cloud, caller: Caller, id: string): Promise<FileTarget> {
  const snapshot = await cloud.database.read.diskSnapshot.findFirst({ where: { id, ...owned(caller) } });
  ensure(snapshot, errors.contentNotFound);
  refuse(snapshot.status !== 'AVAILABLE', errors.contentNotReady);
  refuse(snapshot.damage !== null, errors.contentDamaged);
  return { disk: snapshotDisk(id) };
}

/** Of a server's backup one of its disks, of a disk's backup that one. */
async function backedUpDisk(
  { database: { read } }: Cloud,
  { id, device }: Pick<ContentSource, 'id' | 'device'>,
  which: { tenantId?: string },
): Promise<string> {
  const backup = await read.backup.findFirst({ where: { id, ...which }, include: { children: true } });
  ensure(backup, errors.contentNotFound);
  const { children } = backup;
  const wanted = device ? children.find(child => child.device === device) : children.find(({ systemDisk }) => systemDisk);
  const found = children.length === 0 && backup.resourceType === 'DISK' ? backup : wanted;
  ensure(found, errors.contentNotFound, { field: 'device' });
  refuse(found.status !== 'AVAILABLE' && found.status !== 'PROTECTING', errors.contentNotReady);
  refuse(found.damage !== null, errors.contentDamaged, { message: `${errors.contentDamaged.message} (${found.damage})` });
  return backupDisk(found.id);
}

function owned(caller: Caller): { tenantId?: string } {
  return isAdministrator(caller) ? {} : { tenantId: caller.tenantId };
}
