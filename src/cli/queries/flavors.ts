import type { Client } from '../../client/client.ts';

export interface Flavor {
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  readonly performanceType: string;
  readonly status: string;
}

const LIST = `query ($availabilityZone: String) {
  flavors(availabilityZone: $availabilityZone) { name vcpus ram performanceType status }
}`;

export async function listFlavors(client: Client, availabilityZone?: string): Promise<readonly Flavor[]> {
  return (await client.query<{ flavors: Flavor[] }>(LIST, { availabilityZone })).flavors;
}
