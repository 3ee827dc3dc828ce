import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { inBothCodes, inCodesOf } from '../../servers/bare-metal/own-codes.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { ServerId } from '../../servers/rules.ts';
import { ownServer } from '../../servers/server-access.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { requireUnlocked } from '../disk-locks.ts';
import { diskErrors } from '../errors.ts';
import { DiskId } from '../rules.ts';
import { changeDisk } from '../settle-disk.ts';

/** Whether a data disk goes with a server that has it. The system disk always does. Source: compute 2.4 (`block_device`). */
export const updateAttachment = defineOperation({
  name: 'disks.updateAttachment',
  permission: 'ecs:cloudServers:updateServerBlockDevice',
  access: 'write',
  input: z.object({ serverId: ServerId, diskId: DiskId, deleteOnTermination: z.boolean() }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    diskErrors.diskBusy,
    errors.attachmentUnchangeable,
    ...inBothCodes([diskErrors.diskNotFound, errors.diskNotAttached]),
  ],
  async run({ cloud, caller, input: { serverId, diskId, deleteOnTermination }, commit }) {
    const { kind } = await ownServer(cloud, caller, serverId);
    return inCodesOf(kind, async () => {
      await ownDisk(cloud, caller, diskId);
      return commit(async tx => {
        const { attachments } = await currentDisk(tx, diskId);
        const attachment = attachments.find(one => one.serverId === serverId);
        ensure(attachment, errors.diskNotAttached, { field: 'diskId' });
        await requireUnlocked(tx, diskId);
        const isSystemDisk = attachment.bootIndex === 0;
        refuse(isSystemDisk && !deleteOnTermination, errors.attachmentUnchangeable, { field: 'deleteOnTermination' });
        await tx.db.diskAttachment.update({ where: { id: attachment.id }, data: { deleteOnTermination } });
        await changeDisk(tx, cloud, diskId, {});
        return { diskId, serverId };
      });
    });
  },
});
