import { backupJobTypes } from './backups/job-types.ts';
import { diskJobTypes } from './disks/job-types.ts';
import { verifyDisksJob } from './fsck/verify-disks.ts';
import { imageJobTypes } from './images/job-types.ts';
import type { AnyJobType } from './jobs/job-type.ts';
import { reconcilerJobTypes } from './reconciling/job-types.ts';
import { bareMetalJobTypes } from './servers/bare-metal/job-types.ts';
import { serverJobTypes } from './servers/job-types.ts';

/** Every kind of job there is; the runner finds them by name. */
export const allJobTypes: readonly AnyJobType[] = [
  ...backupJobTypes,
  ...diskJobTypes,
  ...imageJobTypes,
  ...serverJobTypes,
  ...bareMetalJobTypes,
  ...reconcilerJobTypes,
  verifyDisksJob,
];
