import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { localDisk, serverDisk, snapshotDisk } from '../disks/server-disk.ts';
import { imageDisk } from '../images/image-disk.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Image } from '../store/generated/client.ts';

const ID = { id: true } as const;

/** Where the bytes of an image are: a full-ECS image stands on the disks of a backup, and has none of its own. */
export async function disksOfImage(cloud: Cloud, { id, backupId }: Pick<Image, 'id' | 'backupId'>): Promise<DiskId[]> {
  if (backupId === null) return [imageDisk(id)];
  const children = await cloud.database.read.backup.findMany({ where: { parentId: backupId }, select: ID });
  return children.map(child => backupDisk(child.id));
}

/** Where the bytes of a vault's backups are. */
export async function disksOfVault(cloud: Cloud, vaultId: string): Promise<DiskId[]> {
  const backups = await cloud.database.read.backup.findMany({ where: { vaultId, children: { none: {} } }, select: ID });
  return backups.map(({ id }) => backupDisk(id));
}

export interface TenantDisks {
  readonly disks: DiskId[];
  readonly snapshots: DiskId[];
  readonly images: DiskId[];
  readonly backups: DiskId[];
}

/** Where all the bytes of a tenant are, by what they belong to. */
export async function disksOfTenant({ database: { read } }: Cloud, tenantId: string): Promise<TenantDisks> {
  const [disks, servers, snapshots, images, backups] = await Promise.all([
    read.disk.findMany({ where: { tenantId }, select: ID }),
    read.server.findMany({ where: { tenantId, kind: 'BARE_METAL' }, select: ID }),
    read.diskSnapshot.findMany({ where: { tenantId }, select: ID }),
    read.image.findMany({ where: { ownerId: tenantId, backupId: null }, select: ID }),
    read.backup.findMany({ where: { tenantId, children: { none: {} } }, select: ID }),
  ]);
  return {
    disks: [...disks.map(({ id }) => serverDisk(id)), ...servers.map(({ id }) => localDisk(id))],
    snapshots: snapshots.map(({ id }) => snapshotDisk(id)),
    images: images.map(({ id }) => imageDisk(id)),
    backups: backups.map(({ id }) => backupDisk(id)),
  };
}
