import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Prisma, Server } from '../../store/generated/client.ts';
import { ServerKind, ServerStatus } from '../../store/generated/enums.ts';

/** Which servers of the caller's tenant. Name and address fit where the text is a part of them, as in the native list (compute 2.3). */
const ServerFilter = z.strictObject({
  id: z.string().optional(),
  kind: z.enum(ServerKind).optional(),
  name: z.string().optional(),
  status: z.enum(ServerStatus).optional(),
  flavorId: z.string().optional(),
  imageId: z.string().optional(),
  ip: z.string().optional(),
});
type ServerFilter = z.infer<typeof ServerFilter>;

const SORT_KEYS = { CREATED_AT: 'createdAt', NAME: 'name' } as const;

const ServerOrder = z.strictObject({
  by: z.enum(['CREATED_AT', 'NAME']).default('CREATED_AT'),
  direction: z.enum(['asc', 'desc']).default('desc'),
});

export const listServers = defineOperation({
  name: 'servers.list',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: z.object({ filter: ServerFilter.prefault({}), order: ServerOrder.prefault({}), page: PageInput.prefault({}) }),
  async run({ cloud, caller: { tenantId }, input: { filter, order, page } }): Promise<Page<Server>> {
    const wanted = await serverWhere(cloud, tenantId, filter);
    const sorting = { column: SORT_KEYS[order.by], idColumn: 'id', direction: order.direction } as const;
    return readPage<Server>(page, sorting, ({ where, ...query }) =>
      cloud.database.read.server.findMany({ where: { AND: [where, wanted] }, ...query }),
    );
  },
});

/** How many servers a filter finds; counted only when asked for. */
export const countServers = defineOperation({
  name: 'servers.count',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: z.object({ filter: ServerFilter.prefault({}) }),
  run: async ({ cloud, caller: { tenantId }, input: { filter } }): Promise<number> =>
    cloud.database.read.server.count({ where: await serverWhere(cloud, tenantId, filter) }),
});

async function serverWhere(
  cloud: Cloud,
  tenantId: string,
  { name, ip, ...exact }: ServerFilter,
): Promise<Prisma.ServerWhereInput> {
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  return {
    tenantId,
    ...given,
    ...(name !== undefined && { AND: await nameHas(cloud, tenantId, name) }),
    // No address has a wildcard in it.
    ...(ip !== undefined && { ports: WILDCARD.test(ip) ? { some: { address: ip } } : { some: { address: { contains: ip } } } }),
  };
}

/** `contains` becomes LIKE, without an escape for its wildcards: what that finds is looked through where the text has one. */
const WILDCARD = /[%_]/;

async function nameHas({ database: { read } }: Cloud, tenantId: string, part: string): Promise<Prisma.ServerWhereInput> {
  const contains = { name: { contains: part } };
  if (!WILDCARD.test(part)) return contains;
  const found = await read.server.findMany({ where: { tenantId, ...contains }, select: { id: true, name: true } });
  const literally = found.filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()));
  return { id: { in: literally.map(({ id }) => id) } };
}
