import type { Row } from './benchmark.ts';

const COLUMNS = ['name', 'ours', 'reference', 'ratio', 'target', 'met'] as const;

/** Rows as a table for people. */
export function table(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(String), ...rows.map(row => COLUMNS.map(column => cell(row[column])))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map(line => line[column]?.length ?? 0)));
  return cells
    .map(line =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: Row[keyof Row]): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'MISSED';
  return typeof value === 'number' ? value.toLocaleString('en') : value;
}
