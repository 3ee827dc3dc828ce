import type { AnyJobType } from '../jobs/job-type.ts';
import { attachNicJob } from './jobs/attach-nic.ts';
import { createServerBatch, createSingleServerJob } from './jobs/create-server.ts';
import { deleteServerBatch, deleteSingleServerJob } from './jobs/delete-server.ts';
import { detachNicJob } from './jobs/detach-nic.ts';
import { rebootServerBatch, rebootSingleServerJob } from './jobs/reboot-server.ts';
import { changeOsJob, reinstallOsJob } from './jobs/rebuild-server.ts';
import { resizeServerJob } from './jobs/resize-server.ts';
import { startServerBatch, startSingleServerJob } from './jobs/start-server.ts';
import { stopServerBatch, stopSingleServerJob } from './jobs/stop-server.ts';

/** Source of the names: compute 2.2; those that are not documented are in the same style. */
export const serverJobTypes: readonly AnyJobType[] = [
  createServerBatch,
  createSingleServerJob,
  startServerBatch,
  startSingleServerJob,
  stopServerBatch,
  stopSingleServerJob,
  rebootServerBatch,
  rebootSingleServerJob,
  resizeServerJob,
  attachNicJob,
  detachNicJob,
  reinstallOsJob,
  changeOsJob,
  deleteServerBatch,
  deleteSingleServerJob,
];
