import { join } from 'node:path';
import { type AccessEntry, type AccessPage, readAccessPage } from './access-pages.ts';
import { type DirectWrites, directWrites } from './direct-writes.ts';
import { type Prisma, PrismaClient } from './generated/client.ts';
import { migrate } from './migrations.ts';
import { openConnections, sqliteAdapter } from './sqlite/sqlite-adapter.ts';

/** A client inside a transaction: what it writes is seen by others only when all of it is committed. */
export type TransactionClient = Prisma.TransactionClient;

/**
 * The cloud's database.
 *
 * Writers take turns; readers see what is committed and never wait.
 */
export interface Database {
  readonly read: PrismaClient;
  /** A page of who may see which image: see access-pages.ts. */
  readAccessPage(page: AccessPage): AccessEntry[];
  /** Runs the work in a transaction, which `direct` writes into, too; nothing but the database is touched in it. Rolled back if it throws. */
  write<T>(work: (tx: TransactionClient, direct: DirectWrites) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

// Writers queue in this process, so Prisma's own limits only guard against work that hangs. In milliseconds.
const TRANSACTION_LIMITS = { maxWait: 120_000, timeout: 120_000 };

/** Name of the database in a cloud's folder. */
export const DATABASE_FILE = 'cloud.db';

/** Opens (or makes) the database in a folder and brings it to the present schema. Throws DatabaseUnusableError. */
export async function openDatabase(folder: string): Promise<Database> {
  const file = join(folder, DATABASE_FILE);
  migrate(file);
  const connections = openConnections(file);
  const client = new PrismaClient({ adapter: sqliteAdapter(connections) });
  const direct = directWrites(connections.writer);
  let last: Promise<unknown> = Promise.resolve();

  return {
    read: client,
    readAccessPage: page => readAccessPage(connections.reader, page),
    write(work) {
      const turn = last.then(() => client.$transaction(tx => work(tx, direct), TRANSACTION_LIMITS));
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await client.$disconnect();
      connections.reader.close();
      connections.writer.close();
    },
  };
}
