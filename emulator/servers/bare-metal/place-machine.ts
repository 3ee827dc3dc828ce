import { ensure, refuse } from '../../errors.ts';
import { objectOf } from '../../jobs/job.ts';
import type { RegionSpec } from '../../regions.ts';
import type { Image } from '../../store/generated/client.ts';
import { findBareMetalFlavor } from '../flavors.ts';
import { placeFlavor } from '../place-server.ts';
import { bareMetalErrors as errors } from './errors.ts';
import { type BareMetalFlavor, boardTypes, supportAttribute } from './flavors.ts';

/** The flavor, and the zone to launch in. Throws `flavorNotFound`, also for one of cloud servers, `zoneNotFound`, `noCapacity`. */
export function placeMachine(
  region: RegionSpec,
  flavorId: string,
  wantedZone: string | undefined,
): { flavor: BareMetalFlavor; zone: string } {
  const flavor = findBareMetalFlavor(flavorId);
  ensure(flavor, errors.flavorNotFound, { field: 'flavorId' });
  return { flavor, zone: placeFlavor(region, flavor, wantedZone, errors) };
}

const ARCHITECTURES = { X86: 'x86_64', ARM: 'aarch64' } as const;

/**
 * Throws `imageUnfit` unless the image is one for bare metal (`virtual_env_type` Ironic) and for machines of this kind. An image that names no
 * board fits all of them. Source: compute 3.2, ims-api 2.2 (`__support_<board type>`).
 */
export function requireMachineFit(image: Image, { machine, ramMiB }: BareMetalFlavor): void {
  const { minRam, maxRam } = image;
  const attributes = objectOf(image.attributes);
  const boards = boardTypes.filter(board => attributes[supportAttribute(board)] === 'true');
  const problems: readonly (readonly [boolean, string])[] = [
    [image.kind !== 'BARE_METAL', 'it is not one for bare-metal servers'],
    [ARCHITECTURES[image.architecture] !== machine.cpuArchitecture, `the machine's processors are ${machine.cpuArchitecture}`],
    [boards.length > 0 && !boards.includes(machine.boardType), `it has no drivers for ${machine.boardType} boards`],
    [ramMiB < minRam || (maxRam !== null && ramMiB > maxRam), `the machine has ${ramMiB} MB of memory`],
  ];
  const problem = problems.find(([is]) => is);
  refuse(problem !== undefined, errors.imageUnfit, {
    message: `${errors.imageUnfit.message} (${problem?.[1]})`,
    field: 'imageId',
  });
}
