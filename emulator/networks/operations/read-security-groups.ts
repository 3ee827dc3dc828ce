import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { SecurityGroup, SecurityGroupRule } from '../../store/generated/client.ts';
import { networkErrors as errors } from '../errors.ts';

export const listSecurityGroups = defineOperation({
  name: 'networks.listSecurityGroups',
  permission: 'vpc:securityGroups:list',
  access: 'read',
  input: z.object({ name: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { name, page } }): Promise<Page<SecurityGroup>> =>
    readPage<SecurityGroup>(page, { column: 'createdAt', idColumn: 'id', direction: 'asc' }, ({ where, ...query }) =>
      cloud.database.read.securityGroup.findMany({ where: { tenantId, ...(name && { name }), AND: [where] }, ...query }),
    ),
});

export const getSecurityGroup = defineOperation({
  name: 'networks.getSecurityGroup',
  permission: 'vpc:securityGroups:get',
  access: 'read',
  input: z.object({ securityGroupId: z.string() }),
  errors: [errors.securityGroupNotFound],
  async run({ cloud, caller, input }): Promise<SecurityGroup> {
    const group = await cloud.database.read.securityGroup.findUnique({ where: { id: input.securityGroupId } });
    const isVisible = group && (group.tenantId === caller.tenantId || isAdministrator(caller));
    ensure(isVisible, errors.securityGroupNotFound, { field: 'securityGroupId' });
    return group;
  },
});

// What belongs to several things that the caller has been shown, in one go.

export const listSecurityGroupRules = defineOperation({
  name: 'networks.listSecurityGroupRules',
  permission: 'vpc:securityGroupRules:list',
  access: 'read',
  input: z.object({ securityGroupIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<SecurityGroupRule[]> =>
    cloud.database.read.securityGroupRule.findMany({
      where: { groupId: { in: input.securityGroupIds }, ...(!isAdministrator(caller) && { tenantId: caller.tenantId }) },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    }),
});

/** A group with a port that is in it. */
export type GroupOfPort = SecurityGroup & { readonly portId: string };

export const listPortSecurityGroups = defineOperation({
  name: 'networks.listPortSecurityGroups',
  permission: 'vpc:securityGroups:list',
  access: 'read',
  input: z.object({ portIds: z.array(z.string()) }),
  async run({ cloud, caller, input }): Promise<GroupOfPort[]> {
    const memberships = await cloud.database.read.portSecurityGroup.findMany({
      where: {
        portId: { in: input.portIds },
        ...(!isAdministrator(caller) && { group: { tenantId: caller.tenantId } }),
      },
      include: { group: true },
      orderBy: [{ group: { createdAt: 'asc' } }, { groupId: 'asc' }],
    });
    return memberships.map(({ portId, group }) => ({ ...group, portId }));
  },
});
