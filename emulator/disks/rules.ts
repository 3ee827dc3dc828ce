/**
 * Limits of disks: a table. Source: compute 4.2 (create), 4.5 (snapshots), 9.1 (limits).
 */
export const diskLimits = {
  /** What a tenant may have, by default, from the sample of the quota set; -1 is no limit. */
  quota: { disks: -1, gigabytes: 42_790, snapshots: -1 },
} as const;
