import type { Cloud } from '../cloud.ts';
import type { ErrorCode } from '../errors.ts';
import { takeQuota } from '../quotas.ts';
import type { PublicAddress } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { takePublicAddress } from './free-public-addresses.ts';
import { emitNetwork } from './network-events.ts';

interface AddressOrder {
  readonly tenantId: string;
  readonly type: PublicAddress['type'];
  /** Null for one made of the address. */
  readonly bandwidthName: string | null;
  /** Mbit/s */
  readonly bandwidthSize: number;
  readonly portId: string | null;
  /** Free ones; what is looked at is taken off the list. */
  readonly candidates: string[];
}

/** Writes an elastic IP. Throws the error when the quota is used up, `noPublicAddress`. */
export async function recordPublicAddress(
  tx: Transaction,
  cloud: Cloud,
  { tenantId, type, bandwidthName, bandwidthSize, portId, candidates }: AddressOrder,
  quotaUsedUp: ErrorCode,
): Promise<PublicAddress> {
  await takeQuota(tx, cloud.config, { tenantId, resource: 'publicAddresses', amount: 1 }, quotaUsedUp);
  const address = await takePublicAddress(tx, candidates);
  const own = { id: cloud.ids.uuid(), tenantId, address, type, portId };
  const bandwidth = { bandwidthName: bandwidthName ?? `bandwidth-${address}`, bandwidthSize };
  const made = await tx.db.publicAddress.create({ data: { ...own, ...bandwidth, createdAt: cloud.clock.now() } });
  emitNetwork(tx, 'publicAddress', 'created', made);
  return made;
}
