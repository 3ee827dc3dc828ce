import { z } from 'zod';
import { CloudError, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import type { Backup } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { imageErrors as errors } from '../errors.ts';
import { fullEcsFacts } from '../full-ecs-facts.ts';
import { imageWordErrors, imageWordFields, readImageWords } from '../image-words.ts';
import { createWholeImageFromBackupJob } from '../jobs/create-whole-image-from-backup.ts';
import { recordImage, requireTaskRoom } from '../record-image.ts';
import { SourceBackupId } from '../rules.ts';

/**
 * Orders a full-ECS image of a backup of a server: of one's own, or of one that another tenant shares and that has been accepted. A backup gives one
 * image. Source: ims-api 1.4, compute 6.4.
 */
export const createWholeImageFromBackup = defineOperation({
  name: 'images.createWholeFromBackup',
  permission: 'ims:wholeImages:create',
  access: 'write',
  input: z.object({ ...imageWordFields, backupId: SourceBackupId }),
  errors: [
    ...imageWordErrors,
    errors.backupMissing,
    errors.backupNotFound,
    errors.backupUsed,
    errors.backupUnavailable,
    errors.backupWithoutSystemDisk,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input: { backupId, ...given }, commit }) {
    const words = readImageWords(cloud.config.dialect, given);
    requireHardware(cloud);
    return commit(async tx => {
      const { backup, system } = await requireUsableBackup(tx, caller, backupId);
      await requireTaskRoom(tx, caller);
      const { system: facts, sourceImageId } = fullEcsFacts(backup);
      const image = await recordImage(tx, cloud, caller, words, {
        ...facts,
        kind: 'FULL_ECS',
        minDisk: system.resourceSize,
        dataOrigin: `server_backup,${backup.id}`,
        sourceImageId,
        sourceServerId: backup.resourceId,
        sourceDiskId: system.resourceId,
        backupId: backup.id,
      });
      const job = await orderJob(
        tx,
        createWholeImageFromBackupJob,
        {
          input: { imageId: image.id, backupId: backup.id },
          entities: { image_id: image.id, image_name: image.name },
          locks: [{ resource: `image:${image.id}`, conflict: errors.imageBeingCreated }],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, imageId: image.id, backupId: backup.id };
    });
  },
});

/** In these its bytes are there: a backup is PROTECTING from the moment on at which its disks are copied. */
const USABLE: readonly Backup['status'][] = ['PROTECTING', 'AVAILABLE'];

async function requireUsableBackup(
  tx: Transaction,
  { tenantId }: Pick<Caller, 'tenantId'>,
  backupId: string,
): Promise<{ readonly backup: Backup; readonly system: Backup }> {
  const found = await tx.db.backup.findUnique({
    where: { id: backupId },
    include: { children: true, members: { where: { tenantId, status: 'ACCEPTED' } }, image: true, vault: true },
  });
  const mayUse = found?.tenantId === tenantId || (found?.members.length ?? 0) > 0;
  const at = { field: 'backupId' };
  if (!found || !mayUse || found.resourceType !== 'SERVER') throw new CloudError(errors.backupNotFound, at);
  const { children, members: _members, image, vault, ...backup } = found;
  refuse(image !== null, errors.backupUsed, at);
  refuse(!USABLE.includes(backup.status), errors.backupUnavailable, {
    ...at,
    message: `${errors.backupUnavailable.message} (${backup.status})`,
  });
  // The backups of a vault go with it, and show nothing of that until then.
  refuse(vault.status === 'DELETING', errors.backupUnavailable, {
    ...at,
    message: `${errors.backupUnavailable.message} (its vault is being deleted)`,
  });
  const damaged = [backup, ...children].find(({ damage }) => damage !== null);
  refuse(damaged !== undefined, errors.backupUnavailable, {
    ...at,
    message: `${errors.backupUnavailable.message} (${damaged?.name}: ${damaged?.damage})`,
  });
  const system = children.find(({ systemDisk }) => systemDisk);
  if (!system) throw new CloudError(errors.backupWithoutSystemDisk, at);
  return { backup, system };
}
