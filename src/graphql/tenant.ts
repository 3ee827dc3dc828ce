import type { Caller } from '../../emulator/identity/caller.ts';
import { login } from '../../emulator/identity/login.ts';
import { createDomain, issueToken, listDomains, listMyTenants } from '../../emulator/identity/operations.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import { ONCE } from './content-cost.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { DomainRef, NodeRef, TenantRef } from './refs.ts';

TenantRef.implement({
  description: 'A project of a domain in one region: what owns resources.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Tenant:<uuid>`.', resolve: tenant => globalId('Tenant', tenant.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud, the project’s: 32 hexadecimal digits.' }),
    name: t.exposeString('name', { description: 'Name of the project: that of its region.' }),
    region: t.exposeString('regionId', { description: 'The region that it is in: `eu-de`.' }),
    domainName: t.exposeString('domainName', { description: 'Name of the domain that it belongs to.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

DomainRef.implement({
  description: 'An account: it has a tenant in each region, and users. Only the administrator sees domains.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Domain:<uuid>`.', resolve: domain => globalId('Domain', domain.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud: 32 hexadecimal digits.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    tenants: t.field({
      type: [TenantRef],
      description: 'Its tenants, one in each region.',
      resolve: (domain, _args, { session }) => session.loaders.domainTenants.load(domain.id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

const UserRef = builder.objectRef<Caller>('User').implement({
  description: 'A user of a domain.',
  fields: t => ({
    uuid: t.exposeString('userId', { description: 'Id in the cloud: 32 hexadecimal digits.' }),
    name: t.exposeString('userName', { description: 'The user’s name.' }),
  }),
});

const MeRef = builder.objectRef<Caller>('Me').implement({
  description: 'Who asks, as the token says.',
  fields: t => ({
    user: t.field({ type: UserRef, description: 'The user.', resolve: caller => caller }),
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant that everything is done in.',
      resolve: ({ tenantId }, _args, { session }) => session.loaders.tenants.load(tenantId),
    }),
    tenants: t.field({
      type: [TenantRef],
      description: 'All tenants of the user’s domain, one in each region.',
      resolve: (_caller, _args, { session }) => session.run(listMyTenants, {}),
    }),
    roles: t.field({
      type: [enums.Role],
      description: 'What the user may do in this tenant.',
      resolve: ({ roles }) => [...roles],
    }),
  }),
});

builder.queryFields(t => ({
  me: t.field({
    type: MeRef,
    description: 'Who the token belongs to.',
    resolve: (_root, _args, { session }) => session.requireCaller(),
  }),
  tenants: t.field({
    type: [TenantRef],
    description: 'The tenants of the caller’s domain, one in each region.',
    resolve: (_root, _args, { session }) => session.run(listMyTenants, {}),
  }),
  domains: t.connection(
    {
      type: DomainRef,
      description: 'All domains of the cloud, by name. For the administrator.',
      complexity: pageCost,
      resolve: async (_root, page, { session }) => pageConnection(await session.run(listDomains, { page })),
    },
    connectionOf('Domain', 'domains'),
    edgeOf('Domain'),
  ),
}));

addMutation('login', {
  description: 'A token in exchange for a password. Needs no token itself. A document can do this once.',
  complexity: ONCE,
  input: t => ({
    domain: t.string({ required: true, description: 'Name of the domain: `demo-a`.' }),
    user: t.string({ required: true, description: 'Name of the user: `alice`.' }),
    password: t.string({ required: true, description: 'The password.' }),
    regionId: t.id({ required: true, description: 'The region whose tenant the token is for: `eu-de`.' }),
  }),
  run: (session, { regionId, ...rest }) => session.run(login, { ...rest, regionId: readId.region(regionId, 'regionId') }),
  payload: t => ({
    token: t.exposeString('token', { description: 'The token. It can be read here only.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it is good.' }),
  }),
});

const UserInput = builder.inputType('UserInput', {
  description: 'A user to make.',
  fields: t => ({
    name: t.string({ required: true, description: 'The user’s name.' }),
    password: t.string({ description: 'A password; without one the user signs in with issued tokens only.' }),
    role: t.field({ type: enums.Role, description: 'What the user may do; TENANT_ADMIN without it.' }),
  }),
});

addMutation('createDomain', {
  description:
    'Makes a domain with a tenant in each region, each with its default network, and its first user. For the administrator.',
  input: t => ({
    name: t.string({ required: true, description: 'Its name: up to 64 letters, digits, `_`, `.` and `-`.' }),
    uuid: t.string({ description: 'An id of your choice, 32 hexadecimal digits; a random one without it.' }),
    user: t.field({ type: UserInput, required: true, description: 'Its first user.' }),
  }),
  run: (session, { uuid, user, name }, options) =>
    session.run(createDomain, { name, id: uuid ?? undefined, user: withoutNulls(user) }, options),
  payload: t => ({
    domainUuid: t.exposeString('domainId', { description: 'Id of the domain.' }),
    tenants: t.field({
      type: [TenantRef],
      description: 'Its tenants, one in each region.',
      resolve: ({ domainId }, _args, { session }) => session.loaders.domainTenants.load(domainId),
    }),
  }),
});

addMutation('issueToken', {
  description: 'A token for any tenant, without a password: for tests and scripts. For the administrator.',
  input: t => ({
    tenantId: t.id({ required: true, description: 'The tenant.' }),
    role: t.field({ type: enums.Role, description: 'What it allows; TENANT_ADMIN without it.' }),
    lifetimeSeconds: t.int({ description: 'How long it is good, up to a year; as long as other tokens without it.' }),
    label: t.string({ description: 'A word to know it by.' }),
  }),
  run: (session, { tenantId, ...rest }, options) =>
    session.run(issueToken, { ...withoutNulls(rest), tenantId: readId.tenant(tenantId, 'tenantId') }, options),
  payload: t => ({
    token: t.exposeString('token', { description: 'The token. It can be read here only.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Until when it is good.',
      resolve: ({ expiresAt }) => new Date(expiresAt),
    }),
  }),
});
