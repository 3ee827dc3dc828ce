import type { Cloud } from '../cloud.ts';
import { releaseQuota, takeQuota } from '../quotas.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';
import { findFlavor } from './flavors.ts';

interface Change {
  readonly from: string;
  readonly to: string;
}

/**
 * Takes from the quotas what a flavor has more than another (`larger`), or gives back what it has less (`smaller`). A resize takes at its order
 * and gives back at its end, so that it can't fail in between for want of a quota.
 */
export async function takeFlavorDifference(
  tx: Transaction,
  cloud: Cloud,
  tenantId: string,
  { from, to }: Change,
  where: 'larger' | 'smaller',
): Promise<void> {
  const [before, after] = [findFlavor(from), findFlavor(to)];
  const differences = [
    { resource: 'cores', amount: (after?.vcpus ?? 0) - (before?.vcpus ?? 0) },
    { resource: 'ram', amount: (after?.ramMiB ?? 0) - (before?.ramMiB ?? 0) },
  ] as const;
  for (const { resource, amount } of differences) {
    if (where === 'larger' && amount > 0) await takeQuota(tx, cloud.config, { tenantId, resource, amount }, errors.quotaUsedUp);
    if (where === 'smaller' && amount < 0) await releaseQuota(tx, { tenantId, resource, amount: -amount });
  }
}
