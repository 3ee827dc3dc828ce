import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { inBothCodes, inCodesOf } from '../../servers/bare-metal/own-codes.ts';
import { beginAction } from '../../servers/begin-action.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { serverLock } from '../../servers/order-batch.ts';
import { ServerId } from '../../servers/rules.ts';
import { ownServer } from '../../servers/server-access.ts';
import type { ServerKind } from '../../store/generated/client.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskLock } from '../disk-locks.ts';
import { diskErrors } from '../errors.ts';
import { detachDiskJob, detachMachineDiskJob } from '../jobs/detach-disk.ts';
import { DiskId } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/** By what the server is. */
const JOBS = { CLOUD: detachDiskJob, BARE_METAL: detachMachineDiskJob } as const satisfies Record<ServerKind, object>;

/**
 * Detaches a data disk from a server that is running or off. The system disk stays where it is, also in a server that is off: nothing could
 * be done with that server any more. Source: compute 2.4 and 3.1 (`detachvolume`; `delete_flag` is force).
 */
export const detachDisk = defineOperation({
  name: 'disks.detach',
  permission: 'ecs:cloudServers:detach',
  access: 'write',
  input: z.object({ serverId: ServerId, diskId: DiskId, force: z.boolean().default(false) }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    diskErrors.diskBusy,
    errors.systemDiskStays,
    ...inBothCodes([
      diskErrors.diskNotFound,
      errors.statusWrong,
      errors.serverBusy,
      errors.diskNotAttached,
      errors.diskNotDetachable,
    ]),
  ],
  async run({ cloud, caller, input: { serverId, diskId, force }, commit }) {
    requireHardware(cloud);
    const { kind } = await ownServer(cloud, caller, serverId);
    return inCodesOf(kind, async () => {
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
        const job = await orderJob(tx, JOBS[kind], order, { ids: cloud.ids, clock: cloud.clock, caller });
        await beginAction(tx, cloud, 'detachDisk', [serverId]);
        await settleDisk(tx, cloud, diskId, 'DETACHING', { error: errors.diskNotDetachable });
        tx.afterCommit(() => cloud.jobs.take([job]));
        return { jobId: job.id, diskId, serverId };
      });
    });
  },
});
