import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { beginAction } from '../../servers/begin-action.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { serverLock } from '../../servers/order-batch.ts';
import { ServerId } from '../../servers/rules.ts';
import { ownServer } from '../../servers/server-access.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskLock } from '../disk-locks.ts';
import { diskErrors } from '../errors.ts';
import { detachDiskJob } from '../jobs/detach-disk.ts';
import { DiskId } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/**
 * Detaches a data disk from a server that is running or off. The system disk stays where it is, also in a server that is off: nothing could
 * be done with that server any more. Source: compute 2.4 (`detachvolume`; `delete_flag` is force).
 */
export const detachDisk = defineOperation({
  name: 'disks.detach',
  permission: 'ecs:cloudServers:detach',
  access: 'write',
  input: z.object({ serverId: ServerId, diskId: DiskId, force: z.boolean().default(false) }),
  invalid: errors.badParameter,
  errors: [
    diskErrors.diskNotFound,
    diskErrors.diskBusy,
    errors.serverNotFound,
    errors.statusWrong,
    errors.serverBusy,
    errors.diskNotAttached,
    errors.systemDiskStays,
    errors.diskNotDetachable,
  ],
  async run({ cloud, caller, input: { serverId, diskId, force }, commit }) {
    requireHardware(cloud);
    await ownServer(cloud, caller, serverId);
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const { status, attachments } = await currentDisk(tx, diskId);
      const attachment = attachments.find(one => one.serverId === serverId);
      ensure(attachment, errors.diskNotAttached, { field: 'diskId' });
      refuse(attachment.bootIndex === 0, errors.systemDiskStays, { field: 'diskId' });
      const order = {
        input: { serverId, diskId, force, status },
        entities: { server_id: serverId, volume_id: diskId },
        locks: [serverLock(serverId), diskLock(diskId)],
      };
      const job = await orderJob(tx, detachDiskJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      await beginAction(tx, cloud, 'detachDisk', [serverId]);
      await settleDisk(tx, cloud, diskId, 'DETACHING', { error: errors.diskNotDetachable });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, diskId, serverId };
    });
  },
});
