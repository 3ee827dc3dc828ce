import type { AnyJobType } from '../jobs/job-type.ts';
import { attachDiskJob } from './jobs/attach-disk.ts';
import { createDiskBatch, createDiskJob } from './jobs/create-disk.ts';
import { createSnapshotJob } from './jobs/create-snapshot.ts';
import { deleteDiskBatch, deleteDiskJob, deleteSingleDiskJob } from './jobs/delete-disk.ts';
import { deleteSnapshotJob } from './jobs/delete-snapshot.ts';
import { detachDiskJob } from './jobs/detach-disk.ts';
import { extendDiskJob } from './jobs/extend-disk.ts';
import { retypeDiskJob } from './jobs/retype-disk.ts';
import { rollBackDiskJob } from './jobs/roll-back-disk.ts';

/** Source of the names: compute 4.6; those that are not documented are in the same style. */
export const diskJobTypes: readonly AnyJobType[] = [
  createDiskBatch,
  createDiskJob,
  attachDiskJob,
  detachDiskJob,
  extendDiskJob,
  retypeDiskJob,
  deleteDiskBatch,
  deleteDiskJob,
  deleteSingleDiskJob,
  createSnapshotJob,
  rollBackDiskJob,
  deleteSnapshotJob,
];
