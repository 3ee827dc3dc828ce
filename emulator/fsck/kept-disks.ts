import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { snapshotDisk } from '../disks/server-disk.ts';
import { imageDisk } from '../images/image-disk.ts';
import type { DiskId } from '../store/disks/disk-store.ts';

export type KeptKind = 'IMAGE' | 'BACKUP' | 'SNAPSHOT';

/** Something that is kept as it is, with the sum that its bytes had; null for a backup whose check broke off. */
export interface KeptDisk {
  readonly kind: KeptKind;
  readonly id: string;
  readonly disk: DiskId;
  /** Bytes. */
  readonly size: number;
  readonly checksum: string | null;
}

const GIB = 2 ** 30;
const id = { id: 'asc' } as const;

/** All of them that are at rest. A full-ECS image has no bytes of its own: they are its backup's. */
export async function keptDisks({ database: { read } }: Cloud): Promise<KeptDisk[]> {
  const [images, backups, snapshots] = await Promise.all([
    read.image.findMany({
      where: { status: 'ACTIVE', checksum: { not: null }, content: { not: 'NOT_YET' }, backupId: null },
      select: { id: true, virtualSize: true, checksum: true },
      orderBy: id,
    }),
    read.backup.findMany({
      where: { resourceType: 'DISK', status: { in: ['AVAILABLE', 'RESTORING'] } },
      select: { id: true, resourceSize: true, checksum: true },
      orderBy: id,
    }),
    read.diskSnapshot.findMany({
      where: { status: 'AVAILABLE', checksum: { not: null } },
      select: { id: true, size: true, checksum: true },
      orderBy: id,
    }),
  ]);
  return [
    ...images.map(({ virtualSize, ...row }) => kept('IMAGE', imageDisk, { ...row, size: Number(virtualSize) })),
    ...backups.map(({ resourceSize, ...row }) => kept('BACKUP', backupDisk, { ...row, size: resourceSize * GIB })),
    ...snapshots.map(({ size, ...row }) => kept('SNAPSHOT', snapshotDisk, { ...row, size: size * GIB })),
  ];
}

function kept(kind: KeptKind, diskOf: (id: string) => DiskId, row: Pick<KeptDisk, 'id' | 'size' | 'checksum'>): KeptDisk {
  return { kind, ...row, disk: diskOf(row.id) };
}
