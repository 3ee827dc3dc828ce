import type { ImageRelation, MemberStatus } from './generated/client.ts';
import type { Connection } from './sqlite/connection.ts';

/** Entries of ImageAccess that one index holds in order. */
export interface AccessRange {
  readonly audience: string;
  readonly listed?: boolean;
  readonly memberStatus?: MemberStatus;
  readonly relation?: ImageRelation;
}

export interface AccessPage {
  readonly range: AccessRange;
  readonly column: 'createdAt' | 'updatedAt' | 'name';
  readonly direction: 'asc' | 'desc';
  /** Only what comes after this entry. */
  readonly after: AccessEntry | undefined;
  readonly limit: number;
}

/** An image and what it is sorted by: its name, or a time in ms since 1970. */
export interface AccessEntry {
  readonly imageId: string;
  readonly sortValue: string | number;
}

/**
 * Reads a page of ImageAccess from its index alone. Every list of images begins with this, so it goes past Prisma, which takes ten times as
 * long as SQLite does.
 */
export function readAccessPage(reader: Connection, { range, column, direction, after, limit }: AccessPage): AccessEntry[] {
  const [beyond, order] = direction === 'asc' ? (['>', 'ASC'] as const) : (['<', 'DESC'] as const);
  const conditions = Object.keys(range).map(name => `"${name}" = ?`);
  const values: unknown[] = Object.values(range).map(value => (typeof value === 'boolean' ? Number(value) : value));
  if (after) {
    conditions.push(`"${column}" ${beyond}= ?`, `("${column}" ${beyond} ? OR "imageId" ${beyond} ?)`);
    values.push(after.sortValue, after.sortValue, after.imageId);
  }
  const sql = `SELECT "imageId", "${column}" FROM "ImageAccess" WHERE ${conditions.join(' AND ')}
    ORDER BY "${column}" ${order}, "imageId" ${order} LIMIT ?`;
  const rows = reader.query({ sql, args: [...values, limit], argTypes: [] }).rows;
  return rows.map(([imageId, sortValue]) => ({
    imageId: String(imageId),
    sortValue: typeof sortValue === 'number' ? sortValue : String(sortValue),
  }));
}
