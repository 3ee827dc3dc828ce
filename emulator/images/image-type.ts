/**
 * `type` of an order: the machines that a system disk image is for, by their service or by their `virtual_env_type`.
 *
 * What is on a disk decides whether a machine can use it, so a word may not contradict it: bare-metal servers boot from a disk with a
 * partition table, cloud servers from a file system alone. A table that is there is proof on every hardware. That there is none is proof only
 * where the disks of machines have one; elsewhere nobody can tell, and the word counts. The default is ECS (ims-api 1.1 (d)), but where none is
 * said an image of the other type would be of no use, so it is what was found.
 */
import { CloudError } from '../errors.ts';
import type { ImageKind } from '../store/generated/client.ts';
import { imageErrors as errors } from './errors.ts';

export const imageTypes = ['ECS', 'BMS', 'FusionCompute', 'Ironic'] as const;
export type ImageType = (typeof imageTypes)[number];

/** Of an image for machines of that type. */
export const kindOfType = {
  ECS: 'SYSTEM',
  FusionCompute: 'SYSTEM',
  BMS: 'BARE_METAL',
  Ironic: 'BARE_METAL',
} as const satisfies Record<ImageType, ImageKind>;

export const systemKinds = ['SYSTEM', 'BARE_METAL'] as const satisfies readonly ImageKind[];
export type SystemKind = (typeof systemKinds)[number];

export interface FoundOnDisk {
  readonly isPartitioned: boolean;
  /** Whether the disks of this hardware's bare-metal servers have a partition table: its capability `partitionedDisks`. */
  readonly machinesHaveTables: boolean;
}

/** What a disk gives an image of, as far as one can tell. Throws `diskOfOtherType` where that is not what was said. */
export function kindOfDisk(said: ImageType | null, { isPartitioned, machinesHaveTables }: FoundOnDisk): SystemKind | undefined {
  const found = isPartitioned ? 'BARE_METAL' : machinesHaveTables ? 'SYSTEM' : undefined;
  if (said !== null && found !== undefined && kindOfType[said] !== found)
    throw new CloudError(errors.diskOfOtherType, { message: `${errors.diskOfOtherType.message} (${said}: ${REASONS[found]})` });
  return found;
}

const REASONS: Record<SystemKind, string> = {
  SYSTEM: 'it has no partition table, which a bare-metal server boots from',
  BARE_METAL: 'it has a partition table, as for a bare-metal server',
};
