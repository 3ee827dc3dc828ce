import type { Cli } from './cli.ts';
import type { Listing } from './queries/pages.ts';
import { plural } from './render/amounts.ts';
import { type Column, table } from './render/table.ts';

/** How many rows a list shows unless it is asked for more. */
export const DEFAULT_LIMIT = 100;

/** The answer of a list: a table; with `--json` an array. Says so if there is more, or nothing. */
export function showList<Row>(cli: Cli, noun: string, found: Listing<Row>, columns: readonly Column<Row>[]): void {
  showParts(cli, noun, found, row => [row], columns);
}

/** The same with a line for each part of a row. */
export function showParts<Row, Part>(
  cli: Cli,
  noun: string,
  { rows, more }: Listing<Row>,
  partsOf: (row: Row) => readonly Part[],
  columns: readonly Column<Part>[],
): void {
  cli.show(rows, () => table(rows.flatMap(partsOf), columns, cli.style));
  if (rows.length === 0) cli.remark(`no ${noun}s`);
  if (more) cli.remark(`the first ${plural(rows.length, noun)}; see more with --limit`);
}
