import { z } from 'zod';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Disk, Prisma } from '../../store/generated/client.ts';
import { DiskStatus, DiskType } from '../../store/generated/enums.ts';
import { diskLimits } from '../rules.ts';

/** Which disks of the caller's tenant; all that is given has to fit. Names fit as a whole, as in the list of the service (compute 4.3). */
const DiskFilter = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  status: z.enum(DiskStatus).optional(),
  availabilityZone: z.string().optional(),
  type: z.enum(DiskType).optional(),
  bootable: z.boolean().optional(),
  shareable: z.boolean().optional(),
  /** The server that has it. */
  serverId: z.string().optional(),
  tags: z
    .array(z.object({ key: z.string(), value: z.string().optional() }))
    .max(diskLimits.tags.max)
    .default([]),
});
type DiskFilter = z.infer<typeof DiskFilter>;

const SORT_KEYS = { CREATED_AT: 'createdAt', NAME: 'name' } as const;

const DiskOrder = z.strictObject({
  by: z.enum(['CREATED_AT', 'NAME']).default('CREATED_AT'),
  direction: z.enum(['asc', 'desc']).default('desc'),
});

export const listDisks = defineOperation({
  name: 'disks.list',
  permission: 'evs:volumes:list',
  access: 'read',
  input: z.object({ filter: DiskFilter.prefault({}), order: DiskOrder.prefault({}), page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { filter, order, page } }): Promise<Page<Disk>> => {
    const wanted = diskWhere(tenantId, filter);
    const sorting = { column: SORT_KEYS[order.by], idColumn: 'id', direction: order.direction } as const;
    return readPage<Disk>(page, sorting, ({ where, ...query }) =>
      cloud.database.read.disk.findMany({ where: { AND: [where, wanted] }, ...query }),
    );
  },
});

/** How many disks a filter finds; counted only when asked for. */
export const countDisks = defineOperation({
  name: 'disks.count',
  permission: 'evs:volumes:list',
  access: 'read',
  input: z.object({ filter: DiskFilter.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { filter } }): Promise<number> =>
    cloud.database.read.disk.count({ where: diskWhere(tenantId, filter) }),
});

function diskWhere(tenantId: string, { serverId, tags, ...exact }: DiskFilter): Prisma.DiskWhereInput {
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  return {
    tenantId,
    ...given,
    ...(serverId !== undefined && { attachments: { some: { serverId } } }),
    AND: tags.map(({ key, value }) => ({ tags: { some: value === undefined ? { key } : { key, value } } })),
  };
}
