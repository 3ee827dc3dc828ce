import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota } from '../../quotas.ts';
import { networkErrors as errors } from '../errors.ts';
import { freePublicAddresses } from '../free-public-addresses.ts';
import { emitNetwork } from '../network-events.ts';
import { ownPublicAddress } from '../own-networks.ts';
import { recordPublicAddress } from '../record-public-address.ts';
import { BandwidthName, BandwidthShareType, BandwidthSize, PublicAddressType } from '../rules.ts';

/** Taking, changing and giving back elastic IPs. The bandwidth is kept and checked, and limits nothing. Source: compute 5.1. */

/** Mbit/s, where none is asked for. */
const DEFAULT_BANDWIDTH = 5;

export const allocatePublicAddress = defineOperation({
  name: 'networks.allocatePublicAddress',
  permission: 'vpc:publicIps:create',
  access: 'write',
  input: z.object({
    type: PublicAddressType.default('BGP'),
    bandwidthName: BandwidthName.nullish(),
    bandwidthSize: BandwidthSize.default(DEFAULT_BANDWIDTH),
    bandwidthShareType: BandwidthShareType.default('PER'),
  }),
  invalid: errors.publicAddressInvalid,
  errors: [
    errors.publicAddressTypeInvalid,
    errors.bandwidthInvalid,
    errors.bandwidthNotShared,
    errors.publicAddressQuotaUsedUp,
    errors.noPublicAddress,
  ],
  async run({ cloud, caller: { tenantId }, input: { type, bandwidthName, bandwidthSize }, commit }) {
    const candidates = await freePublicAddresses(cloud, 1);
    return commit(async tx => {
      const bandwidth = { bandwidthName: bandwidthName ?? null, bandwidthSize };
      const order = { tenantId, type, ...bandwidth, portId: null, candidates: [...candidates] };
      const { id } = await recordPublicAddress(tx, cloud, order, errors.publicAddressQuotaUsedUp);
      return { publicAddressId: id };
    });
  },
});

export const updatePublicAddress = defineOperation({
  name: 'networks.updatePublicAddress',
  permission: 'vpc:publicIps:update',
  access: 'write',
  input: z.object({
    publicAddressId: z.string(),
    bandwidthName: BandwidthName.optional(),
    bandwidthSize: BandwidthSize.optional(),
  }),
  invalid: errors.publicAddressInvalid,
  errors: [errors.publicAddressNotFound, errors.bandwidthInvalid],
  async run({ caller, input: { publicAddressId: id, bandwidthName, bandwidthSize }, commit }) {
    return commit(async tx => {
      await ownPublicAddress(tx, caller, id);
      const data = {
        ...(bandwidthName !== undefined && { bandwidthName }),
        ...(bandwidthSize !== undefined && { bandwidthSize }),
      };
      emitNetwork(tx, 'publicAddress', 'updated', await tx.db.publicAddress.update({ where: { id }, data }));
      return { publicAddressId: id };
    });
  },
});

export const releasePublicAddress = defineOperation({
  name: 'networks.releasePublicAddress',
  permission: 'vpc:publicIps:delete',
  access: 'write',
  input: z.object({ publicAddressId: z.string() }),
  invalid: errors.publicAddressInvalid,
  errors: [errors.publicAddressNotFound, errors.publicAddressStillBound],
  async run({ caller, input: { publicAddressId: id }, commit }) {
    return commit(async tx => {
      const address = await ownPublicAddress(tx, caller, id);
      refuse(address.portId !== null, errors.publicAddressStillBound);
      await tx.db.publicAddress.delete({ where: { id } });
      await releaseQuota(tx, { tenantId: address.tenantId, resource: 'publicAddresses', amount: 1 });
      emitNetwork(tx, 'publicAddress', 'deleted', address);
      return { publicAddressId: id };
    });
  },
});
