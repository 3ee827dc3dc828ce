/**
 * Limits of networks: a table. Source: compute 5 (calls), 9.1 (limits).
 */
export const networkLimits = {
  /** What a tenant may have, by default, from the sample of the quotas call. */
  quota: { vpcs: 150, subnets: 400, securityGroups: 100, securityGroupRules: 5000, publicAddresses: 10 },
} as const;
