import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import { firstRules } from '../default-group.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownSecurityGroup } from '../own-networks.ts';
import { SecurityGroupDescription, SecurityGroupName } from '../rules.ts';

/**
 * Making, changing and deleting security groups. They are kept and checked; whether what they say is enforced is the capability
 * `securityGroups` of the hardware. Source: compute 5.1.
 */

/** Begins with the rules of every group: all out, in from its own members. */
export const createSecurityGroup = defineOperation({
  name: 'networks.createSecurityGroup',
  permission: 'vpc:securityGroups:create',
  access: 'write',
  input: z.object({ name: SecurityGroupName, description: SecurityGroupDescription.nullish() }),
  invalid: errors.securityGroupInvalid,
  errors: [
    errors.securityGroupNameInvalid,
    errors.securityGroupDescriptionInvalid,
    errors.securityGroupQuotaUsedUp,
    errors.ruleQuotaUsedUp,
  ],
  async run({ cloud, caller: { tenantId }, input: { name, description }, commit }) {
    return commit(async tx => {
      const now = cloud.clock.now();
      const own = { id: cloud.ids.uuid(), tenantId };
      const rules = firstRules(own, { ids: cloud.ids, now });
      const groups = { tenantId, resource: 'securityGroups', amount: 1 } as const;
      await takeQuota(tx, cloud.config, groups, errors.securityGroupQuotaUsedUp);
      await takeQuota(
        tx,
        cloud.config,
        { tenantId, resource: 'securityGroupRules', amount: rules.length },
        errors.ruleQuotaUsedUp,
      );
      const data = { ...own, name, description: description ?? '', createdAt: now, updatedAt: now };
      emitNetwork(tx, 'securityGroup', 'created', await tx.db.securityGroup.create({ data }));
      await tx.db.securityGroupRule.createMany({ data: rules });
      return { securityGroupId: own.id };
    });
  },
});

export const updateSecurityGroup = defineOperation({
  name: 'networks.updateSecurityGroup',
  permission: 'vpc:securityGroups:update',
  access: 'write',
  input: z.object({
    securityGroupId: z.string(),
    name: SecurityGroupName.optional(),
    description: SecurityGroupDescription.nullish(),
  }),
  invalid: errors.securityGroupInvalid,
  errors: [
    errors.securityGroupNotFound,
    errors.securityGroupNameInvalid,
    errors.securityGroupDescriptionInvalid,
    errors.securityGroupIsDefault,
  ],
  async run({ cloud, caller, input: { securityGroupId: id, name, description }, commit }) {
    return commit(async tx => {
      const group = await ownSecurityGroup(tx, caller, id);
      refuse(group.isDefault && name !== undefined && name !== group.name, errors.securityGroupIsDefault, { field: 'name' });
      const data = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description: description ?? '' }),
        updatedAt: cloud.clock.now(),
      };
      emitNetwork(tx, 'securityGroup', 'updated', await tx.db.securityGroup.update({ where: { id }, data }));
      return { securityGroupId: id };
    });
  },
});

export const deleteSecurityGroup = defineOperation({
  name: 'networks.deleteSecurityGroup',
  permission: 'vpc:securityGroups:delete',
  access: 'write',
  input: z.object({ securityGroupId: z.string() }),
  invalid: errors.securityGroupInvalid,
  errors: [errors.securityGroupNotFound, errors.securityGroupIsDefault, errors.securityGroupInUse],
  async run({ caller, input: { securityGroupId: id }, commit }) {
    return commit(async tx => {
      const group = await ownSecurityGroup(tx, caller, id);
      refuse(group.isDefault, errors.securityGroupIsDefault);
      const port = await tx.db.portSecurityGroup.findFirst({ where: { groupId: id } });
      const { tenantId } = group;
      const rule = await tx.db.securityGroupRule.findFirst({ where: { tenantId, remoteGroupId: id, groupId: { not: id } } });
      refuse(port !== null || rule !== null, errors.securityGroupInUse);
      const rules = await tx.db.securityGroupRule.count({ where: { groupId: id } });
      await tx.db.securityGroup.delete({ where: { id } });
      await releaseQuota(tx, { tenantId, resource: 'securityGroups', amount: 1 });
      await releaseQuota(tx, { tenantId, resource: 'securityGroupRules', amount: rules });
      emitNetwork(tx, 'securityGroup', 'deleted', group);
      return { securityGroupId: id };
    });
  },
});
