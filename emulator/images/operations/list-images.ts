import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { EVERYONE } from '../../events/event.ts';
import { defineOperation } from '../../operation.ts';
import { beyond, encodeRowCursor, type Page, type PagePlan, planPage, readDirection, toPage } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import type { AccessEntry, AccessRange } from '../../store/access-pages.ts';
import type { Image, Prisma } from '../../store/generated/client.ts';
import { imageErrors } from '../errors.ts';

const ImageFilter = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  /** Whose: PUBLIC, OWN, or SHARED with the caller (accepted unless memberStatus says otherwise). Without it all of these. */
  relation: z.enum(['PUBLIC', 'OWN', 'SHARED']).optional(),
  memberStatus: z.enum(['PENDING', 'ACCEPTED', 'REJECTED']).optional(),
  status: z.enum(['QUEUED', 'SAVING', 'ACTIVE', 'KILLED']).optional(),
  kind: z.enum(['SYSTEM', 'DATA', 'FULL_ECS', 'BARE_METAL']).optional(),
  /** Of all disks of a server (`__whole_image`), or not. */
  wholeImage: z.boolean().optional(),
  osType: z.enum(['LINUX', 'WINDOWS', 'OTHER']).optional(),
  osVersion: z.string().optional(),
  platform: z.string().optional(),
  architecture: z.enum(['X86', 'ARM']).optional(),
  protected: z.boolean().optional(),
  userData: z.boolean().optional(),
  diskHotSwap: z.boolean().optional(),
  /** All of these tags; without a value any value fits. */
  tags: z
    .array(z.strictObject({ key: z.string(), value: z.string().optional() }))
    .max(10)
    .optional(),
});
export type ImageFilter = z.infer<typeof ImageFilter>;

const SORT_KEYS = { CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', NAME: 'name' } as const;

const ImageOrder = z.strictObject({
  by: z.enum(['CREATED_AT', 'UPDATED_AT', 'NAME']).default('CREATED_AT'),
  direction: z.enum(['asc', 'desc']).default('desc'),
});
type ImageOrder = z.infer<typeof ImageOrder>;

/** The images that the caller sees: public, own, and shared with it. */
export const listImages = defineOperation({
  name: 'images.list',
  permission: 'ims:images:list',
  access: 'read',
  input: z.object({ filter: ImageFilter.prefault({}), order: ImageOrder.prefault({}), page: PageInput.prefault({}) }),
  errors: [imageErrors.imageIdInvalid],
  async run({ cloud, caller, input: { filter, order, page } }): Promise<Page<Image>> {
    const plan = planPage(page);
    const read = readDirection(order.direction, plan);
    const lists = await Promise.all(
      rangesOf(filter, caller.tenantId).map(range => readRange(cloud, range, filter, order, plan, read)),
    );
    const entries = merge(lists, read);
    const images = await cloud.images.getMany(entries.map(({ imageId }) => imageId));
    const { rows, ...rest } = toPage(entries, plan, ({ imageId }) => imageId);
    return {
      ...rest,
      rows: rows.map(({ imageId }) => images.get(imageId)).filter(image => image !== undefined),
      cursorOf: image => encodeRowCursor(image[SORT_KEYS[order.by]], image.id),
    };
  },
});

/** How many images a filter finds. Counts them one by one, so it is only done when asked for. */
export const countImages = defineOperation({
  name: 'images.count',
  permission: 'ims:images:list',
  access: 'read',
  input: z.object({ filter: ImageFilter.prefault({}) }),
  async run({ cloud, caller, input: { filter } }): Promise<number> {
    const counts = rangesOf(filter, caller.tenantId).map(range =>
      cloud.database.read.imageAccess.count({ where: { AND: [range, ...conditionsOf(filter)] } }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  },
});

/**
 * The ranges of ImageAccess that a list is made of. Lists read a page from each and merge them: one condition with OR over all of them could
 * not use an index for its order, and would cost as much as there are images.
 */
function rangesOf({ relation, memberStatus }: ImageFilter, tenantId: string): AccessRange[] {
  if (memberStatus !== undefined)
    return relation === undefined || relation === 'SHARED' ? [{ audience: tenantId, memberStatus }] : [];
  if (relation === 'PUBLIC') return [{ audience: EVERYONE, listed: true }];
  if (relation === 'OWN') return [{ audience: tenantId, listed: true, relation: 'OWN' }];
  if (relation === 'SHARED') return [{ audience: tenantId, memberStatus: 'ACCEPTED' }];
  return [
    { audience: EVERYONE, listed: true },
    { audience: tenantId, listed: true },
  ];
}

async function readRange(
  cloud: Cloud,
  range: AccessRange,
  filter: ImageFilter,
  order: ImageOrder,
  plan: PagePlan,
  read: 'asc' | 'desc',
): Promise<AccessEntry[]> {
  const column = SORT_KEYS[order.by];
  const isDate = order.by !== 'NAME';
  const place = beyond(column, 'imageId', plan, read, isDate);
  const conditions = conditionsOf(filter);
  const limit = plan.limit + 1;
  if (conditions.length === 0) {
    const { from } = plan;
    const after = from && { imageId: from.id, sortValue: isDate ? Date.parse(from.value) : from.value };
    return cloud.database.readAccessPage({ range, column, direction: read, after, limit });
  }
  const rows = await cloud.database.read.imageAccess.findMany({
    where: { AND: [range, place, ...conditions] },
    orderBy: [{ [column]: read }, { imageId: read }],
    take: limit,
    select: { imageId: true, createdAt: true, updatedAt: true, name: true },
  });
  return rows.map(({ imageId, [column]: value }) => ({ imageId, sortValue: value instanceof Date ? value.getTime() : value }));
}

function conditionsOf(filter: ImageFilter): Prisma.ImageAccessWhereInput[] {
  const onImage = imageWhere(filter);
  return [
    ...(filter.id === undefined ? [] : [{ imageId: filter.id }]),
    ...(filter.name === undefined ? [] : [{ name: filter.name }]),
    ...(Object.keys(onImage).length === 0 ? [] : [{ image: onImage }]),
  ];
}

function imageWhere(filter: ImageFilter): Prisma.ImageWhereInput {
  const { id: _id, name: _name, relation: _relation, memberStatus: _memberStatus, wholeImage, tags = [], ...attributes } = filter;
  const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  const conditions: Prisma.ImageWhereInput[] = [
    ...(wholeImage === undefined ? [] : [{ kind: wholeImage ? ('FULL_ECS' as const) : { not: 'FULL_ECS' as const } }]),
    ...tags.map(({ key, value }) => ({ tags: { some: value === undefined ? { key } : { key, value } } })),
  ];
  return conditions.length === 0 ? given : { ...given, AND: conditions };
}

/** Sorted lists into one sorted list. */
function merge(lists: readonly AccessEntry[][], read: 'asc' | 'desc'): AccessEntry[] {
  const [only, ...others] = lists;
  if (only === undefined) return [];
  if (others.length === 0) return only;
  const sign = read === 'asc' ? 1 : -1;
  return lists.flat().sort((a, b) => sign * (compare(a.sortValue, b.sortValue) || compare(a.imageId, b.imageId)));
}

/** As the database compares: by code unit. */
function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
