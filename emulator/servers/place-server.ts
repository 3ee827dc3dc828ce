import { CloudError, type ErrorCode, ensure, refuse } from '../errors.ts';
import type { RegionSpec } from '../regions.ts';
import type { Backup, Image } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';
import { type Flavor, findFlavor, flavorStatusIn, isOnSale } from './flavors.ts';

export interface Placement {
  readonly flavor: Flavor;
  readonly zone: string;
}

/**
 * Finds the flavor, and the zone if none is asked for: the first that sells it. Throws `flavorNotFound`, also for one that is abandoned,
 * `zoneNotFound`, or `noCapacity` where it is sold out.
 */
export function placeServer(region: RegionSpec, flavorId: string, wantedZone: string | undefined): Placement {
  const flavor = findFlavor(flavorId);
  ensure(flavor?.kind === 'CLOUD' && flavor.status !== 'abandon', errors.flavorNotFound, { field: 'flavorId' });
  return { flavor, zone: placeFlavor(region, flavor, wantedZone, errors) };
}

/** The zone that is asked for, else the first one that sells the flavor. Throws the service's `zoneNotFound` or `noCapacity`. */
export function placeFlavor(
  region: RegionSpec,
  flavor: Flavor,
  wantedZone: string | undefined,
  refusals: Readonly<Record<'zoneNotFound' | 'noCapacity', ErrorCode>>,
): string {
  if (wantedZone !== undefined) refuse(!region.zones.includes(wantedZone), refusals.zoneNotFound, { field: 'availabilityZone' });
  const zone = (wantedZone === undefined ? region.zones : [wantedZone]).find(one => isOnSale(flavorStatusIn(flavor, one)));
  ensure(zone, refusals.noCapacity, { field: 'flavorId' });
  return zone;
}

/**
 * The zone to launch from a full-ECS image in: until its backup is complete it is of use in the zone of its source only. Throws
 * `imageUnusable` for another. Source: ims-api 8.
 */
export function zoneOfBackup({ status, resourceZone }: Backup, wantedZone: string | undefined): string | undefined {
  if (status !== 'PROTECTING') return wantedZone;
  refuse(wantedZone !== undefined && wantedZone !== resourceZone, errors.imageUnusable, {
    message: `${errors.imageUnusable.message} (until its backup is complete it works in ${resourceZone} only)`,
    field: 'availabilityZone',
  });
  return resourceZone;
}

/** The flavors' processors. */
const ARCHITECTURE: Image['architecture'] = 'X86';

/** What a cloud server boots from: neither a data disk image nor one for bare metal. Source: ims-api 8. */
const BOOTABLE: readonly Image['kind'][] = ['SYSTEM', 'FULL_ECS'];

/** Throws `imageUnfitForFlavor` or `memoryUnfitForImage`. Source: ims-api 2.2 (min_ram, max_ram), compute 2.1. */
export function requireFit(image: Image, flavor: Flavor): void {
  refuse(!BOOTABLE.includes(image.kind) || image.architecture !== ARCHITECTURE, errors.imageUnfitForFlavor, { field: 'imageId' });
  const { minRam, maxRam } = image;
  if (flavor.ramMiB >= minRam && (maxRam === null || flavor.ramMiB <= maxRam)) return;
  const range = maxRam === null ? `at least ${minRam} MB` : `${minRam} to ${maxRam} MB`;
  throw new CloudError(errors.memoryUnfitForImage, {
    message: `${errors.memoryUnfitForImage.message} (${range}; the flavor has ${flavor.ramMiB} MB)`,
    field: 'flavorId',
  });
}

/** Size of the system disk in GiB: what is asked for, else what the image needs. Throws `diskTooSmallForImage`. */
export function systemDiskSize({ minDisk }: Image, wanted: number | undefined): number {
  const size = wanted ?? minDisk;
  refuse(size < minDisk, errors.diskTooSmallForImage, {
    message: `${errors.diskTooSmallForImage.message} (${size} of at least ${minDisk} GB)`,
    field: 'systemDisk.size',
  });
  return size;
}
