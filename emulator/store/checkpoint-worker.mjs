/**
 * One checkpoint of a SQLite database in WAL mode, away from the event loop of the one who writes to it: it forces files to the
 * device, which takes from a few to hundreds of milliseconds. Plain JavaScript with checked types, so that a worker can load it as it is.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/** @typedef {{ log: number, checkpointed: number }} Result pages in the log, and how many of them are in the database now */

const db = new Sqlite(String(workerData), { fileMustExist: true, timeout: 0 });
try {
  // PASSIVE: takes what it can without making any reader or writer wait.
  parentPort?.postMessage(db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get());
} finally {
  db.close();
}
