import type { Cloud } from '../cloud.ts';
import type { PublicAddress } from '../store/generated/client.ts';
import { showPort } from './port-status.ts';

/** Those of the service that an elastic IP can have here. Source: compute 5.1; BINDING: the VPC API reference ("Querying EIPs"). */
export type PublicAddressStatus = 'DOWN' | 'BINDING' | 'ACTIVE' | 'BIND_ERROR';

/** An elastic IP as callers see it. */
export type ShownPublicAddress = PublicAddress & { readonly status: PublicAddressStatus };

/** An elastic IP with what it shows: whether it is bound, and what the hardware said of it last. */
export async function showPublicAddress(cloud: Cloud, address: PublicAddress): Promise<ShownPublicAddress> {
  return { ...address, status: await statusOf(cloud, address) };
}

async function statusOf(cloud: Cloud, { id, portId }: PublicAddress): Promise<PublicAddressStatus> {
  const port = portId === null ? null : await cloud.database.read.port.findUnique({ where: { id: portId } });
  if (!port) return 'DOWN';
  if (cloud.publicAddresses.hasFailed(id)) return 'BIND_ERROR';
  return (await showPort(cloud, port)).status === 'BUILD' ? 'BINDING' : 'ACTIVE';
}
