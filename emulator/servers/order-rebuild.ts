import { encrypt } from 'unixcrypt';
import type { Cloud } from '../cloud.ts';
import { bootDisk, systemAttachment, withDisks } from '../disks/attachments.ts';
import { diskLock } from '../disks/disk-locks.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { ensure, refuse } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import { requireImageBackup } from '../images/image-backup.ts';
import { orderJob } from '../jobs/job-orders.ts';
import type { Image } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { GIB } from '../units.ts';
import { enterPhase } from './bare-metal/enter-phase.ts';
import { beginAction } from './begin-action.ts';
import { serverErrors as errors } from './errors.ts';
import { findBareMetalFlavor } from './flavors.ts';
import type { RebuildInput, RebuildJob } from './jobs/rebuild-server.ts';
import { orderFor } from './order-batch.ts';
import { recordReplacement } from './replace-system-disk.ts';

export interface Rebuild {
  readonly serverId: string;
  readonly image: Image;
  /** Whether a server that runs is stopped for it; else that is refused. */
  readonly stopServer: boolean;
  readonly keyName: string | null;
  readonly authorizedKeys: readonly string[];
  readonly adminPassword: string | null;
  /** Base64. */
  readonly userData: string | null;
}

type Commit = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * Orders a job that gives a server its system anew, from an image that has been checked already; bare-metal servers, too. The server shows
 * REBUILD from now on. Throws `systemDiskBackedUp`, `serverBusy`, `statusWrong`,
 * `diskNotCreated`, `diskTooSmallForImage`.
 */
export async function orderRebuild(
  cloud: Cloud,
  caller: Caller,
  job: RebuildJob,
  { serverId, image, stopServer, ...access }: Rebuild,
  commit: Commit,
): Promise<{ jobId: string; serverId: string }> {
  const backupId = image.kind === 'FULL_ECS' ? (await requireImageBackup(cloud, image, errors)).system.id : null;
  const localSize = await sizeOfLocalDisk(cloud, serverId);
  const passwordHash = access.adminPassword ? encrypt(access.adminPassword) : null;
  return commit(async tx => {
    const server = await tx.db.server.findUniqueOrThrow({ where: { id: serverId }, include: withDisks });
    const old = systemAttachment(server.attachments)?.disk;
    refuse(old?.status === 'BACKING_UP', errors.systemDiskBackedUp);
    const size = old?.size ?? localSize;
    ensure(size, errors.diskNotCreated, { message: 'The server has no system disk.' });
    refuse(size < image.minDisk, errors.diskTooSmallForImage, {
      message: `${errors.diskTooSmallForImage.message} (${size} of at least ${image.minDisk} GB)`,
      field: 'imageId',
    });
    const newId = cloud.ids.uuid();
    const snapshots = old ? await tx.db.diskSnapshot.findMany({ where: { diskId: old.id }, select: { id: true } }) : [];
    const input: RebuildInput = {
      serverId,
      from: fromOf(server.status),
      image: { id: image.id, name: image.name, osType: image.osType },
      disks: old ? { oldId: old.id, newId, snapshotIds: snapshots.map(({ id }) => id) } : null,
      disk: old ? serverDisk(newId) : (bootDisk(server, []) ?? ''),
      size,
      keyName: access.keyName,
      authorizedKeys: [...access.authorizedKeys],
      userData: access.userData,
      inject: image.userData,
    };
    const order = orderFor(input);
    const locks = [...order.locks, ...(old ? [diskLock(old.id)] : [])];
    const ordered = await orderJob(tx, job, { ...order, locks }, { ids: cloud.ids, clock: cloud.clock, caller });
    await beginAction(tx, cloud, stopServer ? 'stopAndRebuild' : 'rebuild', [serverId]);
    await enterPhase(tx, serverId, 'cleaning');
    // Kept until the new system has booted, as at a launch.
    await tx.db.server.update({ where: { id: serverId }, data: { passwordHash } });
    if (old) await recordReplacement(tx, cloud, newId, old, { imageId: image.id, backupId });
    tx.afterCommit(() => cloud.jobs.take([ordered]));
    return { jobId: ordered.id, serverId };
  });
}

/** Whatever else it is, beginAction() refuses. */
function fromOf(status: string): RebuildInput['from'] {
  return status === 'ACTIVE' || status === 'ERROR' ? status : 'SHUTOFF';
}

/**
 * A bare-metal server's own disk, GiB; undefined for a server that has none. One whose bytes are lost is as large as the flavor says: it is
 * written anew whatever was on it.
 */
async function sizeOfLocalDisk(cloud: Cloud, id: string): Promise<number | undefined> {
  const server = await cloud.database.read.server.findUnique({ where: { id }, include: withDisks });
  if (!server || systemAttachment(server.attachments)) return undefined;
  const disk = bootDisk(server, server.attachments);
  if (disk === undefined) return undefined;
  const found = await cloud.hardware.disks.stat(disk);
  return found ? Math.floor(found.size / GIB) : (findBareMetalFlavor(server.flavorId)?.machine.localDisk ?? undefined);
}
