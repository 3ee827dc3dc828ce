import type { Cloud } from '../cloud.ts';
import { CloudError, ensure } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import { orderJob, orderJobs } from '../jobs/job-orders.ts';
import type { Vault, VaultResource } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { currentVault } from './backup-access.ts';
import { backupErrors as errors } from './errors.ts';
import { createBackupJob, createCheckpointJob } from './jobs/create-backup.ts';
import { backupName, type PlannedBackup, planBackup, recordCheckpoint, requireUsable } from './plan-backup.ts';
import { type SkippedResource, settleCheckpoint } from './settle-checkpoint.ts';

export interface CheckpointOrder {
  readonly vaultId: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** What each resource would store, from expectedByResource(). */
  readonly expected: ReadonlyMap<string, number>;
  /** All of them or none; without it those that can't be backed up now are left out, with the reason. */
  readonly resourceIds?: readonly string[] | undefined;
  readonly autoTrigger?: boolean;
  readonly expiresAt?: Date | null;
}

export interface OrderedCheckpoint {
  readonly checkpointId: string;
  readonly backupIds: string[];
  /** Null where nothing could be backed up: a policy's run leaves a checkpoint that says why. */
  readonly jobId: string | null;
}

/** Orders a run over a vault, one backup for each resource; the jobs begin after the commit. Throws as planBackup(), and `nothingToBackUp`. */
export async function orderCheckpoint(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  order: CheckpointOrder,
): Promise<OrderedCheckpoint> {
  const vault = await currentVault(tx, order.vaultId);
  requireUsable(vault);
  const autoTrigger = order.autoTrigger ?? false;
  const resources = await chosenResources(tx, vault, order.resourceIds);
  const name = order.name ?? backupName(cloud, autoTrigger);
  const checkpoint = await recordCheckpoint(tx, cloud, vault, { name, description: order.description, autoTrigger });
  const planned: PlannedBackup[] = [];
  const skipped: SkippedResource[] = [];
  // What the plans before this one will take of the vault.
  let expectedBefore = 0;
  for (const { resourceId, objectType, name: resourceName } of resources) {
    const expected = order.expected.get(resourceId) ?? 0;
    const plan = { ...order, name, resourceId, checkpoint, expectedBytes: expectedBefore + expected };
    try {
      planned.push(await planBackup(tx, cloud, plan));
      expectedBefore += expected;
    } catch (error) {
      if (!(error instanceof CloudError) || order.resourceIds) throw error;
      skipped.push({ id: resourceId, type: objectType, name: resourceName, code: error.code, reason: error.message });
    }
  }
  const [first] = skipped;
  if (planned.length === 0 && !autoTrigger) {
    throw new CloudError(errors.nothingToBackUp, {
      message: `${errors.nothingToBackUp.message}${first ? ` (${first.reason})` : ''}`,
    });
  }
  await settleCheckpoint(tx, cloud, checkpoint.id, skipped);
  const jobId = planned.length > 0 ? await orderBackups(tx, cloud, caller, planned) : null;
  return { checkpointId: checkpoint.id, backupIds: planned.map(({ backup }) => backup.id), jobId };
}

async function orderBackups(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  planned: readonly PlannedBackup[],
): Promise<string> {
  const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
  const [first] = planned;
  ensure(first, errors.nothingToBackUp);
  const entities = { checkpoint_id: first.checkpoint.id, vault_id: first.checkpoint.vaultId };
  const parent = await orderJob(tx, createCheckpointJob, { input: {}, entities, locks: [] }, ordering);
  // A server that has several of the disks is held by the first job, which hands it on: see releaseSources().
  const held = new Set<string>();
  const orders = planned.map(({ checkpoint, backup, locks }) => {
    const own = locks.filter(({ resource }) => !held.has(resource));
    for (const { resource } of own) held.add(resource);
    return {
      input: { backupId: backup.id, checkpointId: checkpoint.id, resourceId: backup.resourceId },
      entities: { backup_id: backup.id, backup_name: backup.name, resource_id: backup.resourceId },
      locks: own,
    };
  });
  const jobs = await orderJobs(tx, createBackupJob, orders, ordering, parent.id);
  tx.afterCommit(() => cloud.jobs.take(jobs));
  return parent.id;
}

async function chosenResources(tx: Transaction, vault: Vault, ids: readonly string[] | undefined): Promise<VaultResource[]> {
  const all = await tx.db.vaultResource.findMany({ where: { vaultId: vault.id }, orderBy: { addedAt: 'asc' } });
  if (!ids) return all;
  return [...new Set(ids)].map((id, index) => {
    const found = all.find(({ resourceId }) => resourceId === id);
    ensure(found, errors.resourceNotInVault, { field: `resourceIds.${index}` });
    return found;
  });
}
