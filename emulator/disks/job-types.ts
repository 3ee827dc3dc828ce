import type { AnyJobType } from '../jobs/job-type.ts';
import { attachDiskJob } from './jobs/attach-disk.ts';
import { detachDiskJob } from './jobs/detach-disk.ts';

/** Source of the names: compute 4.6; those that are not documented are in the same style. */
export const diskJobTypes: readonly AnyJobType[] = [attachDiskJob, detachDiskJob];
