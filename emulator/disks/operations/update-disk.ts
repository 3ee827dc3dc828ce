import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskErrors as errors } from '../errors.ts';
import { DiskDescription, DiskId, DiskName } from '../rules.ts';
import { changeDisk } from '../settle-disk.ts';

/** Renames or describes a disk, whatever is done with it meanwhile. Source: compute 4.4. */
export const updateDisk = defineOperation({
  name: 'disks.update',
  permission: 'evs:volumes:update',
  access: 'write',
  input: z.object({ diskId: DiskId, name: DiskName.optional(), description: DiskDescription.nullish() }),
  invalid: errors.badParameter,
  errors: [errors.nameInvalid, errors.descriptionInvalid, errors.nothingToUpdate, errors.diskNotFound],
  async run({ cloud, caller, input: { diskId, name, description }, commit }) {
    refuse(name === undefined && description === undefined, errors.nothingToUpdate);
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      await currentDisk(tx, diskId);
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description: description ?? '' }),
      };
      await changeDisk(tx, cloud, diskId, change);
      return { diskId };
    });
  },
});
