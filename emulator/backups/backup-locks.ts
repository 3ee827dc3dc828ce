import type { Lock } from '../jobs/job-orders.ts';
import { backupErrors as errors } from './errors.ts';

/** What a job about backups holds, under the names by which other jobs hold the same. */

export const backupLock = (backupId: string): Lock => ({ resource: `backup:${backupId}`, conflict: errors.backupBusy });
export const vaultLock = (vaultId: string): Lock => ({ resource: `vault:${vaultId}`, conflict: errors.vaultBusy });
export const sourceServerLock = (serverId: string): Lock => ({ resource: `server:${serverId}`, conflict: errors.serverBusy });
export const sourceDiskLock = (diskId: string): Lock => ({ resource: `disk:${diskId}`, conflict: errors.diskBusy });
export const targetServerLock = (serverId: string): Lock => ({ resource: `server:${serverId}`, conflict: errors.targetBusy });
export const targetDiskLock = (diskId: string): Lock => ({ resource: `disk:${diskId}`, conflict: errors.targetBusy });
