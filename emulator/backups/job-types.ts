import type { AnyJobType } from '../jobs/job-type.ts';
import { createBackupJob, createCheckpointJob } from './jobs/create-backup.ts';
import { deleteBackupJob } from './jobs/delete-backup.ts';

/** Of the backup service. The names are ours: it has operation logs instead of jobs. */
export const backupJobTypes: readonly AnyJobType[] = [createCheckpointJob, createBackupJob, deleteBackupJob];
