import { z } from 'zod';
import { CloudError } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { ownVault } from '../backup-access.ts';
import { backupErrors as errors } from '../errors.ts';
import { expectedByResource } from '../expected-bytes.ts';
import { orderCheckpoint } from '../order-checkpoint.ts';
import { BackupDescription, BackupName, ResourceId, VaultId } from '../rules.ts';

/**
 * Backs up what a vault protects, or some of it: one run, one backup for each server or disk. A resource that is named has to be free; of
 * all of them those that are not are left out, and the checkpoint says why.
 */
export const createCheckpoint = defineOperation({
  name: 'checkpoints.create',
  permission: 'cbr:vaults:backup',
  access: 'write',
  input: z.object({
    vaultId: VaultId,
    name: BackupName.optional(),
    description: BackupDescription.nullish(),
    resourceIds: z.array(ResourceId).min(1).max(256).optional(),
  }),
  invalid: errors.badParameter,
  errors: [
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.vaultNotFound,
    errors.vaultStatusWrong,
    errors.vaultFull,
    errors.resourceNotInVault,
    errors.resourceNotFound,
    errors.nothingToBackUp,
    errors.serverStatusWrong,
    errors.serverBusy,
    errors.scsiDisk,
    errors.tooManySharedDisks,
    errors.bareMetalServer,
    errors.diskStatusWrong,
    errors.diskBusy,
    errors.backupQuotaUsedUp,
    errors.vaultGigabytesUsedUp,
  ],
  async run({ cloud, caller, input: { vaultId, name, description, resourceIds }, commit }) {
    requireHardware(cloud);
    await ownVault(cloud, caller, vaultId);
    const expected = await expectedByResource(cloud, vaultId, {
      resourceIds,
      turn: work => cloud.comparisons.run(caller.tenantId, work),
    });
    return commit(async tx => {
      const order = { vaultId, name, description: description ?? undefined, resourceIds, expected };
      const { jobId, ...rest } = await orderCheckpoint(tx, cloud, caller, order);
      if (jobId === null) throw new CloudError(errors.nothingToBackUp);
      return { jobId, ...rest };
    });
  },
});
