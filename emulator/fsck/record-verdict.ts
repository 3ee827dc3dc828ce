import { emitBackup } from '../backups/backup-events.ts';
import type { Cloud } from '../cloud.ts';
import { emitDisk } from '../disks/disk-events.ts';
import { emitImage } from '../images/image-events.ts';
import { refreshWholeImage } from '../images/whole-image.ts';
import { writeImage } from '../images/write-image.ts';
import type { Transaction } from '../transactions.ts';
import type { KeptDisk } from './kept-disks.ts';

export interface Verdict {
  /** What is wrong, in words; null where nothing is. */
  readonly damage: string | null;
  /** The one that it had, or has from now on. */
  readonly checksum: string | null;
}

/** Notes what is wrong with something, or that nothing is, unless it says so already or is gone. */
export async function recordVerdict(cloud: Cloud, { kind, id }: KeptDisk, { damage, checksum }: Verdict): Promise<void> {
  await cloud.transactions.run(async tx => {
    if (kind === 'IMAGE' && !(await forgetPublicContent(tx, cloud, id, damage))) await markImage(tx, id, damage);
    if (kind === 'BACKUP') await markBackup(tx, id, damage);
    if (kind === 'BACKUP' && checksum !== null) await sumBackup(tx, cloud, id, checksum);
    if (kind === 'SNAPSHOT') await tx.db.diskSnapshot.updateMany({ where: { id }, data: { damage } });
    if (kind === 'DISK') await markDisk(tx, cloud, id, damage);
  });
}

/** What a public image holds can be made again, and is at its next use: it is as if nobody had used it yet. Tells whether that is so. */
async function forgetPublicContent(tx: Transaction, cloud: Cloud, id: string, damage: string | null): Promise<boolean> {
  const image = await tx.db.image.findUnique({ where: { id } });
  if (image?.visibility !== 'PUBLIC' || damage === null) return false;
  const nothing = { content: 'NOT_YET', contentNote: null, checksum: null, damage: null } as const;
  await emitImage(tx, 'image.updated', await writeImage(tx, id, { ...nothing, updatedAt: cloud.clock.now() }));
  tx.afterCommit(() =>
    cloud.logger.warn({ image: id, damage }, 'a public image is damaged: it is made again when it is used next'),
  );
  return true;
}

async function markImage(tx: Transaction, id: string, damage: string | null): Promise<void> {
  const image = await tx.db.image.findUnique({ where: { id } });
  if (!image || image.damage === damage) return;
  await emitImage(tx, 'image.updated', await writeImage(tx, id, { damage }));
}

/** One that is being restored or deleted by now is no longer what was read. */
async function markDisk(tx: Transaction, cloud: Cloud, id: string, damage: string | null): Promise<void> {
  const disk = await tx.db.disk.findUnique({ where: { id } });
  if (!disk || disk.damage === damage || !['AVAILABLE', 'IN_USE'].includes(disk.status)) return;
  emitDisk(tx, 'disk.updated', await tx.db.disk.update({ where: { id }, data: { damage, updatedAt: cloud.clock.now() } }));
}

async function markBackup(tx: Transaction, id: string, damage: string | null): Promise<void> {
  const backup = await tx.db.backup.findUnique({ where: { id } });
  if (!backup || backup.damage === damage) return;
  const after = await tx.db.backup.update({ where: { id }, data: { damage } });
  if (after.parentId === null) emitBackup(tx, 'backup.updated', after);
}

async function sumBackup(tx: Transaction, cloud: Cloud, id: string, checksum: string): Promise<void> {
  const { count } = await tx.db.backup.updateMany({ where: { id, checksum: null }, data: { checksum } });
  if (count === 0) return;
  const { parentId, systemDisk } = await tx.db.backup.findUniqueOrThrow({ where: { id } });
  if (parentId !== null && systemDisk) await refreshWholeImage(tx, cloud, parentId);
}

/** A backup of a server is damaged where a part of it is, and a full-ECS image where its backup is. */
export async function settleWholes(cloud: Cloud): Promise<void> {
  await cloud.transactions.run(async tx => {
    const wholes = await tx.db.backup.findMany({
      where: { resourceType: 'SERVER', OR: [{ damage: { not: null } }, { children: { some: { damage: { not: null } } } }] },
      include: { children: { where: { damage: { not: null } } } },
    });
    for (const { id, children } of wholes) {
      await markBackup(tx, id, children.length > 0 ? children.map(({ name, damage }) => `${name}: ${damage}`).join('; ') : null);
    }
    const images = await tx.db.image.findMany({
      where: { backupId: { not: null }, OR: [{ damage: { not: null } }, { backup: { damage: { not: null } } }] },
      include: { backup: true },
    });
    for (const { id, backup } of images) {
      await markImage(tx, id, backup?.damage ? `its backup ${backup.name} is damaged: ${backup.damage}` : null);
    }
  });
}
