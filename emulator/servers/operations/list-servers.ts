import { z } from 'zod';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Prisma, Server } from '../../store/generated/client.ts';
import { ServerStatus } from '../../store/generated/enums.ts';

/** Which servers of the caller's tenant. Name and address fit where the text is a part of them, as in the native list (compute 2.3). */
const ServerFilter = z.strictObject({
  id: z.string().optional(),
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
  run: ({ cloud, caller: { tenantId }, input: { filter, order, page } }): Promise<Page<Server>> =>
    readPage<Server>(page, { column: SORT_KEYS[order.by], idColumn: 'id', direction: order.direction }, ({ where, ...query }) =>
      cloud.database.read.server.findMany({ where: { tenantId, AND: [where, serverWhere(filter)] }, ...query }),
    ),
});

/** How many servers a filter finds; counted only when asked for. */
export const countServers = defineOperation({
  name: 'servers.count',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: z.object({ filter: ServerFilter.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { filter } }): Promise<number> =>
    cloud.database.read.server.count({ where: { tenantId, ...serverWhere(filter) } }),
});

function serverWhere({ name, ip, ...exact }: ServerFilter): Prisma.ServerWhereInput {
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(name !== undefined && { name: { contains: name } }),
    ...(ip !== undefined && { ports: { some: { address: { contains: ip } } } }),
  };
}
