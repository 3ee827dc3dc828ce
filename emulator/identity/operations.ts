import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { ensure, refuse } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { beyond, encodeRowCursor, type Page, planPage, readDirection, toPage } from '../paging.ts';
import { PageInput } from '../paging-input.ts';
import type { DescribedTenant } from '../row-caches.ts';
import type { TransactionClient } from '../store/database.ts';
import type { Domain, Role, Tenant } from '../store/generated/client.ts';
import { createDomain as createDomainRows, prepareDomain } from './domains.ts';
import { identityErrors as errors } from './errors.ts';
import { hashToken } from './tokens.ts';

export type { DescribedTenant } from '../row-caches.ts';

const Hex32 = z.string().regex(/^[0-9a-f]{32}$/);
const Name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);
const RoleName = z.enum(['ADMINISTRATOR', 'TENANT_ADMIN', 'READER']);

/** The caller's own tenants: one in each region. */
export const listMyTenants = defineOperation({
  name: 'identity.listMyTenants',
  permission: 'identity:self:list',
  access: 'read',
  input: z.object({}),
  run: async ({ cloud, caller }): Promise<DescribedTenant[]> =>
    withDomainNames(
      cloud,
      await cloud.database.read.tenant.findMany({ where: { domainId: caller.domainId }, orderBy: { regionId: 'asc' } }),
    ),
});

/** Tenants by id: a name to show for an owner or a member. Any caller that has seen the id may know it. */
export const describeTenants = defineOperation({
  name: 'identity.describeTenants',
  permission: 'identity:self:get',
  access: 'read',
  input: z.object({ tenantIds: z.array(z.string()) }),
  run: async ({ cloud, input }): Promise<DescribedTenant[]> => [...(await cloud.tenants.getMany(input.tenantIds)).values()],
});

async function withDomainNames(cloud: Cloud, tenants: readonly Tenant[]): Promise<DescribedTenant[]> {
  const domains = await cloud.database.read.domain.findMany({ where: { id: { in: tenants.map(({ domainId }) => domainId) } } });
  const names = new Map(domains.map(({ id, name }) => [id, name]));
  return tenants.map(tenant => ({ ...tenant, domainName: names.get(tenant.domainId) ?? '' }));
}

/** All domains of the cloud; for the administrator. */
export const listDomains = defineOperation({
  name: 'identity.listDomains',
  permission: 'cloudyard:identity:list',
  access: 'read',
  input: z.object({ page: PageInput.prefault({}) }),
  async run({ cloud, input }): Promise<Page<Domain>> {
    const plan = planPage(input.page);
    const read = readDirection('asc', plan);
    const rows = await cloud.database.read.domain.findMany({
      where: beyond('name', 'id', plan, read, false),
      orderBy: [{ name: read }, { id: read }],
      take: plan.limit + 1,
    });
    return toPage(rows, plan, domain => encodeRowCursor(domain.name, domain.id));
  },
});

export const getDomain = defineOperation({
  name: 'identity.getDomain',
  permission: 'cloudyard:identity:list',
  access: 'read',
  input: z.object({ domainId: z.string() }),
  errors: [errors.domainNotFound],
  async run({ cloud, input }): Promise<Domain> {
    const domain = await cloud.database.read.domain.findUnique({ where: { id: input.domainId } });
    ensure(domain, errors.domainNotFound, { field: 'domainId' });
    return domain;
  },
});

/** The tenants of several domains, in one go; for the administrator. */
export const listDomainTenants = defineOperation({
  name: 'identity.listDomainTenants',
  permission: 'cloudyard:identity:list',
  access: 'read',
  input: z.object({ domainIds: z.array(z.string()) }),
  run: async ({ cloud, input: { domainIds } }): Promise<DescribedTenant[]> =>
    withDomainNames(
      cloud,
      await cloud.database.read.tenant.findMany({
        where: { domainId: { in: domainIds } },
        orderBy: [{ domainId: 'asc' }, { regionId: 'asc' }],
      }),
    ),
});

/** A domain with a tenant in each region (each with its default network) and its first user. */
export const createDomain = defineOperation({
  name: 'identity.createDomain',
  permission: 'cloudyard:identity:create',
  access: 'write',
  input: z.object({
    name: Name,
    id: Hex32.optional(),
    user: z.object({ name: Name, password: z.string().min(1).max(256).optional(), role: RoleName.default('TENANT_ADMIN') }),
  }),
  invalid: errors.badParameter,
  errors: [errors.badParameter, errors.conflict],
  async run({ cloud, input: { user, name, id }, commit }) {
    const taken = await cloud.database.read.domain.findFirst({
      where: { OR: [{ name }, ...(id === undefined ? [] : [{ id }])] },
    });
    refuse(taken !== null, errors.conflict, { field: 'name' });
    const spec = { name, id, tenants: {}, users: [{ ...user, tokens: {} }] };
    const prepared = await prepareDomain(spec);
    return commit(async tx => {
      const made = await createDomainRows(tx, prepared, {
        ids: cloud.ids,
        now: cloud.clock.now(),
        regions: cloud.config.regions,
      });
      return { domainId: made.domainId, tenantIds: Object.fromEntries(made.tenantIds) };
    });
  },
});

/** A token for a tenant, without a password: the way for tests and for the console. */
export const issueToken = defineOperation({
  name: 'identity.issueToken',
  permission: 'cloudyard:identity:create',
  access: 'write',
  input: z.object({
    tenantId: Hex32,
    role: RoleName.default('TENANT_ADMIN'),
    lifetimeSeconds: z
      .number()
      .int()
      .positive()
      .max(366 * 24 * 3600)
      .optional(),
    label: z.string().min(1).max(64).default('issued'),
  }),
  invalid: errors.badParameter,
  errors: [errors.badParameter, errors.projectNotFound],
  answersOnce: true,
  async run({ cloud, input, commit }): Promise<{ token: string; expiresAt: string }> {
    const tenant = await cloud.database.read.tenant.findUnique({ where: { id: input.tenantId } });
    ensure(tenant, errors.projectNotFound, { field: 'tenantId' });
    const token = cloud.ids.secret();
    return commit(async tx => {
      const createdAt = cloud.clock.now();
      const expiresAt = new Date(createdAt.getTime() + (input.lifetimeSeconds ?? cloud.config.tokenLifetimeSeconds) * 1000);
      const user = await tokenUser(tx.db, tenant, input.role, { id: cloud.ids.hex32(), createdAt });
      await tx.db.token.create({
        data: { hash: hashToken(token), userId: user, tenantId: tenant.id, label: input.label, createdAt, expiresAt },
      });
      return { token, expiresAt: expiresAt.toISOString() };
    });
  },
});

/** Tokens without a password belong to a user of their own for each role in the tenant's domain. */
async function tokenUser(
  db: TransactionClient,
  tenant: Tenant,
  role: Role,
  fresh: { id: string; createdAt: Date },
): Promise<string> {
  const name = `tokens-${role.toLowerCase().replace('_', '-')}`;
  const known = await db.user.findUnique({ where: { domainId_name: { domainId: tenant.domainId, name } } });
  if (known) return known.id;
  await db.user.create({ data: { ...fresh, name, domainId: tenant.domainId } });
  await db.roleAssignment.create({ data: { userId: fresh.id, tenantId: '*', role } });
  return fresh.id;
}
