import type { Page } from '../../emulator/paging.ts';

interface ConnectionOptions<Row, Node> {
  /** What the schema shows of a row. */
  readonly show: (row: Row) => Node;
  /** Counts the whole list; only called where `totalCount` is asked for. */
  readonly count?: () => Promise<number>;
}

/** A page as Relay shows it. Cursors are made when they are asked for: most queries never look at them. */
export class PageConnection<Row, Node> {
  readonly edges: PageEdge<Row, Node>[];
  readonly pageInfo: PageInfo<Row>;
  readonly #count: (() => Promise<number>) | undefined;

  constructor(page: Page<Row>, { show, count }: ConnectionOptions<Row, Node>) {
    this.edges = page.rows.map(row => new PageEdge(page, row, show(row)));
    this.pageInfo = new PageInfo(page);
    this.#count = count;
  }

  count(): Promise<number> {
    return this.#count?.() ?? Promise.reject(new Error('this list cannot be counted'));
  }
}

/** A page of rows that the schema shows as they are. */
export function pageConnection<Row>(page: Page<Row>, count?: () => Promise<number>): PageConnection<Row, Row> {
  return new PageConnection(page, { show: row => row, ...(count && { count }) });
}

class PageEdge<Row, Node> {
  readonly node: Node;
  readonly #page: Page<Row>;
  readonly #row: Row;

  constructor(page: Page<Row>, row: Row, node: Node) {
    this.node = node;
    this.#page = page;
    this.#row = row;
  }

  get cursor(): string {
    return this.#page.cursorOf(this.#row);
  }
}

class PageInfo<Row> {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #page: Page<Row>;

  constructor(page: Page<Row>) {
    this.#page = page;
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
  }

  get startCursor(): string | null {
    return this.#cursorOf(this.#page.rows[0]);
  }

  get endCursor(): string | null {
    return this.#cursorOf(this.#page.rows.at(-1));
  }

  #cursorOf(row: Row | undefined): string | null {
    return row === undefined ? null : this.#page.cursorOf(row);
  }
}
