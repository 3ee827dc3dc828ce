import { printable } from './printable.ts';
import { type Style, widthOf } from './style.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'right';
}

const GAP = '  ';

/** Rows in aligned columns under their titles; nothing for no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(row => columns.map(({ value }) => printable(String(value(row) ?? ''))));
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, at) => Math.max(...[titles, ...cells].map(line => widthOf(line[at] ?? ''))));
  const write = (line: readonly string[]): string =>
    columns
      .map(({ align }, at) => pad(line[at] ?? '', widths[at] ?? 0, align))
      .join(GAP)
      .trimEnd();
  return [style.as('dim', write(titles)), ...cells.map(write)];
}

/** Names and values under each other, for one thing. Values that are not there are left out. */
export function fields(
  entries: readonly (readonly [name: string, value: string | number | null | undefined])[],
  style: Style,
): string[] {
  const given = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...given.map(([name]) => widthOf(name)));
  return given.map(([name, value]) => `${style.as('dim', pad(name, width))}${GAP}${printable(String(value))}`);
}

function pad(text: string, width: number, align?: 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}
