import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import type { DiskType as Type } from '../../store/generated/client.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskLocks } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { retypeDiskJob } from '../jobs/retype-disk.ts';
import { DiskId, DiskType, diskTypeLimits } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/** Gives a disk a higher type, also one that a server has. Source: compute 4.4 (`os-retype`). */
export const retypeDisk = defineOperation({
  name: 'disks.retype',
  permission: 'evs:volumes:retype',
  access: 'write',
  input: z.object({ diskId: DiskId, type: DiskType }),
  invalid: errors.badParameter,
  errors: [errors.typeInvalid, errors.diskNotFound, errors.diskBusy, errors.statusWrong, errors.retypeNotHigher],
  async run({ cloud, caller, input: { diskId, type }, commit }) {
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const disk = await currentDisk(tx, diskId);
      const details = { message: `${errors.retypeNotHigher.message} (${disk.type})`, field: 'type' };
      refuse(rank(type) <= rank(disk.type), errors.retypeNotHigher, details);
      const order = {
        input: { diskId, type },
        entities: { volume_id: diskId, name: disk.name, size: disk.size, volume_type: type },
        locks: diskLocks(disk),
      };
      const job = await orderJob(tx, retypeDiskJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      await settleDisk(tx, cloud, diskId, 'RETYPING');
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, diskId };
    });
  },
});

const rank = (type: Type): number => diskTypeLimits.findIndex(one => one.type === type);
