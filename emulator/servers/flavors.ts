/**
 * The flavors: what a server can be. An id says family, size and GiB of memory for each vCPU: `s3.medium.2`.
 *
 * Source: compute 2.5 (fields, performance types, status words); sizes as the two clouds sell them.
 */

import type { ServerKind } from '../store/generated/client.ts';
import { type BareMetalFlavor, bareMetalFlavors } from './bare-metal/flavors.ts';

export type PerformanceType = 'normal' | 'computingv3' | 'highmem' | 'physical';

/** Sale status in general or in one zone. `abandon` flavors are listed but launch nothing, as do those that are sold out. */
export type FlavorStatus = 'normal' | 'abandon' | 'sellout' | 'obt' | 'obt_sellout' | 'promotion';

export interface Flavor {
  readonly id: string;
  /** What servers it is for, and no others. */
  readonly kind: ServerKind;
  readonly vcpus: number;
  readonly ramMiB: number;
  readonly performanceType: PerformanceType;
  /** `s3` */
  readonly generation: string;
  readonly status: FlavorStatus;
  /** Zones with a status of their own; all others have the general one. */
  readonly zones: Readonly<Record<string, FlavorStatus>>;
}

type FlavorRow = readonly [id: string, vcpus: number, ramGiB: number, sale?: Partial<Pick<Flavor, 'status' | 'zones'>>];

interface Family {
  readonly generation: string;
  readonly performanceType: PerformanceType;
  readonly flavors: readonly FlavorRow[];
}

const families: readonly Family[] = [
  {
    generation: 's3',
    performanceType: 'normal',
    flavors: [
      ['s3.small.1', 1, 1],
      ['s3.medium.2', 1, 2],
      ['s3.medium.4', 1, 4],
      ['s3.large.2', 2, 4],
      ['s3.large.4', 2, 8],
      ['s3.xlarge.2', 4, 8],
      ['s3.xlarge.4', 4, 16],
      ['s3.2xlarge.2', 8, 16],
      ['s3.2xlarge.4', 8, 32],
    ],
  },
  {
    generation: 'c4',
    performanceType: 'computingv3',
    flavors: [
      ['c4.large.2', 2, 4],
      ['c4.xlarge.2', 4, 8],
      ['c4.2xlarge.2', 8, 16],
    ],
  },
  {
    generation: 'm4',
    performanceType: 'highmem',
    flavors: [
      ['m4.large.8', 2, 16],
      ['m4.xlarge.8', 4, 32],
      // Sold out in a zone of each region, and abandoned, so that a client can meet both.
      ['m4.2xlarge.8', 8, 64, { zones: { 'eu-de-02': 'sellout', 'eu-nl-02': 'sellout' } }],
      ['m4.4xlarge.8', 16, 128, { status: 'abandon' }],
    ],
  },
];

/** Those of cloud servers. */
export const flavors: readonly Flavor[] = families.flatMap(({ generation, performanceType, flavors }) =>
  flavors.map(([id, vcpus, ramGiB, sale]) => ({
    id,
    kind: 'CLOUD',
    vcpus,
    ramMiB: ramGiB * 1024,
    performanceType,
    generation,
    status: 'normal',
    zones: {},
    ...sale,
  })),
);

export const flavorsOf: Readonly<Record<ServerKind, readonly Flavor[]>> = { CLOUD: flavors, BARE_METAL: bareMetalFlavors };

const byId: ReadonlyMap<string, Flavor> = new Map([...flavors, ...bareMetalFlavors].map(flavor => [flavor.id, flavor]));

/** The flavor of this id, exactly spelt, of servers of either kind. */
export const findFlavor = (id: string): Flavor | undefined => byId.get(id);

const machinesById: ReadonlyMap<string, BareMetalFlavor> = new Map(bareMetalFlavors.map(flavor => [flavor.id, flavor]));

/** The same with its machine; undefined for a flavor of cloud servers. */
export const findBareMetalFlavor = (id: string): BareMetalFlavor | undefined => machinesById.get(id);

export const flavorStatusIn = (flavor: Flavor, zone: string): FlavorStatus => flavor.zones[zone] ?? flavor.status;

/** Whether a server of this flavor can be launched in the zone: else it is abandoned (Ecs.0029) or sold out (Ecs.0319). */
export const isOnSale = (status: FlavorStatus): boolean => status === 'normal' || status === 'obt' || status === 'promotion';
