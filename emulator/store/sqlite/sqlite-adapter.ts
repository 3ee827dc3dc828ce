import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils';
import { BackgroundCheckpoints } from '../background-checkpoints.ts';
import { Turns } from '../turns.ts';
import { Connection } from './connection.ts';

const IDENTITY = { provider: 'sqlite', adapterName: 'cloudyard-sqlite' } as const;

/**
 * Prisma's way to the database, over two connections: transactions have one, all else reads on the other. So readers see what is committed and
 * never wait; on one connection they would see, and could act on, the half-done work of a writer. Prisma has an adapter of its own, with one
 * connection to a client; two clients take 40 MiB more, and it prepares each statement anew, a tenth of all work [m].
 */
export function sqliteAdapter(connections: Connections): SqlDriverAdapterFactory {
  return { ...IDENTITY, connect: async () => adapter(connections) };
}

export interface Connections {
  readonly writer: Connection;
  readonly reader: Connection;
}

/** To a database that is in WAL mode already. */
export function openConnections(file: string): Connections {
  const writer = new Connection(file);
  const reader = new Connection(file);
  // A write outside of a transaction would be one that the event log knows nothing of.
  reader.database.pragma('query_only = ON');
  return { writer, reader };
}

function adapter({ writer, reader }: Connections): SqlDriverAdapter {
  const checkpoints = new BackgroundCheckpoints(writer.database);
  const turns = new Turns();
  let last: Promise<void> = Promise.resolve();

  return {
    ...queryable(reader, turns),
    executeScript: async script => writer.run(script),
    /** Transactions take turns: there is one connection for them. */
    async startTransaction() {
      const { promise: ended, resolve: end } = signal();
      const turn = last;
      last = ended;
      await turn;
      try {
        writer.run('BEGIN IMMEDIATE');
      } catch (error) {
        end();
        throw error;
      }
      return transaction({ writer, turns, committed: () => checkpoints.committed(), end });
    },
    async dispose() {
      await last;
      await checkpoints.settled();
    },
  };
}

interface TransactionParts {
  readonly writer: Connection;
  readonly turns: Turns;
  readonly committed: () => void;
  readonly end: () => void;
}

function transaction({ writer, turns, committed, end }: TransactionParts): Transaction {
  return {
    ...queryable(writer, turns),
    // Commit and rollback are ours to carry out, not statements that Prisma sends.
    options: { usePhantomQuery: true },
    async commit() {
      try {
        writer.run('COMMIT');
        committed();
      } finally {
        rollBack(writer);
        end();
      }
    },
    async rollback() {
      rollBack(writer);
      end();
    },
    createSavepoint: async name => writer.run(`SAVEPOINT ${name}`),
    rollbackToSavepoint: async name => writer.run(`ROLLBACK TO ${name}`),
    releaseSavepoint: async name => writer.run(`RELEASE ${name}`),
  };
}

/** Some errors (a full disk) have rolled back already, a commit that failed may not have. */
function rollBack({ database }: Connection): void {
  if (database.inTransaction) database.exec('ROLLBACK');
}

/** Many that wait for their turn let timers and sockets have theirs in between. */
function queryable(connection: Connection, turns: Turns): SqlQueryable {
  return {
    ...IDENTITY,
    async queryRaw(query: SqlQuery) {
      await turns.next();
      return connection.query(query);
    },
    async executeRaw(query: SqlQuery) {
      await turns.next();
      return connection.execute(query);
    },
  };
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}
