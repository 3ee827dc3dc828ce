import { z } from 'zod';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { ownBackup } from '../backup-access.ts';
import { backupErrors as errors } from '../errors.ts';
import { orderDeletion } from '../order-deletion.ts';
import { BackupId } from '../rules.ts';

/** Deletes a backup of a server or of a disk. The others stay whole: exactly the bytes go that no one else shares. */
export const deleteBackup = defineOperation({
  name: 'backups.delete',
  permission: 'cbr:backups:delete',
  access: 'write',
  input: z.object({ backupId: BackupId }),
  invalid: errors.badParameter,
  errors: [
    errors.backupNotFound,
    errors.backupPartOfOther,
    errors.backupUsedByImage,
    errors.backupStatusWrong,
    errors.backupBusy,
  ],
  async run({ cloud, caller, input: { backupId }, commit }) {
    requireHardware(cloud);
    await ownBackup(cloud, caller, backupId);
    return commit(async tx => ({ backupId, jobId: (await orderDeletion(tx, cloud, caller, backupId)).id }));
  },
});
