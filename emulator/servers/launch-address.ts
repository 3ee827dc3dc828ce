import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../errors.ts';
import type { NicSpec } from '../hardware/hardware.ts';
import type { Caller } from '../identity/caller.ts';
import { freePublicAddresses } from '../networks/free-public-addresses.ts';
import { emitNetwork } from '../networks/network-events.ts';
import { recordPublicAddress } from '../networks/record-public-address.ts';
import { networkLimits } from '../networks/rules.ts';
import type { PublicAddress } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { integer, text } from '../validation.ts';
import { serverErrors as errors } from './errors.ts';
import { requireCapability } from './hardware-failures.ts';

/** The elastic IP of a launch: one that is there, for a single server, or a new one for each server. Source: compute 2.1. */
export const LaunchAddress = z.object({
  publicAddressId: text(errors.publicAddressNotFound).nullish(),
  /** Mbit/s of a new one. */
  bandwidthSize: integer(networkLimits.bandwidth, errors.bandwidthInvalid).default(5),
});
type LaunchAddress = z.infer<typeof LaunchAddress>;

/** What the primary port of each server is to be bound to. */
export interface PlannedAddress {
  /** One that is there. */
  readonly existing: PublicAddress | undefined;
  readonly bandwidthSize: number;
  /** For new ones. */
  readonly candidates: readonly string[];
}

/** Throws `notOnThisHardware`, `publicAddressNotFound`, `publicAddressUnusable`, `badParameter`. */
export async function planAddress(
  cloud: Cloud,
  { tenantId }: Caller,
  { publicAddressId, bandwidthSize }: LaunchAddress,
  count: number,
): Promise<PlannedAddress> {
  requireCapability(cloud, 'publicAddresses');
  if (!publicAddressId) return { existing: undefined, bandwidthSize, candidates: await freePublicAddresses(cloud, count) };
  refuse(count > 1, errors.badParameter, {
    message: 'Only one server can have this elastic IP.',
    field: 'publicAddress.publicAddressId',
  });
  const existing = await cloud.database.read.publicAddress.findUnique({ where: { id: publicAddressId } });
  const field = 'publicAddress.publicAddressId';
  ensure(existing?.tenantId === tenantId && existing, errors.publicAddressNotFound, { field });
  refuse(existing.portId !== null, errors.publicAddressUnusable, { field });
  return { existing, bandwidthSize, candidates: [] };
}

interface AddressPlan {
  readonly tenantId: string;
  readonly planned: PlannedAddress;
  /** The primary interface of each server. */
  readonly nics: readonly NicSpec[];
  readonly quotaUsedUp: ErrorCode;
}

/** Binds an elastic IP to each interface. Returns those that were made for it, one for each server, or nothing. */
export async function recordAddresses(
  tx: Transaction,
  cloud: Cloud,
  { tenantId, planned, nics, quotaUsedUp }: AddressPlan,
): Promise<string[]> {
  const candidates = [...planned.candidates];
  const made: string[] = [];
  for (const { portId } of nics) {
    refuse((await tx.db.publicAddress.findUnique({ where: { portId } })) !== null, errors.publicAddressUnusable);
    if (planned.existing) {
      const { id } = planned.existing;
      const { count } = await tx.db.publicAddress.updateMany({ where: { id, portId: null }, data: { portId } });
      refuse(count === 0, errors.publicAddressUnusable, { field: 'publicAddress.publicAddressId' });
      emitNetwork(tx, 'publicAddress', 'updated', planned.existing);
    } else {
      const { bandwidthSize } = planned;
      const order = { tenantId, type: 'BGP', bandwidthName: null, bandwidthSize, portId, candidates } as const;
      made.push((await recordPublicAddress(tx, cloud, order, quotaUsedUp)).id);
    }
  }
  return made;
}
