import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { nextDevice } from '../disks/devices.ts';
import { diskLimits } from '../disks/rules.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { CloudError, ensure, refuse } from '../errors.ts';
import type { ImageBackup } from '../images/image-backup.ts';
import { imageDisk } from '../images/image-disk.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Backup, DiskType, Image } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';
import { requireCapability } from './hardware-failures.ts';
import type { LaunchDisk } from './launch-disk.ts';
import { launchImage } from './launch-image.ts';
import { systemDiskSize } from './place-server.ts';
import type { LaunchDataDisk } from './rules.ts';

/** A disk that each server of a launch gets. */
export type DiskPlan = Omit<LaunchDisk, 'id' | 'disk'>;

export interface WantedDisks {
  readonly image: Image;
  /** Of a full-ECS image. */
  readonly restored: ImageBackup | undefined;
  readonly systemDisk: { readonly type?: DiskType | null | undefined; readonly size?: number | null | undefined };
  readonly dataDisks: readonly LaunchDataDisk[];
}

const DEFAULT_TYPE: DiskType = 'SSD';

/**
 * What disks each server of a launch gets: the one to boot from; those that a full-ECS image brings, without being listed; and those that are
 * listed, where one that names a disk of the image changes that disk's type and size. Source: compute 2.1.
 */
export async function planDisks(
  cloud: Cloud,
  owner: { readonly tenantId: string; readonly regionId: string },
  { image, restored, systemDisk, dataDisks }: WantedDisks,
): Promise<DiskPlan[]> {
  const overrides = overridesOf(restored, dataDisks);
  const plans = [planSystemDisk(image, restored, systemDisk)];
  for (const backup of restored?.data ?? []) plans.push(planRestored(image, backup, overrides.get(backup), plans));
  for (const [index, wanted] of dataDisks.entries()) {
    if (wanted.snapshotId) continue;
    const source = await planSource(cloud, owner, wanted, index);
    for (let copy = 0; copy < wanted.count; copy++) plans.push({ ...source, device: freeDevice(plans) });
  }
  // Also for one that was shared when it was backed up: it would not be what it was. Whoever wants it unshared says so.
  if (plans.some(({ shareable }) => shareable)) requireCapability(cloud, 'sharedDisks');
  return plans;
}

/** The disks of one server, with ids of their own. */
export function withIds(cloud: Cloud, plans: readonly DiskPlan[]): LaunchDisk[] {
  return plans.map(plan => {
    const id = cloud.ids.uuid();
    return { ...plan, id, disk: serverDisk(id) };
  });
}

const PLAIN = {
  bootIndex: null,
  bootable: false,
  shareable: false,
  deviceType: 'VBD',
  fileSystem: null,
  deleteOnTermination: false,
  imageId: null,
  backupId: null,
} as const satisfies Partial<DiskPlan>;

function planSystemDisk(image: Image, restored: ImageBackup | undefined, { type, size }: WantedDisks['systemDisk']): DiskPlan {
  return {
    ...PLAIN,
    source: restored ? backupDisk(restored.system.id) : imageDisk(image.id),
    size: systemDiskSize(image, size ?? undefined),
    type: type ?? restored?.system.diskType ?? DEFAULT_TYPE,
    device: '/dev/vda',
    bootIndex: 0,
    bootable: true,
    deleteOnTermination: true,
    imageId: image.id,
    backupId: restored?.system.id ?? null,
  };
}

function planRestored(
  image: Image,
  backup: Backup,
  override: { readonly wanted: LaunchDataDisk; readonly index: number } | undefined,
  plans: readonly DiskPlan[],
): DiskPlan {
  const { wanted, index } = override ?? {};
  const size = wanted?.size ?? backup.resourceSize;
  requireLeastSize(size, backup.resourceSize, index);
  const isFree = backup.device !== null && !plans.some(({ device }) => device === backup.device);
  return {
    ...PLAIN,
    source: backupDisk(backup.id),
    size,
    type: wanted?.type ?? backup.diskType ?? DEFAULT_TYPE,
    device: isFree && backup.device !== null ? backup.device : freeDevice(plans),
    bootable: backup.bootable,
    shareable: wanted?.shareable ?? backup.shareable,
    deviceType: wanted?.deviceType ?? backup.deviceType,
    deleteOnTermination: wanted?.deleteOnTermination ?? false,
    imageId: image.id,
    backupId: backup.id,
  };
}

/** A disk that is asked for: empty, or of a data disk image. Without a device: that goes by the disks before it. */
async function planSource(
  cloud: Cloud,
  owner: { readonly tenantId: string; readonly regionId: string },
  { type, size, imageId, shareable, deviceType, fileSystem, deleteOnTermination }: LaunchDataDisk,
  index: number,
): Promise<Omit<DiskPlan, 'device'>> {
  const plain = {
    ...PLAIN,
    type: type ?? DEFAULT_TYPE,
    shareable: shareable ?? PLAIN.shareable,
    deviceType: deviceType ?? PLAIN.deviceType,
    deleteOnTermination,
  };
  if (!imageId) {
    const least = diskLimits.dataSize.min;
    refuse(!size || size < least, errors.dataDiskSizeInvalid, { field: `dataDisks.${index}.size` });
    return { ...plain, source: null, size: size ?? least, fileSystem: fileSystem ?? null };
  }
  const field = `dataDisks.${index}.imageId`;
  const image = await launchImage(cloud, owner, imageId, field);
  refuse(image.kind !== 'DATA', errors.notADataImage, { field });
  const wanted = size ?? image.minDisk;
  requireLeastSize(wanted, image.minDisk, index);
  const source: DiskId = imageDisk(image.id);
  return { ...plain, source, size: wanted, imageId: image.id };
}

function requireLeastSize(size: number, least: number, index: number | undefined): void {
  refuse(size < least, errors.dataDiskTooSmallForImage, {
    message: `${errors.dataDiskTooSmallForImage.message} (${size} of at least ${least} GB)`,
    field: index === undefined ? 'imageId' : `dataDisks.${index}.size`,
  });
}

/** Listed disks that name a disk of the image, by its id or that of its backup. */
function overridesOf(
  restored: ImageBackup | undefined,
  dataDisks: readonly LaunchDataDisk[],
): ReadonlyMap<Backup, { readonly wanted: LaunchDataDisk; readonly index: number }> {
  const overrides = new Map<Backup, { readonly wanted: LaunchDataDisk; readonly index: number }>();
  for (const [index, wanted] of dataDisks.entries()) {
    const { snapshotId } = wanted;
    if (!snapshotId) continue;
    const backup = restored?.data.find(({ id, resourceId }) => id === snapshotId || resourceId === snapshotId);
    ensure(backup && !overrides.has(backup), errors.restoredDiskUnknown, { field: `dataDisks.${index}.snapshotId` });
    overrides.set(backup, { wanted, index });
  }
  return overrides;
}

function freeDevice(plans: readonly DiskPlan[]): string {
  const taken = plans.map(({ device }) => device);
  const device = nextDevice(taken, diskLimits.perServer.max);
  if (device === undefined) throw new CloudError(errors.tooManyDataDisks, { field: 'dataDisks' });
  return device;
}
