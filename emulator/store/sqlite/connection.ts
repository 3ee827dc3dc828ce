import type { ArgType, ColumnType, SqlQuery, SqlResultSet } from '@prisma/driver-adapter-utils';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import BetterSqlite3 from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { declaredType, typeOfValues } from './column-types.ts';
import { driverError } from './driver-errors.ts';

/** Statements that are kept ready. The emulator has some two hundred; lists of ids of many lengths make more. */
const STATEMENTS_KEPT = 400;

/** WAL survives `kill -9` with NORMAL; only power loss could take the last commits, never the file. Times in ms, the cache in KiB. */
const SETTINGS = ['synchronous = NORMAL', 'foreign_keys = ON', 'busy_timeout = 5000', 'cache_size = -16000'];

type Statement = BetterSqlite3.Statement<unknown[], unknown[]>;

interface Prepared {
  readonly statement: Statement;
  readonly columnNames: string[];
  /** Undefined where it takes a value to tell. */
  readonly declared: readonly (ColumnType | undefined)[];
}

/**
 * A connection to a SQLite database, as Prisma's driver adapters need it. Statements are prepared once: SQLite takes longer to plan most of
 * ours than to run them.
 */
export class Connection {
  readonly database: BetterSqlite3.Database;
  readonly #statements = new LRUCache<string, Prepared>({ max: STATEMENTS_KEPT });

  constructor(file: string) {
    this.database = new BetterSqlite3(file);
    for (const setting of SETTINGS) this.database.pragma(setting);
  }

  /** Throws DriverAdapterError, as the other methods do. */
  query({ sql, args, argTypes }: SqlQuery): SqlResultSet {
    return this.#translated(() => {
      const { statement, columnNames, declared } = this.#prepare(sql);
      const values = bound(args, argTypes);
      if (!statement.reader) {
        statement.run(...values);
        return { columnNames: [], columnTypes: [], rows: [] };
      }
      const rows = statement.all(...values);
      const columnTypes = declared.map((type, column) => type ?? typeOfValues(rows.map(row => row[column])));
      for (const row of rows) readable(row, columnTypes);
      return { columnNames, columnTypes, rows };
    });
  }

  /** Returns the number of rows that changed. */
  execute({ sql, args, argTypes }: SqlQuery): number {
    return this.#translated(() => {
      const { statement } = this.#prepare(sql);
      return statement.run(...bound(args, argTypes)).changes;
    });
  }

  /** Statements without parameters or results. */
  run(sql: string): void {
    this.#translated(() => this.database.exec(sql));
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare<unknown[], unknown[]>(sql);
    const columns = statement.reader ? statement.raw().columns() : [];
    const declared = columns.map(({ type }) => declaredType(type));
    // Other numbers are exact without: no 32-bit integer, no time in ms needs a bigint.
    statement.safeIntegers(declared.some(type => type === undefined || type === ColumnTypeEnum.Int64));
    const prepared = { statement, columnNames: columns.map(({ name }) => name), declared };
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #translated<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw driverError(error);
    }
  }
}

/** Turns the values of a row, in place, into those that Prisma takes: no bigints; times may stay in ms since 1970. */
function readable(row: unknown[], types: readonly ColumnType[]): void {
  for (let column = 0; column < row.length; column++) {
    const value = row[column];
    if (typeof value === 'bigint') {
      const number = Number(value);
      row[column] = Number.isSafeInteger(number) ? number : value.toString();
    } else if (typeof value === 'number' && types[column] === ColumnTypeEnum.Int32) row[column] = Math.trunc(value);
  }
}

/** Arguments as better-sqlite3 binds them: times in ms since 1970, booleans as 0 and 1. */
function bound(args: readonly unknown[], types: readonly ArgType[]): unknown[] {
  return args.map((value, index) => boundValue(value, types[index]?.scalarType));
}

function boundValue(value: unknown, type: ArgType['scalarType'] | undefined): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return value;
  switch (type) {
    case 'int':
      return Number.parseInt(value, 10);
    case 'float':
    case 'decimal':
      return Number.parseFloat(value);
    case 'bigint':
      return BigInt(value);
    case 'datetime':
      return new Date(value).getTime();
    case 'bytes':
      return Buffer.from(value, 'base64');
    default:
      return value;
  }
}
