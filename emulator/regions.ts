/** Regions and availability zones: what a cloud consists of. The configuration may name others. */

export interface RegionSpec {
  /** `eu-de`; a tenant's project is named after it. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** `eu-de-01`, in the order in which servers are placed when no zone is asked for. */
  readonly zones: readonly string[];
}

export const defaultRegions: readonly RegionSpec[] = [
  { id: 'eu-de', name: 'Germany', zones: ['eu-de-01', 'eu-de-02', 'eu-de-03'] },
  { id: 'eu-nl', name: 'Netherlands', zones: ['eu-nl-01', 'eu-nl-02', 'eu-nl-03'] },
];
