import { CloudError, commonErrors } from './errors.ts';

/** A page of a list, as Relay asks for it: forwards with first/after or backwards with last/before. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Cursor of a row of this list. */
  cursorOf(row: Row): string;
}

export interface PagePlan {
  readonly limit: number;
  readonly backwards: boolean;
  /** The row to go on from: its sort value and id. */
  readonly from: { readonly value: string; readonly id: string } | undefined;
}

export const pageLimits = { default: 25, max: 500 } as const;

/** Throws CloudError `badRequest` for a request that is none of the two forms. */
export function planPage({ first, after, last, before }: PageRequest, maximum: number = pageLimits.max): PagePlan {
  const backwards = last !== undefined && last !== null;
  if (backwards && first !== undefined && first !== null) throw badPage('Ask for either the first or the last.', 'last');
  const limit = (backwards ? last : first) ?? pageLimits.default;
  if (!Number.isInteger(limit) || limit < 0 || limit > maximum) {
    throw badPage(`A page has 0 to ${maximum} entries.`, backwards ? 'last' : 'first');
  }
  const cursor = (backwards ? before : after) ?? undefined;
  return { limit, backwards, from: cursor === undefined ? undefined : decodeRowCursor(cursor, backwards ? 'before' : 'after') };
}

/** Keeps the sort value and the id, so that the page goes on at the right place even if that row is gone. */
export function encodeRowCursor(value: string | Date, id: string): string {
  return Buffer.from(JSON.stringify([value instanceof Date ? value.toISOString() : value, id])).toString('base64url');
}

function decodeRowCursor(cursor: string, field: string): { value: string; id: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string')
      return { value: parsed[0], id: parsed[1] };
  } catch {
    // falls through: not one of ours
  }
  throw badPage('The cursor is not one of this list.', field);
}

function badPage(message: string, field: string): CloudError {
  return new CloudError(commonErrors.badRequest, { message, field });
}

/** Which way an index is read: backwards pages read it the other way round and are turned about afterwards. */
export function readDirection(direction: 'asc' | 'desc', { backwards }: PagePlan): 'asc' | 'desc' {
  return backwards ? (direction === 'asc' ? 'desc' : 'asc') : direction;
}

/**
 * The condition for rows beyond a place, as Prisma's `where`. The plain comparison on the sort column comes first, so that the database
 * finds the place by its index; the rest settles ties by id.
 */
export function beyond(column: string, idColumn: string, plan: PagePlan, read: 'asc' | 'desc', isDate: boolean): object {
  if (!plan.from) return {};
  const value = isDate ? new Date(plan.from.value) : plan.from.value;
  if (value instanceof Date && Number.isNaN(value.getTime())) throw badPage('The cursor is not one of this list.', 'after');
  const [strict, loose] = read === 'asc' ? (['gt', 'gte'] as const) : (['lt', 'lte'] as const);
  return { [column]: { [loose]: value }, OR: [{ [column]: { [strict]: value } }, { [idColumn]: { [strict]: plan.from.id } }] };
}

/** Makes a page of what was read: up to one row more than asked for. */
export function toPage<Row>(read: readonly Row[], plan: PagePlan, cursorOf: (row: Row) => string): Page<Row> {
  const more = read.length > plan.limit;
  const kept = read.slice(0, plan.limit);
  return {
    rows: plan.backwards ? kept.reverse() : kept,
    hasNextPage: plan.backwards ? plan.from !== undefined : more,
    hasPreviousPage: plan.backwards ? more : plan.from !== undefined,
    cursorOf,
  };
}
