import type { AnyJobType } from '../jobs/job-type.ts';
import { createBackupJob, createCheckpointJob } from './jobs/create-backup.ts';
import { deleteBackupJob } from './jobs/delete-backup.ts';
import { deleteVaultJob } from './jobs/delete-vault.ts';
import { restoreBackupJob } from './jobs/restore-backup.ts';

/** Of the backup service. The names are ours: it has operation logs instead of jobs. */
export const backupJobTypes: readonly AnyJobType[] = [
  createCheckpointJob,
  createBackupJob,
  restoreBackupJob,
  deleteBackupJob,
  deleteVaultJob,
];
