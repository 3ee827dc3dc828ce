import { statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { MIB } from '../units.ts';

/** In bytes. Larger files are not looked through at every start (about 2 ms a MiB): what is wrong in them shows when it is read. */
const LARGEST_CHECKED = 16 * MIB;

/**
 * What is wrong with a database file; undefined if nothing is, or there is no such file yet. Only reads: opened for writing, a database folds
 * its log into the file when it is closed, and a damaged one is to be left as it is.
 */
export function damageOf(file: string): string | undefined {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size > LARGEST_CHECKED) return undefined;
  const database = new BetterSqlite3(file, { readonly: true });
  try {
    const verdict = database.pragma('quick_check(1)', { simple: true });
    return verdict === 'ok' ? undefined : String(verdict).trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.close();
  }
}
