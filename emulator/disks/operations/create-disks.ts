import { z } from 'zod';
import { batchNames } from '../../batch-names.ts';
import type { Cloud } from '../../cloud.ts';
import { commonErrors, ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { JobOrder } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { takeQuota } from '../../quotas.ts';
import { machineRefusals } from '../../servers/bare-metal/machine-disks.ts';
import { inBothCodes, inCodesOf } from '../../servers/bare-metal/own-codes.ts';
import { beginAction } from '../../servers/begin-action.ts';
import { serverErrors } from '../../servers/errors.ts';
import { serverLock } from '../../servers/order-batch.ts';
import { ServerId } from '../../servers/rules.ts';
import { ownServer } from '../../servers/server-access.ts';
import type { Prisma } from '../../store/generated/client.ts';
import { insertRows } from '../../store/insert-rows.ts';
import type { Transaction } from '../../transactions.ts';
import { text } from '../../validation.ts';
import { emitDisk } from '../disk-events.ts';
import { diskLock } from '../disk-locks.ts';
import { diskSource } from '../disk-source.ts';
import { diskErrors as errors } from '../errors.ts';
import { createDiskBatch, createDiskJob } from '../jobs/create-disk.ts';
import { planDisk, zoneOfDisk } from '../new-disk.ts';
import { orderDiskJobs } from '../order-disk-jobs.ts';
import * as rules from '../rules.ts';
import { addAttachment } from './attach-disk.ts';

const Input = z
  .object({
    name: rules.DiskName,
    description: rules.DiskDescription.nullish(),
    count: rules.DiskCount.default(1),
    /** GiB; without it that of what the disk is made of. */
    size: rules.NewDiskSize.nullish(),
    type: rules.DiskType.nullish(),
    availabilityZone: text(errors.zoneInvalid).nullish(),
    imageId: rules.SourceImageId.nullish(),
    snapshotId: rules.SourceSnapshotId.nullish(),
    backupId: rules.SourceBackupId.nullish(),
    /** Without them as the disk was that a backup is of; else for one server, and VBD. */
    shareable: z.boolean().nullish(),
    deviceType: z.enum(['VBD', 'SCSI']).nullish(),
    /** To be made on an empty disk. */
    fileSystem: z.enum(['EXT4']).nullish(),
    metadata: rules.DiskMetadata.default({}),
    tags: rules.DiskTags.default([]),
    /** The server that gets the disk as soon as it is there. */
    serverId: ServerId.nullish(),
    device: text(serverErrors.deviceInvalid).nullish(),
  })
  .refine(rules.nameFitsCount, rules.nameFitsCountError);

/**
 * Orders disks: empty, or made of an image, a snapshot or a backup. Their records are there at once, in CREATING. The checks come in the order
 * of compute 4.8: fields, source, zone, type and size, quotas.
 */
export const createDisks = defineOperation({
  name: 'disks.create',
  permission: 'evs:volumes:create',
  access: 'write',
  input: Input,
  invalid: errors.badParameter,
  errors: [
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.countInvalid,
    errors.sizeInvalid,
    errors.typeInvalid,
    errors.zoneInvalid,
    errors.metadataTooLarge,
    errors.tooManyTags,
    errors.tagInvalid,
    errors.severalSources,
    errors.imageInvalid,
    errors.snapshotInvalid,
    errors.snapshotUnavailable,
    errors.backupInvalid,
    errors.backupUnavailable,
    errors.severalFromBackup,
    errors.metadataUnfitForSource,
    errors.sharedFromSystemImage,
    errors.typeOfSnapshot,
    errors.smallerThanBackup,
    errors.zoneOfSnapshot,
    errors.zoneOfBackup,
    errors.diskQuotaUsedUp,
    errors.gigabytesUsedUp,
    serverErrors.serverNotFound,
    ...inBothCodes([serverErrors.statusWrong, serverErrors.serverBusy, serverErrors.diskInOtherZone]),
    serverErrors.noMoreDisks,
    serverErrors.deviceInvalid,
    ...machineRefusals,
    commonErrors.damagedDisk,
    commonErrors.notOnThisHardware,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const { tenantId, regionId } = caller;
    const { count, serverId } = input;
    const sourceIds = {
      imageId: input.imageId ?? null,
      snapshotId: input.snapshotId ?? null,
      backupId: input.backupId ?? null,
    };
    refuse(Object.values(sourceIds).filter(id => id !== null).length > 1, errors.severalSources);
    refuse(sourceIds.backupId !== null && count > 1, errors.severalFromBackup, { field: 'count' });
    const source = await diskSource(cloud, caller, sourceIds);
    refuse(input.device != null && !serverId, errors.badParameter, {
      message: `${errors.badParameter.message} (a device is one of the server that gets the disk: name it)`,
      field: 'device',
    });
    const server = serverId ? await ownServer(cloud, caller, serverId) : undefined;
    refuse(server !== undefined && count > 1, errors.badParameter, {
      message: `${errors.badParameter.message} (one disk at a time is made for a server)`,
      field: 'count',
    });
    return inCodesOf(server?.kind, async () => {
      const zone = zoneOfDisk(cloud, { regionId, zone: input.availabilityZone, source, server });
      ensure(!server || server.availabilityZone === zone, serverErrors.diskInOtherZone, { field: 'serverId' });
      const { size, type, shareable, deviceType } = planDisk(cloud, { ...input, ...sourceIds }, source);

      return commit(async tx => {
        const wanted = { tenantId, resource: 'disks', amount: count } as const;
        await takeQuota(tx, cloud.config, wanted, errors.diskQuotaUsedUp);
        await takeQuota(tx, cloud.config, { tenantId, resource: 'diskGigabytes', amount: count * size }, errors.gigabytesUsedUp);
        const now = cloud.clock.now();
        const rows = batchNames(input.name, count).map(name => ({
          id: cloud.ids.uuid(),
          tenantId,
          availabilityZone: zone,
          name,
          description: input.description ?? '',
          status: 'CREATING' as const,
          size,
          type,
          bootable: source.bootable,
          shareable,
          deviceType,
          fileSystem: input.fileSystem ?? null,
          ...sourceIds,
          metadata: input.metadata,
          createdAt: now,
          updatedAt: now,
        }));
        await recordDisks(tx, rows, input.tags);
        const attach = server && rows[0] ? await attachment(tx, cloud, rows[0].id, server.id, input.device) : null;
        const shared = { regionId, ...sourceIds, size, fileSystem: input.fileSystem ?? null, attach };
        const orders = rows.map(
          ({ id: diskId, name }): JobOrder<typeof shared & { diskId: string }> => ({
            input: { diskId, ...shared },
            entities: { volume_id: diskId, name, size, volume_type: type, ...(attach && { server_id: attach.serverId }) },
            locks: [diskLock(diskId), ...(attach ? [serverLock(attach.serverId)] : [])],
          }),
        );
        const jobs = { single: createDiskJob, batch: createDiskBatch, part: createDiskJob, orders };
        const jobId = await orderDiskJobs(tx, cloud, caller, jobs);
        if (attach) await beginAction(tx, cloud, 'attachDisk', [attach.serverId]);
        return { jobId, diskIds: rows.map(({ id }) => id) };
      });
    });
  },
});

type NewDisk = Prisma.DiskCreateManyInput;

async function recordDisks(
  tx: Transaction,
  rows: readonly NewDisk[],
  tags: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  await insertRows(tx.db, 'Disk', rows);
  const tagRows = rows.flatMap(({ id: diskId }) => tags.map(tag => ({ diskId, ...tag })));
  await insertRows(tx.db, 'DiskTag', tagRows);
  for (const row of rows) emitDisk(tx, 'disk.created', row);
}

/** Keeps a device of the server for the disk. */
async function attachment(
  tx: Transaction,
  cloud: Cloud,
  diskId: string,
  serverId: string,
  device: string | null | undefined,
): Promise<{ serverId: string; device: string }> {
  return { serverId, device: await addAttachment(tx, cloud, { diskId, serverId, device, readOnly: false }) };
}
