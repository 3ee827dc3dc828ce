import type { CloudConfig } from './config.ts';
import { CloudError, type ErrorCode } from './errors.ts';
import type { Transaction } from './transactions.ts';

/** What is counted against a tenant's limits. RAM in MiB. */
export type QuotaResource = keyof CloudConfig['quotas'];

/**
 * Takes up an amount of a quota, in the transaction that makes the thing. The count is kept, not counted, so that it costs the same with
 * any number of things. Throws the error if the tenant's limit would be passed; -1 is no limit.
 */
export async function takeQuota(
  tx: Transaction,
  config: CloudConfig,
  { tenantId, resource, amount }: { tenantId: string; resource: QuotaResource; amount: number },
  error: ErrorCode,
): Promise<void> {
  const row = await tx.db.quota.upsert({
    where: { tenantId_resource: { tenantId, resource } },
    create: { tenantId, resource, used: amount },
    update: { used: { increment: amount } },
  });
  requireWithin(config, resource, { ...row, used: row.used - amount }, amount, error);
}

/** For an amount that is taken later: throws the error if it would pass the tenant's limit now. */
export async function requireQuota(
  db: Pick<Transaction['db'], 'quota'>,
  config: CloudConfig,
  { tenantId, resource, amount }: { tenantId: string; resource: QuotaResource; amount: number },
  error: ErrorCode,
): Promise<void> {
  const row = await db.quota.findUnique({ where: { tenantId_resource: { tenantId, resource } } });
  requireWithin(config, resource, row, amount, error);
}

function requireWithin(
  config: CloudConfig,
  resource: QuotaResource,
  row: { readonly used: number; readonly limit: number | null } | null,
  amount: number,
  error: ErrorCode,
): void {
  const used = row?.used ?? 0;
  const limit = row?.limit ?? config.quotas[resource];
  if (limit >= 0 && used + amount > limit)
    throw new CloudError(error, { message: `${error.message} (${resource}: ${used} of ${limit} used)` });
}

export async function releaseQuota(
  tx: Transaction,
  { tenantId, resource, amount }: { tenantId: string; resource: QuotaResource; amount: number },
): Promise<void> {
  await tx.db.quota.updateMany({ where: { tenantId, resource }, data: { used: { decrement: amount } } });
}

/** Takes up an amount whatever the limit: for what takes the place of something that gives back as much in the same transaction. */
export async function replaceQuota(
  tx: Transaction,
  { tenantId, resource, amount }: { tenantId: string; resource: QuotaResource; amount: number },
): Promise<void> {
  await tx.db.quota.updateMany({ where: { tenantId, resource }, data: { used: { increment: amount } } });
}
