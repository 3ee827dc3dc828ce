import { attachMachineDiskJob } from '../../disks/jobs/attach-disk.ts';
import { detachMachineDiskJob } from '../../disks/jobs/detach-disk.ts';
import type { AnyJobType } from '../../jobs/job-type.ts';
import { createBareMetalBatch, createSingleBareMetalJob } from './jobs/create-bare-metal-server.ts';
import { operateBareMetalBatch, operateSingleBareMetalJob } from './jobs/operate-bare-metal-server.ts';

/** Source of the names: compute 3.1. */
export const bareMetalJobTypes: readonly AnyJobType[] = [
  createBareMetalBatch,
  createSingleBareMetalJob,
  operateBareMetalBatch,
  operateSingleBareMetalJob,
  attachMachineDiskJob,
  detachMachineDiskJob,
];
