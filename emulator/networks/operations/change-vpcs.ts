import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import type { Transaction } from '../../transactions.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownVpc } from '../own-networks.ts';
import { holds, readRange } from '../ranges.ts';
import * as rules from '../rules.ts';

/** Making, changing and deleting VPCs. Those of one tenant may have the same range: they are apart. Source: compute 5.1. */

export const createVpc = defineOperation({
  name: 'networks.createVpc',
  permission: 'vpc:vpcs:create',
  access: 'write',
  input: z.object({ name: rules.VpcName, cidr: rules.VpcRange, description: rules.VpcDescription.nullish() }),
  invalid: errors.vpcInvalid,
  errors: [
    errors.vpcNameInvalid,
    errors.vpcRangeInvalid,
    errors.vpcDescriptionInvalid,
    errors.vpcNameTaken,
    errors.vpcQuotaUsedUp,
  ],
  async run({ cloud, caller: { tenantId }, input: { name, cidr, description }, commit }) {
    return commit(async tx => {
      await requireFreeName(tx, tenantId, name);
      await takeQuota(tx, cloud.config, { tenantId, resource: 'vpcs', amount: 1 }, errors.vpcQuotaUsedUp);
      const own = { id: cloud.ids.uuid(), tenantId, name, cidr, description: description ?? '' };
      emitNetwork(tx, 'vpc', 'created', await tx.db.vpc.create({ data: { ...own, createdAt: cloud.clock.now() } }));
      return { vpcId: own.id };
    });
  },
});

export const updateVpc = defineOperation({
  name: 'networks.updateVpc',
  permission: 'vpc:vpcs:update',
  access: 'write',
  input: z.object({
    vpcId: rules.VpcId,
    name: rules.VpcName.optional(),
    cidr: rules.VpcRange.optional(),
    description: rules.VpcDescription.nullish(),
  }),
  invalid: errors.vpcInvalid,
  errors: [
    errors.vpcIdInvalid,
    errors.vpcNotFound,
    errors.vpcNameInvalid,
    errors.vpcRangeInvalid,
    errors.vpcDescriptionInvalid,
    errors.vpcNameTaken,
    errors.vpcRangeTooSmall,
  ],
  async run({ caller, input: { vpcId, name, cidr, description }, commit }) {
    return commit(async tx => {
      const vpc = await ownVpc(tx, caller, vpcId);
      if (name !== undefined && name !== vpc.name) await requireFreeName(tx, caller.tenantId, name);
      if (cidr !== undefined) await requireHolds(tx, vpcId, cidr);
      const data = {
        ...(name !== undefined && { name }),
        ...(cidr !== undefined && { cidr }),
        ...(description !== undefined && { description: description ?? '' }),
      };
      emitNetwork(tx, 'vpc', 'updated', await tx.db.vpc.update({ where: { id: vpcId }, data }));
      return { vpcId };
    });
  },
});

export const deleteVpc = defineOperation({
  name: 'networks.deleteVpc',
  permission: 'vpc:vpcs:delete',
  access: 'write',
  input: z.object({ vpcId: rules.VpcId }),
  invalid: errors.vpcInvalid,
  errors: [errors.vpcIdInvalid, errors.vpcNotFound, errors.vpcHasSubnets],
  async run({ caller, input: { vpcId }, commit }) {
    return commit(async tx => {
      const vpc = await ownVpc(tx, caller, vpcId);
      refuse((await tx.db.subnet.findFirst({ where: { vpcId } })) !== null, errors.vpcHasSubnets);
      await tx.db.vpc.delete({ where: { id: vpcId } });
      await releaseQuota(tx, { tenantId: vpc.tenantId, resource: 'vpcs', amount: 1 });
      emitNetwork(tx, 'vpc', 'deleted', vpc);
      return { vpcId };
    });
  },
});

async function requireFreeName(tx: Transaction, tenantId: string, name: string): Promise<void> {
  refuse((await tx.db.vpc.findFirst({ where: { tenantId, name } })) !== null, errors.vpcNameTaken, { field: 'name' });
}

async function requireHolds(tx: Transaction, vpcId: string, cidr: string): Promise<void> {
  const outer = readRange(cidr);
  ensure(outer, errors.vpcRangeInvalid, { field: 'cidr' });
  const subnets = await tx.db.subnet.findMany({ where: { vpcId }, select: { cidr: true } });
  const isOutside = subnets.some(subnet => {
    const inner = readRange(subnet.cidr);
    return inner !== undefined && !holds(outer, inner);
  });
  refuse(isOutside, errors.vpcRangeTooSmall, { field: 'cidr' });
}
