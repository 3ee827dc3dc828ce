import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { releaseQuota } from '../../quotas.ts';
import { backupDisk } from '../backup-disk.ts';
import { emitVault } from '../backup-events.ts';
import { backupErrors } from '../errors.ts';
import { forgetBackups } from '../forget-backups.ts';

const Input = z.object({ vaultId: z.string() });
type Input = z.infer<typeof Input>;
/** Backups of the vault that hold bytes. */
const State = z.object({ backupIds: z.array(z.string()) }).partial();
type State = z.infer<typeof State>;

/** Deletes a vault with its backups: the records, then the bytes. */
export const deleteVaultJob = defineJob<Input, State>({
  name: 'deleteVault',
  queue: 'light',
  input: Input,
  state: State,
  errors: [backupErrors.backupNotDeleted],
  resources: ({ vaultId }) => [vaultId],
  steps: [
    {
      name: 'records',
      weight: 1,
      seconds: 1,
      // Nobody makes or deletes backups in a vault that is being deleted.
      async run({ cloud, input: { vaultId } }) {
        const where = { vaultId, resourceType: 'DISK' } as const;
        const backups = await cloud.database.read.backup.findMany({ where, select: { id: true } });
        return { backupIds: backups.map(({ id }) => id) };
      },
      async commit(tx, { cloud, input: { vaultId } }) {
        const vault = await tx.db.vault.findUnique({ where: { id: vaultId } });
        if (!vault) return;
        const backups = await tx.db.backup.findMany({ where: { vaultId, parentId: null }, select: { id: true } });
        await forgetBackups(
          tx,
          cloud,
          backups.map(({ id }) => id),
        );
        await tx.db.checkpoint.deleteMany({ where: { vaultId } });
        // What it protected and its tags go with it.
        const gone = await tx.db.vault.delete({ where: { id: vaultId } });
        await releaseQuota(tx, { tenantId: vault.tenantId, resource: 'vaults', amount: 1 });
        emitVault(tx, 'vault.deleted', gone);
      },
    },
    {
      name: 'bytes',
      weight: 1,
      seconds: 3,
      final: true,
      async run({ cloud, input, state, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await releaseBytes(cloud, input, state);
        return undefined;
      },
      revert: ({ cloud, input, state }) => releaseBytes(cloud, input, state),
    },
  ],
  async failed(tx, { input: { vaultId } }) {
    const vault = await tx.db.vault.findUnique({ where: { id: vaultId } });
    if (!vault) return;
    emitVault(tx, 'vault.updated', await tx.db.vault.update({ where: { id: vaultId }, data: { status: 'AVAILABLE' } }));
  },
});

async function releaseBytes(cloud: Cloud, { vaultId }: Input, { backupIds = [] }: State): Promise<void> {
  if (await cloud.database.read.vault.findUnique({ where: { id: vaultId } })) return;
  for (const id of backupIds) await cloud.hardware.disks.remove(backupDisk(id));
}
