import { createSecurityGroupRule, deleteSecurityGroupRule } from '../../emulator/networks/operations/change-rules.ts';
import {
  createSecurityGroup,
  deleteSecurityGroup,
  updateSecurityGroup,
} from '../../emulator/networks/operations/change-security-groups.ts';
import { getSecurityGroup, listSecurityGroups } from '../../emulator/networks/operations/read-security-groups.ts';
import { portsOfRule } from '../../emulator/networks/port-list.ts';
import type { SecurityGroupRule } from '../../emulator/store/generated/client.ts';
import { securityGroupOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { NodeRef, SecurityGroupRef } from './refs.ts';

const RuleRef = builder.objectRef<SecurityGroupRule>('SecurityGroupRule').implement({
  description: 'What a security group lets through, or not.',
  fields: t => ({
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    direction: t.expose('direction', { type: enums.RuleDirection, description: 'Which way.' }),
    etherType: t.expose('etherType', { type: enums.EtherType, description: 'IP version.' }),
    protocol: t.exposeString('protocol', {
      nullable: true,
      description: '`tcp`, `udp`, `icmp`, `icmpv6` or a number; null for all.',
    }),
    portMin: t.exposeInt('portMin', {
      nullable: true,
      description: 'First port, or ICMP type; null for all, and for several of `multiport`.',
    }),
    portMax: t.exposeInt('portMax', {
      nullable: true,
      description: 'Last port, or ICMP code; null for all, and for several of `multiport`.',
    }),
    multiport: t.string({
      nullable: true,
      description: 'All its ports, one or several: `22,80,8000-8080`; null for all, and for ICMP.',
      resolve: rule => portsOfRule(rule),
    }),
    action: t.expose('action', { type: enums.RuleAction, description: 'What it does.' }),
    priority: t.exposeInt('priority', {
      description: '1 to 100; 1 is the highest. Of two of the same priority the one that denies would count.',
    }),
    remoteCidr: t.exposeString('remoteCidr', { nullable: true, description: 'Range of the other side.' }),
    remoteGroup: t.field({
      type: SecurityGroupRef,
      nullable: true,
      description: 'Group of the other side. Without a range or group it is anybody.',
      resolve: ({ remoteGroupId }, _args, { session }) =>
        remoteGroupId === null ? null : session.loaders.securityGroups.load(remoteGroupId),
    }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

SecurityGroupRef.implement({
  description:
    'Rules for the traffic of ports. They are kept and checked; whether they are enforced says the capability `securityGroups`.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `SecurityGroup:<uuid>`.', resolve: group => globalId('SecurityGroup', group.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name; several groups may have the same.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether ports are in it for which no other was asked.' }),
    rules: t.field({
      type: [RuleRef],
      description: 'What it lets through, the oldest first.',
      resolve: ({ id }, _args, { session }) => session.loaders.securityGroupRules.load(id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it or its rules changed last.' }),
  }),
});

builder.queryFields(t => ({
  securityGroup: t.field({
    type: SecurityGroupRef,
    nullable: true,
    description: 'A security group; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getSecurityGroup, { securityGroupId: readId.securityGroup(id) })),
  }),
  securityGroups: t.connection(
    {
      type: SecurityGroupRef,
      description: 'The security groups of the caller’s tenant, the oldest first.',
      args: { name: t.arg.string({ description: 'Only those of this name.' }) },
      complexity: pageCost,
      resolve: async (_root, { name, ...page }, { session }) =>
        pageConnection(await session.run(listSecurityGroups, { name, page })),
    },
    connectionOf('SecurityGroup', 'security groups'),
    edgeOf('SecurityGroup'),
  ),
}));

addMutation('createSecurityGroup', {
  description: 'Makes a security group. It begins with the rules of every group: all out, in from its own members.',
  input: t => ({
    name: t.string({ required: true, description: 'Its name: up to 64 letters, digits, `-`, `_` and `.`.' }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, input, options) => session.run(createSecurityGroup, input, options),
  payload: t => ({ securityGroup: t.field(securityGroupOfAnswer) }),
});

addMutation('updateSecurityGroup', {
  description: 'Renames or describes a security group. What is left out stays.',
  input: t => ({
    securityGroupId: t.id({ required: true, description: 'The group.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { securityGroupId, name, description }, options) =>
    session.run(
      updateSecurityGroup,
      { securityGroupId: readId.securityGroup(securityGroupId, 'securityGroupId'), name: name ?? undefined, description },
      options,
    ),
  payload: t => ({ securityGroup: t.field(securityGroupOfAnswer) }),
});

addMutation('deleteSecurityGroup', {
  description: 'Deletes a security group that no port is in and no other group refers to.',
  input: t => ({ securityGroupId: t.id({ required: true, description: 'The group.' }) }),
  run: (session, { securityGroupId }, options) =>
    session.run(deleteSecurityGroup, { securityGroupId: readId.securityGroup(securityGroupId, 'securityGroupId') }, options),
  payload: t => ({
    deletedSecurityGroupId: t.id({
      description: 'Global id of what is gone.',
      resolve: ({ securityGroupId }) => globalId('SecurityGroup', securityGroupId),
    }),
  }),
});

addMutation('createSecurityGroupRule', {
  description: 'Adds a rule to a security group.',
  input: t => ({
    securityGroupId: t.id({ required: true, description: 'The group.' }),
    direction: t.field({ type: enums.RuleDirection, required: true, description: 'Which way.' }),
    etherType: t.field({ type: enums.EtherType, description: 'IP version; IPv4 without it.' }),
    protocol: t.string({ description: '`tcp`, `udp`, `icmp`, `icmpv6` or a number; all without it.' }),
    portMin: t.int({ description: 'First port, or ICMP type.' }),
    portMax: t.int({ description: 'Last port, or ICMP code.' }),
    multiport: t.string({ description: 'Up to 20 ports and ranges, instead: `22,80,8000-8080`.' }),
    action: t.field({ type: enums.RuleAction, description: 'What it does; it allows without this.' }),
    priority: t.int({ description: '1, the highest, to 100; 1 without it.' }),
    remoteCidr: t.string({ description: 'Range of the other side: `10.0.0.0/8`.' }),
    remoteGroupId: t.id({ description: 'Group of the other side, instead of a range.' }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, { securityGroupId, etherType, remoteGroupId, action, priority, ...rest }, options) =>
    session.run(
      createSecurityGroupRule,
      {
        ...rest,
        securityGroupId: readId.securityGroup(securityGroupId, 'securityGroupId'),
        etherType: etherType ?? undefined,
        action: action ?? undefined,
        priority: priority ?? undefined,
        remoteGroupId: remoteGroupId && readId.securityGroup(remoteGroupId, 'remoteGroupId'),
      },
      options,
    ),
  payload: t => ({
    ruleUuid: t.exposeString('ruleId', { description: 'Id of the rule in the cloud.' }),
    securityGroup: t.field(securityGroupOfAnswer),
  }),
});

addMutation('deleteSecurityGroupRule', {
  description: 'Takes a rule away.',
  input: t => ({ ruleId: t.id({ required: true, description: 'Id of the rule in the cloud.' }) }),
  run: (session, { ruleId }, options) => session.run(deleteSecurityGroupRule, { ruleId }, options),
  payload: t => ({ securityGroup: t.field(securityGroupOfAnswer) }),
});
