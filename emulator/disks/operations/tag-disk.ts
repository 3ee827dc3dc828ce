import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskErrors as errors } from '../errors.ts';
import { DiskId, DiskTags, diskLimits } from '../rules.ts';
import { changeDisk } from '../settle-disk.ts';

/** Adds tags to a disk; a key that is there gets the new value. Source: compute 4.4. */
export const setDiskTags = defineOperation({
  name: 'disks.setTags',
  permission: 'evs:volumeTags:create',
  access: 'write',
  input: z.object({ diskId: DiskId, tags: DiskTags }),
  invalid: errors.badParameter,
  errors: [errors.tooManyTags, errors.tagInvalid, errors.diskNotFound],
  async run({ cloud, caller, input: { diskId, tags }, commit }) {
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      await currentDisk(tx, diskId);
      await tx.db.diskTag.deleteMany({ where: { diskId, key: { in: tags.map(({ key }) => key) } } });
      await tx.db.diskTag.createMany({ data: tags.map(tag => ({ ...tag, diskId })) });
      const count = await tx.db.diskTag.count({ where: { diskId } });
      refuse(count > diskLimits.tags.max, errors.tooManyTags, { field: 'tags' });
      await changeDisk(tx, cloud, diskId, {});
      return { diskId };
    });
  },
});

/** Takes tags off a disk; keys that it does not have are ignored. */
export const deleteDiskTags = defineOperation({
  name: 'disks.deleteTags',
  permission: 'evs:volumeTags:delete',
  access: 'write',
  input: z.object({ diskId: DiskId, keys: z.array(z.string().max(127)).min(1).max(100) }),
  invalid: errors.badParameter,
  errors: [errors.diskNotFound],
  async run({ cloud, caller, input: { diskId, keys }, commit }) {
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      await currentDisk(tx, diskId);
      await tx.db.diskTag.deleteMany({ where: { diskId, key: { in: keys } } });
      await changeDisk(tx, cloud, diskId, {});
      return { diskId };
    });
  },
});
