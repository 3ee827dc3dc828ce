/**
 * The first half of a backup: its rows, in the transaction that orders the job which makes it. The other half is make-backup.ts.
 * Both are used by the jobs of other nouns, too: a full-ECS image is registered on a backup that its own job makes.
 */
import type { Cloud } from '../cloud.ts';
import { withDisks } from '../disks/attachments.ts';
import { settleDisk } from '../disks/settle-disk.ts';
import { diskStates } from '../disks/states.ts';
import { ensure, refuse } from '../errors.ts';
import { type Lock, requireLocksFree } from '../jobs/job-orders.ts';
import { releaseQuota, takeQuota } from '../quotas.ts';
import { allows } from '../servers/states.ts';
import type { Backup, Checkpoint, Disk, Prisma, Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { currentVault } from './backup-access.ts';
import { emitBackup, emitCheckpoint } from './backup-events.ts';
import { backupLock, sourceDiskLock, sourceServerLock } from './backup-locks.ts';
import { backupErrors as errors } from './errors.ts';
import { backupLimits } from './rules.ts';
import { serverFacts } from './server-facts.ts';
import { excludedDisks } from './vault-resources.ts';
import { requireRoomForBackup } from './vault-room.ts';

export interface BackupToPlan {
  readonly vaultId: string;
  /** The server or disk; it is in the vault. */
  readonly resourceId: string;
  /** The run that it belongs to; without it there is one for it alone. */
  readonly checkpoint?: Checkpoint;
  /** Of both; `manualbk_1a2b` without it. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly autoTrigger?: boolean;
  readonly expiresAt?: Date | null;
  /** From expected-bytes.ts, asked before the transaction; 0 where it was not counted. */
  readonly expectedBytes: number;
}

export interface PlannedBackup {
  readonly checkpoint: Checkpoint;
  readonly backup: Backup;
  /** What the job has to hold. recordCopy() lets go of the server and the disks, the end of the job of the rest. */
  readonly locks: readonly Lock[];
}

/**
 * Records a backup that is to be made of a resource of a vault: a server with a part for each of its disks, or a disk. The disks are
 * BACKING_UP until they are copied. Throws CloudError `vaultNotFound`, `vaultStatusWrong`, `resourceNotInVault`, `vaultFull`,
 * `resourceNotFound`, `serverStatusWrong`, `serverBusy`, `diskBusy`, `bareMetalServer`, `scsiDisk`,
 * `tooManySharedDisks`, `nothingToBackUp`, `diskStatusWrong`, `backupQuotaUsedUp`,
 * `vaultGigabytesUsedUp`.
 */
export async function planBackup(tx: Transaction, cloud: Cloud, order: BackupToPlan): Promise<PlannedBackup> {
  const vault = await currentVault(tx, order.vaultId);
  requireUsable(vault);
  await requireRoomForBackup(tx.db, cloud, vault, order.expectedBytes);
  const source = await readSource(tx, cloud, vault, order.resourceId);
  // Before the state of the disks is looked at: one that a job holds is busy, whatever it shows.
  await requireLocksFree(tx, source.locks);
  for (const { name, status } of source.disks) diskStates.assert(status, 'BACKING_UP', errors.diskStatusWrong, name);
  await takeBackupQuota(tx, cloud, vault.tenantId);

  const createdAt = await nextMoment(tx, vault.id, source.disks, cloud.clock.now());
  const name = order.name ?? order.checkpoint?.name ?? backupName(cloud, order.autoTrigger ?? false);
  const checkpoint = order.checkpoint ?? (await recordCheckpoint(tx, cloud, vault, { ...order, name }));
  const common = {
    tenantId: vault.tenantId,
    vaultId: vault.id,
    checkpointId: checkpoint.id,
    description: order.description ?? '',
    status: 'WAITING_PROTECT',
    autoTrigger: order.autoTrigger ?? false,
    expiresAt: order.expiresAt ?? null,
    createdAt,
    updatedAt: createdAt,
  } as const;
  const data = { id: cloud.ids.uuid(), name, ...common, ...source.row };
  const backup = await tx.db.backup.create({ data });
  if (vault.objectType === 'SERVER') {
    const children = source.disks.map(disk => ({
      id: cloud.ids.uuid(),
      parentId: backup.id,
      name: `${name}_${disk.name}`,
      ...common,
      ...rowOfDisk(disk),
    }));
    await tx.db.backup.createMany({ data: children });
  }
  for (const { id } of source.disks) await settleDisk(tx, cloud, id, 'BACKING_UP', { error: errors.diskStatusWrong });
  emitBackup(tx, 'backup.created', backup);
  return { checkpoint, backup, locks: [backupLock(backup.id), ...source.locks] };
}

/** A run over a vault: one backup of each of its resources follows. */
export async function recordCheckpoint(
  tx: Transaction,
  cloud: Cloud,
  vault: Vault,
  { name, description, autoTrigger = false }: Pick<BackupToPlan, 'description' | 'autoTrigger'> & { readonly name: string },
): Promise<Checkpoint> {
  const now = cloud.clock.now();
  const checkpoint = await tx.db.checkpoint.create({
    data: {
      id: cloud.ids.uuid(),
      tenantId: vault.tenantId,
      vaultId: vault.id,
      name,
      description: description ?? '',
      status: 'PROTECTING',
      autoTrigger,
      createdAt: now,
      updatedAt: now,
    },
  });
  emitCheckpoint(tx, 'checkpoint.created', checkpoint);
  return checkpoint;
}

/** `manualbk_1a2b`, `autobk_1a2b`. */
export function backupName(cloud: Cloud, autoTrigger: boolean): string {
  return `${autoTrigger ? 'autobk' : 'manualbk'}_${cloud.ids.hex32().slice(0, 4)}`;
}

export function requireUsable({ status, protectType }: Vault): void {
  refuse(status !== 'AVAILABLE' || protectType !== 'BACKUP', errors.vaultStatusWrong, {
    message: `${errors.vaultStatusWrong.message} (${status}, ${protectType})`,
  });
}

/** A disk with how it is attached to the server that is backed up. */
type SourceDisk = Disk & { readonly device: string | null; readonly systemDisk: boolean };

interface Source {
  readonly disks: readonly SourceDisk[];
  readonly row: ReturnType<typeof rowOfDisk> | (ReturnType<typeof rowOfDisk> & { serverFacts: Prisma.InputJsonObject });
  readonly locks: readonly Lock[];
}

async function readSource(tx: Transaction, cloud: Cloud, vault: Vault, resourceId: string): Promise<Source> {
  const { objectType } = vault;
  const entry = await tx.db.vaultResource.findUnique({ where: { resourceId_objectType: { resourceId, objectType } } });
  ensure(entry?.vaultId === vault.id && entry, errors.resourceNotInVault, { field: 'resourceIds' });
  return objectType === 'SERVER'
    ? readServer(tx, cloud, resourceId, excludedDisks(entry.excludedDiskIds))
    : readDisk(tx, resourceId);
}

async function readServer(tx: Transaction, cloud: Cloud, serverId: string, excluded: ReadonlySet<string>): Promise<Source> {
  const server = await tx.db.server.findUnique({ where: { id: serverId }, include: withDisks });
  ensure(server, errors.resourceNotFound);
  refuse(server.kind === 'BARE_METAL', errors.bareMetalServer);
  refuse(!allows('createImage', server.status), errors.serverStatusWrong, {
    message: `${errors.serverStatusWrong.message} (${server.name}: ${server.status})`,
  });
  const disks = server.attachments
    .filter(({ diskId }) => !excluded.has(diskId))
    .map(({ disk, device, bootIndex }) => ({ ...disk, device, systemDisk: bootIndex === 0 }));
  refuse(disks.length === 0, errors.nothingToBackUp);
  const shared = disks.filter(({ shareable }) => shareable).length;
  refuse(shared > backupLimits.sharedDisks.max, errors.tooManySharedDisks, {
    message: `${errors.tooManySharedDisks.message} (${server.name}: ${shared})`,
  });
  const isScsi = disks.some(({ deviceType }) => deviceType === 'SCSI');
  refuse(isScsi && cloud.config.dialect === 'OTC', errors.scsiDisk);
  const [first] = disks;
  ensure(first, errors.nothingToBackUp);
  return {
    disks,
    row: {
      ...rowOfDisk(first),
      resourceType: 'SERVER',
      resourceId: serverId,
      resourceName: server.name,
      resourceSize: disks.reduce((sum, { size }) => sum + size, 0),
      resourceZone: server.availabilityZone,
      systemDisk: disks.some(({ systemDisk }) => systemDisk),
      bootable: false,
      diskType: null,
      shareable: false,
      deviceType: 'VBD',
      device: null,
      serverFacts: await serverFacts(tx, server),
    },
    locks: [sourceServerLock(serverId), ...disks.map(({ id }) => sourceDiskLock(id))],
  };
}

async function readDisk(tx: Transaction, diskId: string): Promise<Source> {
  const disk = await tx.db.disk.findUnique({ where: { id: diskId }, include: { attachments: true } });
  ensure(disk, errors.resourceNotFound);
  const attachment = disk.attachments.find(({ bootIndex }) => bootIndex === 0) ?? disk.attachments[0];
  const source = { ...disk, device: attachment?.device ?? null, systemDisk: attachment?.bootIndex === 0 };
  return {
    disks: [source],
    row: rowOfDisk(source),
    // Nobody may stop or delete its servers while it is copied.
    locks: [sourceDiskLock(diskId), ...disk.attachments.map(({ serverId }) => sourceServerLock(serverId))],
  };
}

function rowOfDisk(disk: SourceDisk) {
  return {
    resourceType: 'DISK' as Backup['resourceType'],
    resourceId: disk.id,
    resourceName: disk.name,
    resourceSize: disk.size,
    resourceZone: disk.availabilityZone,
    systemDisk: disk.systemDisk,
    bootable: disk.bootable,
    diskType: disk.type as Backup['diskType'],
    shareable: disk.shareable,
    deviceType: disk.deviceType,
    device: disk.device,
  };
}

/** Whoever leaves out a resource that can't be backed up goes on in the same transaction: nothing may stay of the attempt. */
async function takeBackupQuota(tx: Transaction, cloud: Cloud, tenantId: string): Promise<void> {
  const one = { tenantId, resource: 'backups', amount: 1 } as const;
  try {
    await takeQuota(tx, cloud.config, one, errors.backupQuotaUsedUp);
  } catch (error) {
    await releaseQuota(tx, one);
    throw error;
  }
}

/**
 * When the backup is made, later than any other of its disks in the vault: their order tells what is counted against what, also where the
 * clock stands still.
 */
async function nextMoment(tx: Transaction, vaultId: string, disks: readonly Disk[], now: Date): Promise<Date> {
  let moment = now.getTime();
  for (const { id } of disks) {
    const where = { vaultId, resourceId: id, resourceType: 'DISK' } as const;
    const last = await tx.db.backup.findFirst({ where, orderBy: { createdAt: 'desc' }, select: { createdAt: true } });
    if (last) moment = Math.max(moment, last.createdAt.getTime() + 1);
  }
  return new Date(moment);
}
