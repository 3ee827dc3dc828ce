import { z } from 'zod';
import { systemAttachment } from '../../disks/attachments.ts';
import { busOf } from '../../disks/devices.ts';
import { settleDisk } from '../../disks/settle-disk.ts';
import { commonErrors, ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { allows } from '../../servers/states.ts';
import type { Backup, Disk, DiskAttachment, Server } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { ownBackup } from '../backup-access.ts';
import { partsOf, withParts } from '../backup-disk.ts';
import { backupLock, targetDiskLock, targetServerLock } from '../backup-locks.ts';
import { backupErrors as errors } from '../errors.ts';
import { restoreBackupJob } from '../jobs/restore-backup.ts';
import { BackupId, ResourceId } from '../rules.ts';
import { settleBackup } from '../settle-backup.ts';

const Mapping = z.object({ backupId: BackupId, diskId: ResourceId });

/**
 * Writes a backup over disks: in place over those that it was made of, or over others that are large enough. Servers that have them and run
 * are stopped, and started again if `powerOn`. Server, data disks and their order stay what they are. Source: compute 6.2.
 */
export const restoreBackup = defineOperation({
  name: 'backups.restore',
  permission: 'cbr:backups:restore',
  access: 'write',
  input: z.object({
    backupId: BackupId,
    /** Its disks have to be this server's. */
    serverId: ResourceId.optional(),
    /** For the backup of one disk. */
    diskId: ResourceId.optional(),
    /** For the backup of a server: which of its parts goes over which disk. Without it each goes over its own. */
    mappings: z.array(Mapping).min(1).max(60).optional(),
    powerOn: z.boolean().default(true),
  }),
  invalid: errors.badParameter,
  errors: [
    errors.backupNotFound,
    errors.notRestorable,
    errors.backupBusy,
    errors.badParameter,
    errors.resourceNotFound,
    errors.targetTooSmall,
    errors.targetBusy,
    errors.targetOfOtherServer,
    errors.bareMetalTarget,
    errors.bareMetalSystem,
    errors.dataOverSystemDisk,
    errors.targetStatusWrong,
    commonErrors.damagedDisk,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const { parentId } = await ownBackup(cloud, caller, input.backupId);
    return commit(async tx => {
      const backup = await tx.db.backup.findUnique({ where: { id: input.backupId }, include: withParts });
      ensure(backup, errors.backupNotFound, { field: 'backupId' });
      refuse(backup.status !== 'AVAILABLE', errors.notRestorable, {
        message: `${errors.notRestorable.message} (${backup.status})`,
      });
      const wanted = mappingsOf(backup, input);
      const pairs: Pair[] = [];
      for (const [index, one] of wanted.entries())
        pairs.push(await requirePair(tx, caller.tenantId, one, `mappings.${index}.diskId`));
      const servers = serversOf(pairs, input.serverId);
      for (const pair of pairs) requireSystem(pair);
      // The backup of a server's disk is held by that of the server.
      const wholeId = parentId ?? backup.id;
      const job = await orderJob(
        tx,
        restoreBackupJob,
        {
          input: {
            backupId: wholeId,
            disks: pairs.map(({ part, disk }) => ({
              partId: part.id,
              diskId: disk.id,
              size: disk.size,
              status: disk.status,
            })),
            servers: servers.map(({ id, status }) => ({ serverId: id, wasRunning: status === 'ACTIVE' })),
            powerOn: input.powerOn,
          },
          entities: { backup_id: backup.id, backup_name: backup.name },
          locks: [
            backupLock(wholeId),
            ...servers.map(({ id }) => targetServerLock(id)),
            ...pairs.map(({ disk }) => targetDiskLock(disk.id)),
          ],
        },
        { ids: cloud.ids, clock: cloud.clock, caller },
      );
      for (const server of servers) requireRestorable(server);
      for (const { disk } of pairs) await settleDisk(tx, cloud, disk.id, 'RESTORING_BACKUP', { error: errors.targetStatusWrong });
      await settleBackup(tx, cloud, wholeId, 'WAITING_RESTORE', { error: errors.notRestorable });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, backupId: backup.id };
    });
  },
});

type WholeBackup = Backup & { readonly children: readonly Backup[] };
type TargetDisk = Disk & { readonly attachments: readonly (DiskAttachment & { readonly server: Server })[] };

interface Pair {
  readonly part: Backup;
  readonly disk: TargetDisk;
}

interface Targets {
  readonly serverId?: string | undefined;
  readonly diskId?: string | undefined;
  readonly mappings?: readonly { readonly backupId: string; readonly diskId: string }[] | undefined;
}

interface Wanted {
  readonly part: Backup;
  readonly diskId: string;
}

function mappingsOf(backup: WholeBackup, { serverId, diskId, mappings }: Targets): Wanted[] {
  const parts = partsOf(backup);
  if (backup.resourceType === 'DISK') {
    refuse(mappings !== undefined, errors.badParameter, {
      message: `${errors.badParameter.message} (mappings are for the backup of a server: name a disk instead)`,
      field: 'mappings',
    });
    return [{ part: backup, diskId: diskId ?? backup.resourceId }];
  }
  refuse(diskId !== undefined, errors.badParameter, {
    message: `${errors.badParameter.message} (a disk alone is for the backup of a disk: name in mappings which disk goes over which)`,
    field: 'diskId',
  });
  if (!mappings) {
    refuse(serverId !== undefined && serverId !== backup.resourceId, errors.targetOfOtherServer, {
      message: 'To restore to another server, say which disk goes over which.',
      field: 'mappings',
    });
    return parts.map(part => ({ part, diskId: part.resourceId }));
  }
  refuse(new Set(mappings.map(one => one.diskId)).size < mappings.length, errors.badParameter, {
    message: `${errors.badParameter.message} (a disk is named twice)`,
    field: 'mappings',
  });
  return mappings.map((one, index) => {
    const part = parts.find(({ id }) => id === one.backupId);
    ensure(part, errors.backupNotFound, { field: `mappings.${index}.backupId` });
    return { part, diskId: one.diskId };
  });
}

async function requirePair(tx: Transaction, tenantId: string, { part, diskId }: Wanted, field: string): Promise<Pair> {
  refuse(part.damage !== null, commonErrors.damagedDisk, {
    message: `${commonErrors.damagedDisk.message} (backup ${part.name}, ${part.id}: ${part.damage})`,
  });
  const disk = await tx.db.disk.findUnique({ where: { id: diskId }, include: { attachments: { include: { server: true } } } });
  ensure(disk?.tenantId === tenantId && disk, errors.resourceNotFound, { field });
  refuse(disk.size < part.resourceSize, errors.targetTooSmall, {
    message: `${errors.targetTooSmall.message} (${disk.name}: ${disk.size} of ${part.resourceSize} GB)`,
    field,
  });
  return { part, disk };
}

/** The servers that have the disks, each once. */
function serversOf(pairs: readonly Pair[], serverId: string | undefined): Server[] {
  if (serverId !== undefined) {
    const isIts = pairs.every(({ disk }) => disk.attachments.some(one => one.serverId === serverId));
    refuse(!isIts, errors.targetOfOtherServer, { field: 'serverId' });
  }
  const servers = new Map(pairs.flatMap(({ disk }) => disk.attachments.map(({ server }) => [server.id, server] as const)));
  refuse(
    [...servers.values()].some(({ kind }) => kind === 'BARE_METAL'),
    errors.bareMetalTarget,
  );
  return [...servers.values()];
}

/**
 * What a server boots from is replaced by what a server of its kind booted from: bare-metal servers have images of their own kind, and a data
 * disk of a server's backup goes over no system disk (CBR constraints, "Restoring data").
 */
function requireSystem({ part, disk }: Pair): void {
  if (systemAttachment(disk.attachments) === undefined) return;
  const ofMachine = part.systemDisk && part.device !== null && busOf(part.device) === 'sd';
  refuse(ofMachine, errors.bareMetalSystem, { message: `${errors.bareMetalSystem.message} (${disk.name})` });
  refuse(part.parentId !== null && !part.systemDisk, errors.dataOverSystemDisk, {
    message: `${errors.dataOverSystemDisk.message} (${part.name} over ${disk.name})`,
    field: 'mappings',
  });
}

function requireRestorable({ name, status }: Server): void {
  refuse(!allows('createImage', status), errors.targetStatusWrong, {
    message: `${errors.targetStatusWrong.message} (${name}: ${status})`,
  });
}
