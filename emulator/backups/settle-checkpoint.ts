import type { Cloud } from '../cloud.ts';
import type { Json } from '../events/event.ts';
import type { Checkpoint, Prisma } from '../store/generated/client.ts';
import type { BackupStatus } from '../store/generated/enums.ts';
import type { Transaction } from '../transactions.ts';
import { emitCheckpoint } from './backup-events.ts';
import { backupErrors as errors } from './errors.ts';
import { checkpointStates } from './states.ts';

/** A resource that a run left out, and why. */
export interface SkippedResource {
  readonly id: string;
  readonly type: 'SERVER' | 'DISK';
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

/** One in ERROR is taken back by its job, which will say so here. */
const UNDER_WAY: readonly BackupStatus[] = ['WAITING_PROTECT', 'PROTECTING', 'ERROR'];

/**
 * Notes what a run over a vault left out, and ends it when nothing of it is under way any more: AVAILABLE with what was made, ERROR where
 * that is nothing.
 */
export async function settleCheckpoint(
  tx: Transaction,
  cloud: Cloud,
  checkpointId: string,
  skipped: readonly SkippedResource[] = [],
): Promise<void> {
  const checkpoint = await tx.db.checkpoint.findUnique({ where: { id: checkpointId } });
  if (!checkpoint) return;
  const backups = await tx.db.backup.findMany({ where: { checkpointId, parentId: null }, select: { status: true } });
  const isUnderWay = backups.some(({ status }) => UNDER_WAY.includes(status));
  const ended = backups.length > 0 ? 'AVAILABLE' : 'ERROR';
  const status = isUnderWay ? 'PROTECTING' : ended;
  if (skipped.length === 0 && status === checkpoint.status) return;
  if (status !== checkpoint.status) checkpointStates.assert(checkpoint.status, status, errors.backupStatusWrong, checkpoint.name);
  const data = {
    status,
    skipped: [...skippedResources(checkpoint.skipped), ...skipped].map(one => ({ ...one })) satisfies Prisma.InputJsonArray,
    updatedAt: cloud.clock.now(),
  } as const;
  const after = await tx.db.checkpoint.update({ where: { id: checkpointId }, data });
  if (status !== checkpoint.status) emitCheckpoint(tx, KINDS[status], after);
  if (status === 'ERROR') await forgetFailed(tx, after);
}

/**
 * A checkpoint that has backups goes with the last of them; one that never had any tells only what went wrong. Of those a vault keeps so many:
 * a policy that fails every hour does not fill the database.
 */
const FAILED_KEPT = 100;

async function forgetFailed(tx: Transaction, { id, vaultId }: Checkpoint): Promise<void> {
  const beyond = await tx.db.checkpoint.findMany({
    where: { vaultId, status: 'ERROR', backups: { none: {} }, id: { not: id } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    skip: FAILED_KEPT - 1,
  });
  for (const checkpoint of beyond) {
    await tx.db.checkpoint.delete({ where: { id: checkpoint.id } });
    emitCheckpoint(tx, 'checkpoint.deleted', checkpoint);
  }
}

const KINDS = { PROTECTING: 'checkpoint.created', AVAILABLE: 'checkpoint.available', ERROR: 'checkpoint.failed' } as const;

/** What is in a checkpoint's column. */
export function skippedResources(column: Json | Prisma.JsonValue): SkippedResource[] {
  if (!Array.isArray(column)) return [];
  const entries: readonly unknown[] = column;
  return entries.filter(isSkipped);
}

function isSkipped(value: unknown): value is SkippedResource {
  return typeof value === 'object' && value !== null && 'id' in value && 'code' in value && 'reason' in value;
}
