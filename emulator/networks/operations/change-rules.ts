import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import type { SecurityGroup } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownSecurityGroup } from '../own-networks.ts';
import { RuleInput, ruleOf } from '../rule-input.ts';

/** Adding rules to a security group and taking them away. A rule never changes. Source: compute 5.1, 5.3. */

export const createSecurityGroupRule = defineOperation({
  name: 'networks.createSecurityGroupRule',
  permission: 'vpc:securityGroupRules:create',
  access: 'write',
  input: RuleInput.extend({ securityGroupId: z.string() }),
  invalid: errors.ruleInvalid,
  errors: [
    errors.securityGroupNotFound,
    errors.ruleProtocolInvalid,
    errors.rulePortsInvalid,
    errors.ruleMultiportInvalid,
    errors.rulePriorityInvalid,
    errors.ruleRemoteInvalid,
    errors.remoteGroupNotFound,
    errors.securityGroupDescriptionInvalid,
    errors.ruleExists,
    errors.ruleQuotaUsedUp,
  ],
  async run({ cloud, caller, input: { securityGroupId: groupId, description, ...input }, commit }) {
    const match = ruleOf(input);
    const { remoteGroupId } = match;
    return commit(async tx => {
      const group = await ownSecurityGroup(tx, caller, groupId);
      const { tenantId } = group;
      if (remoteGroupId !== null) {
        const remote = await tx.db.securityGroup.findUnique({ where: { id: remoteGroupId } });
        refuse(remote?.tenantId !== tenantId, errors.remoteGroupNotFound, { field: 'remoteGroupId' });
      }
      refuse((await tx.db.securityGroupRule.findFirst({ where: { groupId, ...match } })) !== null, errors.ruleExists);
      await takeQuota(tx, cloud.config, { tenantId, resource: 'securityGroupRules', amount: 1 }, errors.ruleQuotaUsedUp);
      const own = { id: cloud.ids.uuid(), tenantId, groupId, description: description ?? '' };
      await tx.db.securityGroupRule.create({ data: { ...own, ...match, createdAt: cloud.clock.now() } });
      await touch(tx, group, cloud.clock.now());
      return { ruleId: own.id, securityGroupId: groupId };
    });
  },
});

export const deleteSecurityGroupRule = defineOperation({
  name: 'networks.deleteSecurityGroupRule',
  permission: 'vpc:securityGroupRules:delete',
  access: 'write',
  input: z.object({ ruleId: z.string() }),
  invalid: errors.ruleInvalid,
  errors: [errors.ruleNotFound],
  async run({ cloud, caller: { tenantId }, input: { ruleId: id }, commit }) {
    return commit(async tx => {
      const rule = await tx.db.securityGroupRule.findUnique({ where: { id }, include: { group: true } });
      ensure(rule?.tenantId === tenantId && rule, errors.ruleNotFound, { field: 'ruleId' });
      await tx.db.securityGroupRule.delete({ where: { id } });
      await releaseQuota(tx, { tenantId, resource: 'securityGroupRules', amount: 1 });
      await touch(tx, rule.group, cloud.clock.now());
      return { ruleId: id, securityGroupId: rule.groupId };
    });
  },
});

async function touch(tx: Transaction, { id }: SecurityGroup, updatedAt: Date): Promise<void> {
  emitNetwork(tx, 'securityGroup', 'updated', await tx.db.securityGroup.update({ where: { id }, data: { updatedAt } }));
}
