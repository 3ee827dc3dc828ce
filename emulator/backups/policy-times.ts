import type { BackupPolicy } from '../store/generated/client.ts';

/** Milliseconds. */
export const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The next time after now, a whole number of intervals after the last: what was missed while the cloud was closed is made up for once. */
export function nextRun({ nextRunAt, everyHours }: Pick<BackupPolicy, 'nextRunAt' | 'everyHours'>, now: Date): Date {
  const interval = everyHours * HOUR;
  const last = nextRunAt?.getTime() ?? now.getTime();
  const missed = Math.max(0, Math.floor((now.getTime() - last) / interval));
  return new Date(last + (missed + 1) * interval);
}

/** When a backup of the policy that is made now expires; null for never. */
export function expiry({ keepDays }: Pick<BackupPolicy, 'keepDays'>, now: Date): Date | null {
  return keepDays === null ? null : new Date(now.getTime() + keepDays * DAY);
}
