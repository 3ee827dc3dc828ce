import { CloudError, commonErrors } from '../errors.ts';

/**
 * A place in the event log, as subscribers keep it: `<cloud id>.<sequence>`. The cloud's id is in it, so that a cursor of another
 * cloud (or of this one before a reset) is refused instead of silently leading elsewhere.
 */
export function encodeCursor(cloudId: string, sequence: number): string {
  return `${cloudId}.${sequence}`;
}

/** Throws CloudError `badCursor`. */
export function decodeCursor(cloudId: string, cursor: string): number {
  const [, cloud, digits] = /^([0-9a-f-]+)\.(\d{1,15})$/.exec(cursor) ?? [];
  if (cloud !== cloudId || digits === undefined) throw new CloudError(commonErrors.badCursor, { field: 'after' });
  return Number(digits);
}
