import { CloudError, ensure, refuse } from '../errors.ts';
import type { RegionSpec } from '../regions.ts';
import type { Image } from '../store/generated/client.ts';
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
  ensure(flavor && flavor.status !== 'abandon', errors.flavorNotFound, { field: 'flavorId' });
  if (wantedZone !== undefined) refuse(!region.zones.includes(wantedZone), errors.zoneNotFound, { field: 'availabilityZone' });
  const zone = (wantedZone === undefined ? region.zones : [wantedZone]).find(one => isOnSale(flavorStatusIn(flavor, one)));
  ensure(zone, errors.noCapacity, { field: 'flavorId' });
  return { flavor, zone };
}

/** The flavors' processors. */
const ARCHITECTURE: Image['architecture'] = 'X86';

/** Throws `imageUnfitForFlavor` or `memoryUnfitForImage`. Source: ims-api 2.2 (min_ram, max_ram), compute 2.1. */
export function requireFit(image: Image, flavor: Flavor): void {
  refuse(image.kind !== 'SYSTEM' || image.architecture !== ARCHITECTURE, errors.imageUnfitForFlavor, { field: 'imageId' });
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
