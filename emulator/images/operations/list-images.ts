import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { EVERYONE } from '../../events/event.ts';
import { defineOperation } from '../../operation.ts';
import { beyond, encodeRowCursor, type Page, type PagePlan, planPage, readDirection, toPage } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import type { Image, Prisma } from '../../store/generated/client.ts';
import { imageErrors } from '../errors.ts';

export const ImageFilter = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  /** Whose: PUBLIC, OWN, or SHARED with the caller (accepted unless memberStatus says otherwise). Without it all of these. */
  relation: z.enum(['PUBLIC', 'OWN', 'SHARED']).optional(),
  memberStatus: z.enum(['PENDING', 'ACCEPTED', 'REJECTED']).optional(),
  status: z.enum(['QUEUED', 'SAVING', 'ACTIVE', 'KILLED']).optional(),
  kind: z.enum(['SYSTEM', 'DATA', 'FULL_ECS', 'BARE_METAL']).optional(),
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

export const ImageOrder = z.strictObject({
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
      sourcesOf(filter, caller.tenantId).map(source => readSource(cloud, source, filter, order, plan, read)),
    );
    const sortValue = (image: Image): string | Date => image[SORT_KEYS[order.by]];
    const rows = merge(lists, sortValue, read);
    return toPage(rows, plan, image => encodeRowCursor(sortValue(image), image.id));
  },
});

/** How many images a filter finds. Counts them one by one, so it is only done when asked for. */
export const countImages = defineOperation({
  name: 'images.count',
  permission: 'ims:images:list',
  access: 'read',
  input: z.object({ filter: ImageFilter.prefault({}) }),
  async run({ cloud, caller, input: { filter } }): Promise<number> {
    const counts = sourcesOf(filter, caller.tenantId).map(source =>
      cloud.database.read.imageAccess.count({ where: { AND: [source, ...conditionsOf(filter)] } }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  },
});

/**
 * A range of one index of ImageAccess. Lists read a page from each range and merge them: one condition with OR over all of them could not
 * use an index for its order, and would cost as much as there are images.
 */
type Source = Pick<Prisma.ImageAccessWhereInput, 'audience' | 'listed' | 'memberStatus' | 'relation'>;

function sourcesOf({ relation, memberStatus }: ImageFilter, tenantId: string): Source[] {
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

async function readSource(
  cloud: Cloud,
  source: Source,
  filter: ImageFilter,
  order: ImageOrder,
  plan: PagePlan,
  read: 'asc' | 'desc',
): Promise<Image[]> {
  const column = SORT_KEYS[order.by];
  const rows = await cloud.database.read.imageAccess.findMany({
    where: {
      AND: [source, beyond(column, 'imageId', plan, read, order.by !== 'NAME'), ...conditionsOf(filter)],
    },
    orderBy: [{ [column]: read }, { imageId: read }],
    take: plan.limit + 1,
    include: { image: true },
  });
  return rows.map(({ image }) => image);
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
  const { id: _id, name: _name, relation: _relation, memberStatus: _memberStatus, tags = [], ...attributes } = filter;
  const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  if (tags.length === 0) return given;
  return { ...given, AND: tags.map(({ key, value }) => ({ tags: { some: value === undefined ? { key } : { key, value } } })) };
}

/** Sorted lists into one sorted list. */
function merge(lists: readonly Image[][], sortValue: (image: Image) => string | Date, read: 'asc' | 'desc'): Image[] {
  const [only, ...others] = lists;
  if (only === undefined) return [];
  if (others.length === 0) return only;
  const sign = read === 'asc' ? 1 : -1;
  return lists.flat().sort((a, b) => sign * (compare(sortValue(a), sortValue(b)) || compare(a.id, b.id)));
}

/** As the database compares: by code unit. */
function compare(a: string | Date, b: string | Date): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
