import { z } from 'zod';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { releaseQuota } from '../../quotas.ts';
import { slices } from '../../store/slices.ts';
import { backupDisk } from '../backup-disk.ts';
import { emitVault } from '../backup-events.ts';
import { backupErrors } from '../errors.ts';
import { forgetBackups } from '../forget-backups.ts';
import { settleVault } from '../settle-backup.ts';

const Input = z.object({ vaultId: z.string() });
type Input = z.infer<typeof Input>;
/** Backups of the vault that hold bytes. */
const State = z.object({ backupIds: z.array(z.string()) }).partial();
type State = z.infer<typeof State>;
type Context = StepContext<Input, State>;

/** Backups that go in one transaction: everyone else who writes waits for it. */
const AT_ONCE = 50;

/**
 * Deletes a vault with its backups: the records, in portions, then the bytes. If that breaks off for good, the vault is there with the backups
 * that are left.
 */
export const deleteVaultJob = defineJob<Input, State>({
  name: 'deleteVault',
  queue: 'light',
  input: Input,
  state: State,
  errors: [backupErrors.backupNotDeleted],
  resources: ({ vaultId }) => [vaultId],
  steps: [
    {
      name: 'list',
      weight: 1,
      seconds: 1,
      // Nobody makes or deletes backups in a vault that is being deleted.
      async run({ cloud, input: { vaultId } }) {
        const where = { vaultId, resourceType: 'DISK' } as const;
        const backups = await cloud.database.read.backup.findMany({ where, select: { id: true } });
        return { backupIds: backups.map(({ id }) => id) };
      },
    },
    {
      name: 'records',
      weight: 1,
      seconds: 1,
      final: true,
      async run(context) {
        await forgetAll(context);
        return undefined;
      },
      async commit(tx, { input: { vaultId } }) {
        const vault = await tx.db.vault.findUnique({ where: { id: vaultId } });
        if (!vault) return;
        await tx.db.checkpoint.deleteMany({ where: { vaultId } });
        // What it protected and its tags go with it.
        const gone = await tx.db.vault.delete({ where: { id: vaultId } });
        await releaseQuota(tx, { tenantId: gone.tenantId, resource: 'vaults', amount: 1 });
        await releaseQuota(tx, { tenantId: gone.tenantId, resource: 'vaultGigabytes', amount: gone.size });
        emitVault(tx, 'vault.deleted', gone);
      },
      revert: releaseBytes,
    },
    {
      name: 'bytes',
      weight: 1,
      seconds: 3,
      final: true,
      async run(context) {
        await context.cloud.reconciler.hardwareReady(context.signal);
        await releaseBytes(context);
        return undefined;
      },
      revert: releaseBytes,
    },
  ],
  async failed(tx, { cloud, input: { vaultId } }) {
    const isThere = await tx.db.vault.findUnique({ where: { id: vaultId }, select: { id: true } });
    if (isThere) await settleVault(tx, cloud, vaultId, 'AVAILABLE');
  },
});

/** The newest first: what is left at any moment counts as before, for each is counted against those before it. */
async function forgetAll({ cloud, input: { vaultId }, report, signal }: Context): Promise<void> {
  const where = { vaultId, parentId: null };
  const total = await cloud.database.read.backup.count({ where });
  for (let done = 0; done < total; done += AT_ONCE) {
    signal.throwIfAborted();
    await cloud.transactions.run(async tx => {
      const orderBy = { createdAt: 'desc' } as const;
      const backups = await tx.db.backup.findMany({ where, orderBy, take: AT_ONCE, select: { id: true } });
      await forgetBackups(
        tx,
        cloud,
        backups.map(({ id }) => id),
      );
    });
    report(Math.min(done + AT_ONCE, total), total);
  }
}

/** Of those whose records are gone. */
async function releaseBytes({ cloud, state: { backupIds = [] } }: Context): Promise<void> {
  for (const ids of slices(backupIds)) {
    const kept = await cloud.database.read.backup.findMany({ where: { id: { in: ids } }, select: { id: true } });
    const stays = new Set(kept.map(({ id }) => id));
    for (const id of ids.filter(one => !stays.has(one))) await cloud.hardware.disks.remove(backupDisk(id));
  }
}
