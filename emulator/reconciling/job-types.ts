import type { AnyJobType } from '../jobs/job-type.ts';
import { prepareHardwareJob } from './prepare-hardware.ts';
import { restoreServersJob } from './restore-servers.ts';

/** Jobs that the cloud orders by itself. */
export const reconcilerJobTypes: readonly AnyJobType[] = [prepareHardwareJob, restoreServersJob];
