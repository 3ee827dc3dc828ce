import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { takeQuota } from '../../quotas.ts';
import type { Transaction } from '../../transactions.ts';
import { currentDisk, type DiskWithAttachments, ownDisk } from '../disk-access.ts';
import { diskLocks } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { extendDiskJob } from '../jobs/extend-disk.ts';
import { DiskId, DiskSize, diskLimits } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/**
 * Makes a disk larger, also one that a server has. The disk that a running server boots from is not: its file system could not grow with it
 * here, so the server is stopped first. Source: compute 4.4 (`os-extend`), 4.7.
 */
export const extendDisk = defineOperation({
  name: 'disks.extend',
  permission: 'evs:volumes:extend',
  access: 'write',
  input: z.object({
    diskId: DiskId,
    /** GiB */
    size: DiskSize,
  }),
  invalid: errors.badParameter,
  errors: [
    errors.sizeInvalid,
    errors.notLarger,
    errors.diskNotFound,
    errors.diskBusy,
    errors.statusForExtend,
    errors.sharedNotAvailable,
    errors.serverForExtend,
    errors.gigabytesUsedUp,
  ],
  async run({ cloud, caller, input: { diskId, size }, commit }) {
    requireHardware(cloud);
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const disk = await currentDisk(tx, diskId);
      const { max } = disk.bootable ? diskLimits.systemSize : diskLimits.dataSize;
      refuse(size > max, errors.sizeInvalid, { message: `${errors.sizeInvalid.message} (up to ${max} GiB)`, field: 'size' });
      refuse(size <= disk.size, errors.notLarger, {
        message: `${errors.notLarger.message} (it has ${disk.size} GiB)`,
        field: 'size',
      });
      const order = {
        input: { diskId, fromSize: disk.size, toSize: size, status: disk.status },
        entities: { volume_id: diskId, name: disk.name, size, volume_type: disk.type },
        locks: diskLocks(disk),
      };
      const job = await orderJob(tx, extendDiskJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      await requireExtendable(tx, disk);
      const more = { tenantId: caller.tenantId, resource: 'diskGigabytes', amount: size - disk.size } as const;
      await takeQuota(tx, cloud.config, more, errors.gigabytesUsedUp);
      await settleDisk(tx, cloud, diskId, 'EXTENDING', { error: errors.statusForExtend });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, diskId };
    });
  },
});

async function requireExtendable(tx: Transaction, { attachments, shareable, status }: DiskWithAttachments): Promise<void> {
  refuse(shareable && status === 'IN_USE', errors.sharedNotAvailable);
  for (const { serverId, bootIndex } of attachments) {
    const server = await tx.db.server.findUniqueOrThrow({ where: { id: serverId } });
    const fits = server.status === 'SHUTOFF' || (server.status === 'ACTIVE' && bootIndex !== 0);
    refuse(!fits, errors.serverForExtend, { message: `${errors.serverForExtend.message} (${server.status})` });
  }
}
