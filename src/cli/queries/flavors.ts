import type { Client } from '../../client/client.ts';
import type { ServerKind } from './servers.ts';

export interface Flavor {
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  readonly performanceType: string;
  readonly status: string;
  /** What a bare-metal server of this flavor boots from; null for cloud servers. */
  readonly machine: { readonly bootType: string } | null;
}

const LIST = `query ($availabilityZone: String, $kind: ServerKind) {
  flavors(availabilityZone: $availabilityZone, kind: $kind) { name vcpus ram performanceType status machine { bootType } }
}`;

export interface FlavorFilter {
  readonly availabilityZone?: string | undefined;
  readonly kind?: ServerKind | undefined;
}

export async function listFlavors(client: Client, filter: FlavorFilter = {}): Promise<readonly Flavor[]> {
  return (await client.query<{ flavors: Flavor[] }>(LIST, { ...filter })).flavors;
}
