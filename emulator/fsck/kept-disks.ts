import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { localDisk, serverDisk, snapshotDisk } from '../disks/server-disk.ts';
import { imageDisk } from '../images/image-disk.ts';
import { findBareMetalFlavor } from '../servers/flavors.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Prisma } from '../store/generated/client.ts';
import { GIB } from '../units.ts';

/** SERVER is a bare-metal server by the disk of its own, which has no row. */
export type KeptKind = 'IMAGE' | 'BACKUP' | 'SNAPSHOT' | 'DISK' | 'SERVER';

/**
 * Something whose bytes are kept, with the sum that they had; null for a backup whose check broke off, and for a disk, which is written to: of
 * that the store alone can tell whether what it reads is what was written.
 */
export interface KeptDisk {
  readonly kind: KeptKind;
  readonly id: string;
  readonly disk: DiskId;
  /** Bytes. */
  readonly size: number;
  readonly checksum: string | null;
}

const id = { id: 'asc' } as const;

/** Bare-metal servers with a disk of their own that nothing is being done with. */
export const machinesAtRest = {
  kind: 'BARE_METAL',
  status: { in: ['ACTIVE', 'SHUTOFF', 'ERROR'] },
  taskState: null,
  attachments: { none: { bootIndex: 0 } },
} as const satisfies Prisma.ServerWhereInput;

/** All of them that are at rest. A full-ECS image has no bytes of its own: they are its backup's. */
export async function keptDisks({ database: { read } }: Cloud): Promise<KeptDisk[]> {
  const [images, backups, snapshots, disks, servers] = await Promise.all([
    read.image.findMany({
      where: { status: 'ACTIVE', checksum: { not: null }, content: { not: 'NOT_YET' }, backupId: null },
      select: { id: true, virtualSize: true, checksum: true },
      orderBy: id,
    }),
    read.backup.findMany({
      where: { resourceType: 'DISK', status: { in: ['AVAILABLE', 'WAITING_RESTORE', 'RESTORING'] } },
      select: { id: true, resourceSize: true, checksum: true },
      orderBy: id,
    }),
    read.diskSnapshot.findMany({
      where: { status: 'AVAILABLE', checksum: { not: null } },
      select: { id: true, size: true, checksum: true },
      orderBy: id,
    }),
    read.disk.findMany({ where: { status: { in: ['AVAILABLE', 'IN_USE'] } }, select: { id: true, size: true }, orderBy: id }),
    read.server.findMany({ where: machinesAtRest, select: { id: true, flavorId: true }, orderBy: id }),
  ]);
  return [
    ...images.map(({ virtualSize, ...row }) => kept('IMAGE', imageDisk, { ...row, size: Number(virtualSize) })),
    ...backups.map(({ resourceSize, ...row }) => kept('BACKUP', backupDisk, { ...row, size: resourceSize * GIB })),
    ...snapshots.map(({ size, ...row }) => kept('SNAPSHOT', snapshotDisk, { ...row, size: size * GIB })),
    ...disks.map(({ size, ...row }) => kept('DISK', serverDisk, { ...row, size: size * GIB, checksum: null })),
    ...servers.flatMap(({ id, flavorId }) => {
      const size = findBareMetalFlavor(flavorId)?.machine.localDisk;
      return size ? [kept('SERVER', localDisk, { id, size: size * GIB, checksum: null })] : [];
    }),
  ];
}

function kept(kind: KeptKind, diskOf: (id: string) => DiskId, row: Pick<KeptDisk, 'id' | 'size' | 'checksum'>): KeptDisk {
  return { kind, ...row, disk: diskOf(row.id) };
}
