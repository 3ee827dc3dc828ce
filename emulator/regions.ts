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

/** The region of a caller. Throws where the configuration has lost it: then the state belongs to another configuration. */
export function regionOf(regions: readonly RegionSpec[], id: string): RegionSpec {
  const region = regions.find(one => one.id === id);
  if (!region) throw new RangeError(`the configuration has no region ${id}`);
  return region;
}
