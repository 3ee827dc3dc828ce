/**
 * Limits of vaults and backups: a table. Source: compute 6.2 (calls), 9.1 (limits).
 */
export const backupLimits = {
  /** What a tenant may have, by default; -1 is no limit. Policies: 32 for backups. Vaults: no number is documented (inferred). */
  quota: { vaults: 100, backups: -1, policies: 32 },
} as const;
