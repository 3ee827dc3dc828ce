import { type Lock, requireLocksFree } from '../jobs/job-orders.ts';
import { serverLock } from '../servers/order-batch.ts';
import type { DiskAttachment } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { diskErrors as errors } from './errors.ts';

/** Held by a job that works on a disk, so that no second one does. */
export function diskLock(diskId: string): Lock {
  return { resource: `disk:${diskId}`, conflict: errors.diskBusy };
}

/** The same with the servers that have the disk: none of them is started, stopped or deleted meanwhile. Throws their `serverBusy`. */
export function diskLocks({ id, attachments }: DiskAndServers): Lock[] {
  return [diskLock(id), ...attachments.map(({ serverId }) => serverLock(serverId))];
}

interface DiskAndServers {
  readonly id: string;
  readonly attachments: readonly Pick<DiskAttachment, 'serverId'>[];
}

export function snapshotLock(snapshotId: string): Lock {
  return { resource: `snapshot:${snapshotId}`, conflict: errors.snapshotUnavailable };
}

/** For what is done at once, without a job. Throws `diskBusy`. */
export function requireUnlocked(tx: Transaction, diskId: string): Promise<void> {
  return requireLocksFree(tx, [diskLock(diskId)]);
}
