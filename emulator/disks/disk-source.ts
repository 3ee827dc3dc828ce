/** What a disk is made of: an image, a snapshot, a backup, or nothing. Asked when a disk is ordered, and again before its bytes are used. */
import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { commonErrors, type ErrorCode, ensure, refuse } from '../errors.ts';
import { imageDisk } from '../images/image-disk.ts';
import { imageToUse } from '../images/image-use.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { DiskDeviceType, DiskType, Image } from '../store/generated/client.ts';
import { GIB } from '../units.ts';
import { diskErrors as errors } from './errors.ts';
import { snapshotDisk } from './server-disk.ts';

/** Where it comes from: one of the three, or none. */
export interface SourceIds {
  readonly imageId: string | null;
  readonly snapshotId: string | null;
  readonly backupId: string | null;
}

export interface DiskSource {
  /** Whose bytes the disk starts with; null for an empty one. */
  readonly disk: DiskId | null;
  /** GiB that the disk has at least; 0 for an empty one. */
  readonly size: number;
  readonly bootable: boolean;
  /** The only zone, or the only type, that the disk can have; undefined where any will do. */
  readonly zone: string | undefined;
  readonly type: DiskType | undefined;
  /** What the disk is where the order does not say. */
  readonly shareable: boolean;
  readonly deviceType: DiskDeviceType;
  /** What an order for another zone is told. */
  readonly zoneError: ErrorCode;
}

const NOTHING: DiskSource = {
  disk: null,
  size: 0,
  bootable: false,
  zone: undefined,
  type: undefined,
  shareable: false,
  deviceType: 'VBD',
  zoneError: errors.zoneInvalid,
};

interface Whose {
  readonly tenantId: string;
  readonly regionId: string;
}

/** Throws `imageInvalid`, `snapshotInvalid`, `snapshotUnavailable`, `backupInvalid`, `backupUnavailable`, `damagedDisk`. */
export async function diskSource(cloud: Cloud, whose: Whose, { imageId, snapshotId, backupId }: SourceIds): Promise<DiskSource> {
  if (imageId !== null) return fromImage(await usableImage(cloud, whose, imageId));
  if (snapshotId !== null) return fromSnapshot(cloud, whose, snapshotId);
  if (backupId !== null) return fromBackup(cloud, whose, backupId);
  return NOTHING;
}

/** Of a system image comes a disk that boots, of a data disk image one that does not; of others none (compute 4.2). */
const KINDS: readonly Image['kind'][] = ['SYSTEM', 'DATA'];

/** An image of one's own, a public one, or one whose share the tenant has accepted. */
async function usableImage(cloud: Cloud, whose: Whose, imageId: string): Promise<Image> {
  const found = await imageToUse(cloud, whose, imageId);
  const field = 'imageId';
  ensure(found?.use === 'GRANTED' && found, errors.imageInvalid, { field });
  const { image } = found;
  const message = `${errors.imageInvalid.message} (${image.kind}, ${image.status})`;
  refuse(image.status !== 'ACTIVE' || !KINDS.includes(image.kind), errors.imageInvalid, { message, field });
  refuseDamaged(image.damage, field);
  return image;
}

function fromImage({ id, kind, minDisk, virtualSize }: Image): DiskSource {
  const size = Math.max(minDisk, Math.ceil(Number(virtualSize) / GIB));
  return { ...NOTHING, disk: imageDisk(id), size, bootable: kind === 'SYSTEM' };
}

async function fromSnapshot(cloud: Cloud, { tenantId }: Whose, id: string): Promise<DiskSource> {
  const snapshot = await cloud.database.read.diskSnapshot.findUnique({ where: { id }, include: { disk: true } });
  const field = 'snapshotId';
  ensure(snapshot && snapshot.tenantId === tenantId, errors.snapshotInvalid, { field });
  refuse(snapshot.status !== 'AVAILABLE', errors.snapshotUnavailable, { field });
  refuseDamaged(snapshot.damage, field);
  const { size, bootable, disk } = snapshot;
  return {
    ...NOTHING,
    disk: snapshotDisk(id),
    size,
    bootable,
    zone: disk.availabilityZone,
    type: disk.type,
    zoneError: errors.zoneOfSnapshot,
  };
}

/** Of a disk, by itself or with its server. What comes of it is a data disk like the one that was backed up (compute 4.2; alike: inferred). */
async function fromBackup(cloud: Cloud, { tenantId }: Whose, id: string): Promise<DiskSource> {
  const backup = await cloud.database.read.backup.findUnique({ where: { id } });
  const field = 'backupId';
  ensure(backup && backup.tenantId === tenantId && backup.resourceType === 'DISK', errors.backupInvalid, { field });
  refuse(backup.status !== 'AVAILABLE', errors.backupUnavailable, { field });
  refuseDamaged(backup.damage, field);
  const { resourceSize: size, resourceZone: zone, shareable, deviceType } = backup;
  return { ...NOTHING, disk: backupDisk(id), size, zone, shareable, deviceType, zoneError: errors.zoneOfBackup };
}

function refuseDamaged(damage: string | null, field: string): void {
  refuse(damage !== null, commonErrors.damagedDisk, { message: `${commonErrors.damagedDisk.message} (${damage})`, field });
}
