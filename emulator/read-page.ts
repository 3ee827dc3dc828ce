import { beyond, encodeRowCursor, type Page, type PageRequest, planPage, readDirection, toPage } from './paging.ts';

interface Order<Row> {
  readonly column: string & keyof Row;
  /** What settles ties, and is unique among the rows. */
  readonly idColumn: string & keyof Row;
  readonly direction: 'asc' | 'desc';
}

/** What a list adds to the conditions of its own. */
export interface PageQuery {
  readonly where: object;
  readonly orderBy: Record<string, 'asc' | 'desc'>[];
  readonly take: number;
}

/** Reads a page of a list in the order of one column, by the index over it. `read` adds whose rows and which. */
export async function readPage<Row extends object>(
  request: PageRequest,
  { column, idColumn, direction }: Order<Row>,
  read: (query: PageQuery) => Promise<Row[]>,
): Promise<Page<Row>> {
  const plan = planPage(request);
  const way = readDirection(direction, plan);
  const rows = await read({
    where: beyond(column, idColumn, plan, way, column.endsWith('At')),
    orderBy: [{ [column]: way }, { [idColumn]: way }],
    take: plan.limit + 1,
  });
  const cursorOf = (row: Row): string => {
    const value = row[column];
    return encodeRowCursor(value instanceof Date ? value : String(value), String(row[idColumn]));
  };
  return toPage(rows, plan, cursorOf);
}
