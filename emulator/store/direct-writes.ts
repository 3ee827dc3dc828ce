import { insertStatements, type Rows } from './insert-rows.ts';
import type { Connection } from './sqlite/connection.ts';

/**
 * Statements inside of a transaction that go past Prisma: the events, which are written at every commit. It takes longer over them than the
 * database does, and they were half of all statements.
 */
export interface DirectWrites {
  insert<Table extends keyof Rows>(table: Table, rows: readonly Rows[Table][]): void;
  /** Raises a counter and returns its new value. */
  raiseCounter(name: string, by: number): number;
}

const RAISE = `INSERT INTO "Counter" ("name", "value") VALUES (?, ?)
  ON CONFLICT ("name") DO UPDATE SET "value" = "value" + excluded."value" RETURNING "value"`;

export function directWrites(writer: Connection): DirectWrites {
  return {
    insert(table, rows) {
      for (const { sql, values } of insertStatements(table, rows)) writer.execute({ sql, args: values, argTypes: [] });
    },
    raiseCounter(name, by) {
      const [row = []] = writer.query({ sql: RAISE, args: [name, by], argTypes: [] }).rows;
      return Number(row[0]);
    },
  };
}
