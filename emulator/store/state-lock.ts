import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** Another process works on this state folder. */
export class StateInUseError extends Error {
  override readonly name = 'StateInUseError';

  constructor(folder: string) {
    super(`another Cloudyard works on ${folder}: stop it first, or choose another folder (CLOUDYARD_STATE)`);
  }
}

/**
 * Makes this process the only one on a state folder: an exclusive SQLite transaction held on `lock.db`.
 * The operating system ends it with the process, so there is no pid file that could be stale.
 * Returns the way to let go. Throws StateInUseError.
 */
export function lockState(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = new BetterSqlite3(join(folder, 'lock.db'), { timeout: 0 });
  try {
    file.pragma('journal_mode = DELETE');
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (isBusy(error)) throw new StateInUseError(folder);
    throw error;
  }
  return () => file.close();
}

function isBusy(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
