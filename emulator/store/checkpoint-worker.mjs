/**
 * One checkpoint of a SQLite database in WAL mode, away from the event loop of the one who writes to it: it forces files to the
 * device, which takes from a few to hundreds of milliseconds. Plain JavaScript with checked types, so that a worker can load it as it is.
 */
import { workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

const db = new Sqlite(String(workerData), { fileMustExist: true, timeout: 0 });
try {
  // PASSIVE: takes what it can without making any reader or writer wait.
  db.pragma('wal_checkpoint(PASSIVE)');
} finally {
  db.close();
}
