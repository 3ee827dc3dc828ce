import type { ColumnType } from '@prisma/driver-adapter-utils';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';

/** Types as Prisma's migrations declare them for SQLite. */
const DECLARED: Readonly<Record<string, ColumnType>> = {
  TEXT: ColumnTypeEnum.Text,
  INTEGER: ColumnTypeEnum.Int32,
  BIGINT: ColumnTypeEnum.Int64,
  BOOLEAN: ColumnTypeEnum.Boolean,
  DATETIME: ColumnTypeEnum.DateTime,
  JSONB: ColumnTypeEnum.Json,
  BLOB: ColumnTypeEnum.Bytes,
  REAL: ColumnTypeEnum.Double,
};

/** Type of a column of a table; undefined for an expression, which is of no type until it has a value. */
export function declaredType(declaration: string | null): ColumnType | undefined {
  return declaration === null ? undefined : DECLARED[declaration.toUpperCase()];
}

/** Type of an expression by the first value that it has; where it has none, any will do. */
export function typeOfValues(values: Iterable<unknown>): ColumnType {
  for (const value of values) {
    if (typeof value === 'string') return ColumnTypeEnum.Text;
    if (typeof value === 'bigint') return ColumnTypeEnum.Int64;
    if (typeof value === 'number') return ColumnTypeEnum.UnknownNumber;
    if (value instanceof Uint8Array) return ColumnTypeEnum.Bytes;
  }
  return ColumnTypeEnum.Int32;
}
