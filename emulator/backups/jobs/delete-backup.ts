import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { backupDisk, partsOf, withParts } from '../backup-disk.ts';
import { backupErrors } from '../errors.ts';
import { forgetBackups } from '../forget-backups.ts';
import { restBackup, takeUpBackup } from '../settle-backup.ts';
import { recountAfter } from '../stored-bytes.ts';

const Input = z.object({
  backupId: z.string(),
  /** Those that hold bytes, with their places in their chains. */
  parts: z.array(z.object({ id: z.string(), vaultId: z.string(), resourceId: z.string(), createdAt: z.iso.datetime() })),
});
type Input = z.infer<typeof Input>;
const State = z.object({});

/**
 * Deletes a backup: its record, then its bytes, as far as no disk, image or other backup shares them; the backup after it is counted anew, so
 * that what the vault says it uses stays true.
 */
export const deleteBackupJob = defineJob<Input, z.infer<typeof State>>({
  name: 'deleteBackup',
  queue: 'light',
  input: Input,
  state: State,
  errors: [backupErrors.backupNotDeleted],
  resources: ({ backupId }) => [backupId],
  steps: [
    {
      name: 'record',
      weight: 1,
      seconds: 1,
      async run({ cloud, input }) {
        await takeUpBackup(cloud, input.backupId, 'DELETING');
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await forgetBackups(tx, cloud, [input.backupId]);
      },
    },
    {
      name: 'bytes',
      weight: 1,
      seconds: 3,
      final: true,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await releaseBytes(cloud, input);
        return undefined;
      },
      revert: ({ cloud, input }) => releaseBytes(cloud, input),
    },
  ],
  /** Where the record is still there it is as it was. */
  failed: (tx, { cloud, input: { backupId } }) => restBackup(tx, cloud, backupId),
});

/** Does nothing while the record is there. */
async function releaseBytes(cloud: Cloud, { backupId, parts }: Input): Promise<void> {
  if (await cloud.database.read.backup.findUnique({ where: { id: backupId } })) return;
  for (const { id } of parts) await cloud.hardware.disks.remove(backupDisk(id));
  await recountAfter(
    cloud,
    parts.map(part => ({ ...part, createdAt: new Date(part.createdAt) })),
  );
}

/** The input of the job for a backup that is there. */
export async function deletionOf(db: Pick<Cloud['database']['read'], 'backup'>, backupId: string): Promise<Input> {
  const backup = await db.backup.findUniqueOrThrow({ where: { id: backupId }, include: withParts });
  const parts = partsOf(backup).map(({ id, vaultId, resourceId, createdAt }) => {
    return { id, vaultId, resourceId, createdAt: createdAt.toISOString() };
  });
  return { backupId, parts };
}
