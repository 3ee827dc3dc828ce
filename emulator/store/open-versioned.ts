import Sqlite from 'better-sqlite3';

/** The file was made by a later version of this program, and is left as it is. */
export class LaterVersionError extends Error {
  override readonly name = 'LaterVersionError';
}

/**
 * Opens a small database beside the one of the cloud, or makes it. `steps` is the SQL that leads to each version from the one before; the last is
 * the present one. Throws LaterVersionError, and what SQLite throws.
 *
 * WAL with `synchronous = NORMAL`: what was committed survives the death of the process; after a loss of power the last moments may be
 * missing, but the database is whole.
 */
export function openVersioned(file: string, steps: readonly string[]): Sqlite.Database {
  const db = new Sqlite(file, { timeout: 0 });
  try {
    const version = db.pragma('user_version', { simple: true });
    // Nothing is lost if the power fails while an empty database is made, so it need not wait for the device.
    if (version === 0) db.pragma('synchronous = OFF');
    db.pragma('journal_mode = WAL');
    if (typeof version !== 'number' || version > steps.length)
      throw new LaterVersionError(`it was made by a later version of this program (${version})`);
    if (version < steps.length) db.exec(`BEGIN; ${steps.slice(version).join('')} PRAGMA user_version = ${steps.length}; COMMIT;`);
    db.pragma('synchronous = NORMAL');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
