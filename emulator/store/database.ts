import { join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { type Prisma, PrismaClient } from './generated/client.ts';
import { migrate } from './migrations.ts';

/** A client inside a transaction: what it writes is seen by others only when all of it is committed. */
export type TransactionClient = Prisma.TransactionClient;

/**
 * The cloud's database.
 *
 * Writers take turns; readers see what is committed and never wait. They are two connections on purpose: on one connection of
 * SQLite a reader would see, and could act on, the half-done work of a writer.
 */
export interface Database {
  readonly read: PrismaClient;
  /** Runs the work in a transaction; nothing but the database is touched in it. Rolled back if it throws. */
  write<T>(work: (tx: TransactionClient) => Promise<T>): Promise<T>;
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
  const writer = await connect(file);
  const read = await connect(file);
  let last: Promise<unknown> = Promise.resolve();

  return {
    read,
    write(work) {
      const turn = last.then(() => writer.$transaction(work, TRANSACTION_LIMITS));
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await read.$disconnect();
      await writer.$disconnect();
    },
  };
}

async function connect(file: string): Promise<PrismaClient> {
  const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}` }, { timestampFormat: 'unixepoch-ms' }) });
  // WAL survives `kill -9` with NORMAL; only power loss could take the last commits, never the file.
  for (const pragma of ['synchronous = NORMAL', 'foreign_keys = ON', 'busy_timeout = 5000', 'cache_size = -16000']) {
    await client.$queryRawUnsafe(`PRAGMA ${pragma}`);
  }
  return client;
}
