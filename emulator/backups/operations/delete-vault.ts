import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { currentVault, ownVault } from '../backup-access.ts';
import { backupLock, vaultLock } from '../backup-locks.ts';
import { backupErrors as errors } from '../errors.ts';
import { deleteVaultJob } from '../jobs/delete-vault.ts';
import { VaultId } from '../rules.ts';
import { settleVault } from '../settle-backup.ts';

/** Deletes a vault with its backups; refused while an image stands on one of them. What it protected is not touched. */
export const deleteVault = defineOperation({
  name: 'vaults.delete',
  permission: 'cbr:vaults:delete',
  access: 'write',
  input: z.object({ vaultId: VaultId }),
  invalid: errors.badParameter,
  errors: [errors.vaultNotFound, errors.backupUsedByImage, errors.backupBusy, errors.vaultBusy, errors.vaultStatusWrong],
  async run({ cloud, caller, input: { vaultId }, commit }) {
    requireHardware(cloud);
    await ownVault(cloud, caller, vaultId);
    return commit(async tx => {
      const vault = await currentVault(tx, vaultId);
      const backups = await tx.db.backup.findMany({ where: { vaultId, parentId: null }, select: { id: true } });
      refuse((await tx.db.image.findFirst({ where: { backup: { vaultId } } })) !== null, errors.backupUsedByImage);
      const job = await orderJob(
        tx,
        deleteVaultJob,
        {
          input: { vaultId },
          entities: { vault_id: vaultId, vault_name: vault.name },
          locks: [vaultLock(vaultId), ...backups.map(({ id }) => backupLock(id))],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      await settleVault(tx, cloud, vaultId, 'DELETING');
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { vaultId, jobId: job.id };
    });
  },
});
