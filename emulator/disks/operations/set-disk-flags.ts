import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { requireUnlocked } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { DiskId } from '../rules.ts';
import { changeDisk } from '../settle-disk.ts';

/** Whether a server may write to the disk. Only while none has it, as in Cinder (upstream): nobody is mounted over. Source: compute 4.4. */
export const setDiskReadOnly = defineOperation({
  name: 'disks.setReadOnly',
  permission: 'evs:volumes:update',
  access: 'write',
  input: z.object({ diskId: DiskId, readOnly: z.boolean() }),
  invalid: errors.badParameter,
  errors: [errors.diskNotFound, errors.diskBusy, errors.statusWrong],
  async run({ cloud, caller, input: { diskId, readOnly }, commit }) {
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const { status } = await currentDisk(tx, diskId);
      await requireUnlocked(tx, diskId);
      refuse(status !== 'AVAILABLE', errors.statusWrong, { message: `${errors.statusWrong.message} (${status})` });
      await changeDisk(tx, cloud, diskId, { readOnly });
      return { diskId };
    });
  },
});

/** Whether a system is said to be on the disk, so that servers can boot from it. What it holds stays as it is. Source: compute 4.4. */
export const setDiskBootable = defineOperation({
  name: 'disks.setBootable',
  permission: 'evs:volumes:update',
  access: 'write',
  input: z.object({ diskId: DiskId, bootable: z.boolean() }),
  invalid: errors.badParameter,
  errors: [errors.diskNotFound, errors.diskBusy, errors.systemDiskBootable],
  async run({ cloud, caller, input: { diskId, bootable }, commit }) {
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const { attachments } = await currentDisk(tx, diskId);
      await requireUnlocked(tx, diskId);
      const isBootedFrom = attachments.some(({ bootIndex }) => bootIndex === 0);
      refuse(isBootedFrom && !bootable, errors.systemDiskBootable, { field: 'bootable' });
      await changeDisk(tx, cloud, diskId, { bootable });
      return { diskId };
    });
  },
});
