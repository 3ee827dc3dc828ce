import type { Cloud } from '../cloud.ts';
import type { Backup } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { operatorUser } from './automatic-caller.ts';
import { orderDeletion } from './order-deletion.ts';

/** Backups of one resource that are deleted after one run at most; the next run goes on. */
const AT_ONCE = 100;

/**
 * After a backup that a policy made: orders the deletion of the oldest such ones of the same resource beyond those that are kept. One that an
 * image stands on, or that something is done with, stays.
 */
export async function applyRetention(tx: Transaction, cloud: Cloud, { vaultId, resourceId, autoTrigger }: Backup): Promise<void> {
  if (!autoTrigger) return;
  const vault = await tx.db.vault.findUniqueOrThrow({ where: { id: vaultId }, include: { policy: true } });
  const keep = vault.policy?.keepBackups;
  if (keep === null || keep === undefined) return;
  const beyond = await tx.db.backup.findMany({
    where: { vaultId, resourceId, parentId: null, autoTrigger: true, status: { in: ['AVAILABLE', 'PROTECTING', 'RESTORING'] } },
    orderBy: { createdAt: 'desc' },
    skip: keep,
    take: AT_ONCE,
    include: { image: { select: { id: true } } },
  });
  for (const { id, tenantId, status, image } of beyond) {
    const isHeld = (await tx.db.resourceLock.findUnique({ where: { resource: `backup:${id}` } })) !== null;
    if (status === 'AVAILABLE' && image === null && !isHeld) await orderDeletion(tx, cloud, operatorUser(tenantId), id);
  }
}
