import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils';
import BetterSqlite3 from 'better-sqlite3';

const GENERIC_ERROR = 1;

/** What SQLite refused, in Prisma's words; whatever else was thrown stays as it is. */
export function driverError(error: unknown): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error;
  const { code, message } = error;
  return new DriverAdapterError({ originalCode: code, originalMessage: message, ...mapped(code, message) });
}

function mapped(code: string, message: string): MappedError {
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
      return { kind: 'UniqueConstraintViolation', constraint: { fields: columnsIn(message) } };
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return { kind: 'NullConstraintViolation', constraint: { fields: columnsIn(message) } };
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
    case 'SQLITE_CONSTRAINT_TRIGGER':
      return { kind: 'ForeignKeyConstraintViolation', constraint: { foreignKey: {} } };
    default:
      return code.startsWith('SQLITE_BUSY')
        ? { kind: 'SocketTimeout' }
        : { kind: 'sqlite', extendedCode: GENERIC_ERROR, message };
  }
}

/** `UNIQUE constraint failed: Port.subnetId, Port.address` */
function columnsIn(message: string): string[] {
  const [, list = ''] = message.split('constraint failed: ');
  return list.split(', ').map(name => name.slice(name.lastIndexOf('.') + 1));
}
