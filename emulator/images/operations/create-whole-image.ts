import { z } from 'zod';
import { expectedBytes } from '../../backups/expected-bytes.ts';
import { planBackup } from '../../backups/plan-backup.ts';
import { ensureInVault, excludedDisks } from '../../backups/vault-resources.ts';
import { requireServerVault } from '../../backups/vault-room.ts';
import type { Cloud } from '../../cloud.ts';
import { systemAttachment, withDisks } from '../../disks/attachments.ts';
import { CloudError, ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import type { Disk } from '../../store/generated/client.ts';
import { imageErrors as errors } from '../errors.ts';
import { imageWordErrors, imageWordFields, readImageWords } from '../image-words.ts';
import { createWholeImageJob } from '../jobs/create-whole-image.ts';
import { recordImage, requireTaskRoom } from '../record-image.ts';
import { ImageVaultId, SourceServerId } from '../rules.ts';
import { requireImageable } from '../source-server.ts';
import { inImageCodes, inImageLocks } from '../source-vault.ts';
import { systemOfServer } from '../system-facts.ts';

/**
 * Orders a full-ECS image of a server, running or stopped: a backup of all its disks in a vault, and the image on it. A server that is in no vault
 * is put into this one. Source: ims-api 1.4, compute 6.4.
 */
export const createWholeImage = defineOperation({
  name: 'images.createWhole',
  permission: 'ims:wholeImages:create',
  access: 'write',
  input: z.object({ ...imageWordFields, serverId: SourceServerId, vaultId: ImageVaultId }),
  errors: [
    ...imageWordErrors,
    errors.serverIdInvalid,
    errors.serverNotFound,
    errors.serverTypeWrong,
    errors.serverStateWrongForFullEcs,
    errors.serverBusy,
    errors.serverBeingBackedUp,
    errors.serverWithoutSystemDisk,
    errors.systemDiskLeftOut,
    errors.diskStateWrong,
    errors.diskBusy,
    errors.diskDamaged,
    errors.vaultNotFound,
    errors.vaultOfOtherKind,
    errors.vaultUnavailable,
    errors.vaultFull,
    errors.vaultHasAllServers,
    errors.serverInOtherVault,
    errors.backupQuotaUsedUp,
    errors.imageQuotaUsedUp,
    errors.tooManyTasks,
  ],
  async run({ cloud, caller, input: { serverId, vaultId, ...given }, commit }) {
    const words = readImageWords(cloud.config.dialect, given);
    requireHardware(cloud);
    const server = await cloud.servers.get(serverId);
    ensure(server && server.tenantId === caller.tenantId, errors.serverNotFound, { field: 'serverId' });
    const source = await cloud.images.get(server.imageId);
    const expected = await expectedOf(cloud, caller, serverId, vaultId);

    return commit(async tx => {
      const current = await tx.db.server.findUnique({ where: { id: serverId }, include: withDisks });
      ensure(current, errors.serverNotFound, { field: 'serverId' });
      refuse(current.kind === 'BARE_METAL', errors.serverTypeWrong, { field: 'serverId' });
      requireImageable(current, errors.serverStateWrongForFullEcs);
      const system = systemAttachment(current.attachments)?.disk;
      ensure(system, errors.serverWithoutSystemDisk);
      const vault = await inImageCodes(() => requireServerVault(tx.db, caller.tenantId, vaultId));
      const entry = await tx.db.vaultResource.findUnique({
        where: { resourceId_objectType: { resourceId: serverId, objectType: 'SERVER' } },
      });
      refuse(entry !== null && entry.vaultId !== vaultId, errors.serverInOtherVault, { field: 'vaultId' });
      const excluded = excludedDisks(entry?.excludedDiskIds);
      refuse(excluded.has(system.id), errors.systemDiskLeftOut, { field: 'vaultId' });
      for (const { disk } of current.attachments) if (!excluded.has(disk.id)) requireCopyable(disk);
      await requireTaskRoom(tx, caller);
      const planned = await inImageCodes(async () => {
        await ensureInVault(tx, cloud, vault, serverId);
        return planBackup(tx, cloud, { vaultId, resourceId: serverId, expectedBytes: expected });
      });
      const image = await recordImage(tx, cloud, caller, words, {
        ...systemOfServer(server, source),
        kind: 'FULL_ECS',
        minDisk: system.size,
        dataOrigin: `server_backup,${planned.backup.id}`,
        sourceImageId: server.imageId,
        sourceServerId: server.id,
        sourceDiskId: system.id,
        backupId: planned.backup.id,
      });
      const job = await orderJob(
        tx,
        createWholeImageJob,
        {
          input: { imageId: image.id, backupId: planned.backup.id, serverId, enteredVault: entry === null },
          entities: { image_id: image.id, image_name: image.name },
          locks: [...inImageLocks(planned.locks), { resource: `image:${image.id}`, conflict: errors.imageBeingCreated }],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, imageId: image.id, backupId: planned.backup.id };
    });
  },
});

function requireCopyable({ id, status, damage }: Disk): void {
  refuse(status === 'BACKING_UP', errors.serverBeingBackedUp);
  refuse(status !== 'IN_USE', errors.diskStateWrong, { message: `${errors.diskStateWrong.message} (${id}: ${status})` });
  if (damage !== null) throw new CloudError(errors.diskDamaged, { message: `${errors.diskDamaged.message} (${id}: ${damage})` });
}

/** What the backup would add to the vault now, in bytes: asked of the disks, so not inside a transaction. */
async function expectedOf(cloud: Cloud, { tenantId }: Caller, serverId: string, vaultId: string): Promise<number> {
  const key = { resourceId: serverId, objectType: 'SERVER' } as const;
  const entry = await cloud.database.read.vaultResource.findUnique({ where: { resourceId_objectType: key } });
  const resource = { ...key, excludedDiskIds: entry?.excludedDiskIds ?? [] };
  const expected = await expectedBytes(cloud, vaultId, [resource], work => cloud.comparisons.run(tenantId, work));
  return expected.get(serverId) ?? 0;
}
