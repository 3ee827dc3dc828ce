import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import type { Vpc } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { text, uuid } from '../../validation.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownSubnet, ownVpc } from '../own-networks.ts';
import { type AddressRange, firstHost, holds, isHost, overlap, readRange } from '../ranges.ts';
import * as rules from '../rules.ts';

/** Making, changing and deleting subnets. A subnet's range and gateway never change. Source: compute 5.1. */

export const createSubnet = defineOperation({
  name: 'networks.createSubnet',
  permission: 'vpc:subnets:create',
  access: 'write',
  input: z.object({
    vpcId: uuid(errors.subnetInvalid),
    name: rules.SubnetName,
    cidr: rules.SubnetRange,
    /** The first address of the range without it. */
    gateway: text(errors.gatewayInvalid).nullish(),
    dhcp: z.boolean().default(true),
    primaryDns: rules.DnsServer.nullish(),
    secondaryDns: rules.DnsServer.nullish(),
    description: rules.SubnetDescription.nullish(),
  }),
  invalid: errors.subnetInvalid,
  errors: [
    errors.vpcNotFound,
    errors.subnetNameInvalid,
    errors.subnetRangeInvalid,
    errors.subnetOutsideVpc,
    errors.subnetOverlaps,
    errors.gatewayInvalid,
    errors.dnsInvalid,
    errors.subnetDescriptionInvalid,
    errors.subnetQuotaUsedUp,
  ],
  async run({ cloud, caller, input: { vpcId, name, cidr, dhcp, description, ...input }, commit }) {
    const { tenantId } = caller;
    const range = readRange(cidr);
    ensure(range, errors.subnetRangeInvalid, { field: 'cidr' });
    const gateway = input.gateway ?? firstHost(range);
    refuse(!isHost(range, gateway), errors.gatewayInvalid, { field: 'gateway' });
    return commit(async tx => {
      await requireFreeRange(tx, await ownVpc(tx, caller, vpcId), range);
      await takeQuota(tx, cloud.config, { tenantId, resource: 'subnets', amount: 1 }, errors.subnetQuotaUsedUp);
      const own = { id: cloud.ids.uuid(), tenantId, vpcId, name, cidr, gateway, dhcp, description: description ?? '' };
      const dns = {
        primaryDns: input.primaryDns ?? rules.defaultDns.primary,
        secondaryDns: input.secondaryDns ?? (input.primaryDns ? null : rules.defaultDns.secondary),
      };
      const data = { ...own, ...dns, createdAt: cloud.clock.now() };
      emitNetwork(tx, 'subnet', 'created', await tx.db.subnet.create({ data }));
      return { subnetId: own.id };
    });
  },
});

export const updateSubnet = defineOperation({
  name: 'networks.updateSubnet',
  permission: 'vpc:subnets:update',
  access: 'write',
  input: z.object({
    subnetId: rules.SubnetId,
    name: rules.SubnetName.optional(),
    dhcp: z.boolean().optional(),
    primaryDns: rules.DnsServer.nullish(),
    secondaryDns: rules.DnsServer.nullish(),
    description: rules.SubnetDescription.nullish(),
  }),
  invalid: errors.subnetInvalid,
  errors: [
    errors.subnetIdInvalid,
    errors.subnetNotFound,
    errors.subnetNameInvalid,
    errors.dnsInvalid,
    errors.subnetDescriptionInvalid,
  ],
  async run({ caller, input: { subnetId, name, dhcp, primaryDns, secondaryDns, description }, commit }) {
    return commit(async tx => {
      await ownSubnet(tx, caller, subnetId);
      const data = {
        ...(name !== undefined && { name }),
        ...(dhcp !== undefined && { dhcp }),
        ...(primaryDns !== undefined && { primaryDns }),
        ...(secondaryDns !== undefined && { secondaryDns }),
        ...(description !== undefined && { description: description ?? '' }),
      };
      emitNetwork(tx, 'subnet', 'updated', await tx.db.subnet.update({ where: { id: subnetId }, data }));
      return { subnetId };
    });
  },
});

export const deleteSubnet = defineOperation({
  name: 'networks.deleteSubnet',
  permission: 'vpc:subnets:delete',
  access: 'write',
  input: z.object({ subnetId: rules.SubnetId }),
  invalid: errors.subnetInvalid,
  errors: [errors.subnetIdInvalid, errors.subnetNotFound, errors.subnetInUse, errors.subnetHasAddresses],
  async run({ caller, input: { subnetId }, commit }) {
    return commit(async tx => {
      const subnet = await ownSubnet(tx, caller, subnetId);
      const used = await tx.db.port.findFirst({ where: { subnetId, serverId: { not: null } } });
      refuse(used !== null, errors.subnetInUse);
      refuse((await tx.db.port.findFirst({ where: { subnetId } })) !== null, errors.subnetHasAddresses);
      await tx.db.subnet.delete({ where: { id: subnetId } });
      await tx.db.counter.deleteMany({ where: { name: `address.${subnetId}` } });
      await releaseQuota(tx, { tenantId: subnet.tenantId, resource: 'subnets', amount: 1 });
      emitNetwork(tx, 'subnet', 'deleted', subnet);
      return { subnetId };
    });
  },
});

/** Throws `subnetOutsideVpc`, `subnetOverlaps`. */
async function requireFreeRange(tx: Transaction, { id: vpcId, cidr }: Vpc, range: AddressRange): Promise<void> {
  const whole = readRange(cidr);
  refuse(!whole || !holds(whole, range), errors.subnetOutsideVpc, { field: 'cidr' });
  const neighbours = await tx.db.subnet.findMany({ where: { vpcId }, select: { cidr: true } });
  const taken = neighbours.some(neighbour => {
    const other = readRange(neighbour.cidr);
    return other !== undefined && overlap(range, other);
  });
  refuse(taken, errors.subnetOverlaps, { field: 'cidr' });
}
