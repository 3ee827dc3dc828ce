/**
 * What backups would store if they were made now, in bytes. Asked before the transaction of an order, so that what does not fit is refused before
 * anything is made; the job counts the copy itself.
 *
 * To count is to compare disks, which on the store `chunks` reads whatever differs. So it is left out, and nothing is expected, where the vault has
 * room for all that the disks could hold, and for what cannot be backed up now.
 */
import type { Cloud } from '../cloud.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { diskStates } from '../disks/states.ts';
import { CloudError, commonErrors, refuse } from '../errors.ts';
import { cloudErrorOf } from '../jobs/job-failure.ts';
import { PIECE } from '../store/disks/disk-store.ts';
import type { Vault, VaultResource } from '../store/generated/client.ts';
import { GIB } from '../units.ts';
import { sourceDiskLock, sourceServerLock } from './backup-locks.ts';
import { isLost, storedBytes } from './stored-bytes.ts';
import { excludedDisks } from './vault-resources.ts';
import { requireRoomForBackup } from './vault-room.ts';

type Resource = Pick<VaultResource, 'resourceId' | 'objectType' | 'excludedDiskIds'>;
type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** By resource; some of them, or all that the vault protects. Throws CloudError `diskFull` while the disk store has no room for anything. */
export async function expectedByResource(
  cloud: Cloud,
  vaultId: string,
  { resourceIds, turn }: { readonly resourceIds?: readonly string[] | undefined; readonly turn?: Turn } = {},
): Promise<ReadonlyMap<string, number>> {
  const where = { vaultId, ...(resourceIds && { resourceId: { in: [...resourceIds] } }) };
  return expectedBytes(cloud, vaultId, await cloud.database.read.vaultResource.findMany({ where }), turn);
}

/** The same of resources that may not be in the vault yet. `turn`: what those wait in who count at the same time. */
export async function expectedBytes(
  cloud: Cloud,
  vaultId: string,
  resources: readonly Resource[],
  turn: Turn = work => work(),
): Promise<ReadonlyMap<string, number>> {
  const expected = new Map<string, number>();
  // Its first preparation is under way: the jobs wait for it, and count then.
  if (cloud.hardware.status().state !== 'ready') return expected;
  refuse((await cloud.hardware.disks.free()) < PIECE, commonErrors.diskFull);
  const vault = await cloud.database.read.vault.findUnique({ where: { id: vaultId } });
  if (!vault) return expected;
  const idle = new Map<string, IdleDisk[]>();
  for (const resource of resources) idle.set(resource.resourceId, await idleDisks(cloud, resource));
  const most = [...idle.values()].flat().reduce((sum, { size }) => sum + size * GIB, 0);
  if (await hasRoomFor(cloud, vault, most)) return expected;
  for (const [resourceId, disks] of idle) expected.set(resourceId, await turn(() => count(cloud, vaultId, disks)));
  return expected;
}

async function hasRoomFor(cloud: Cloud, vault: Vault, bytes: number): Promise<boolean> {
  try {
    await requireRoomForBackup(cloud.database.read, cloud, vault, bytes);
    return true;
  } catch (error) {
    if (error instanceof CloudError) return false;
    throw error;
  }
}

interface IdleDisk {
  readonly id: string;
  /** GiB */
  readonly size: number;
}

/** The disks that would be backed up, unless one of them, or a server that has it, is not free: the order is refused then. */
async function idleDisks({ database: { read } }: Cloud, resource: Resource): Promise<IdleDisk[]> {
  const { resourceId, objectType, excludedDiskIds } = resource;
  const excluded = excludedDisks(excludedDiskIds);
  const where = objectType === 'DISK' ? { id: resourceId } : { attachments: { some: { serverId: resourceId } } };
  const found = await read.disk.findMany({ where, include: { attachments: true } });
  const disks = found.filter(({ id }) => objectType === 'DISK' || !excluded.has(id));
  const servers = objectType === 'DISK' ? disks.flatMap(({ attachments }) => attachments.map(one => one.serverId)) : [resourceId];
  const locks = [...disks.map(({ id }) => sourceDiskLock(id)), ...servers.map(sourceServerLock)];
  const held = await read.resourceLock.count({ where: { resource: { in: locks.map(lock => lock.resource) } } });
  return held === 0 && disks.every(({ status }) => diskStates.can(status, 'BACKING_UP')) ? disks : [];
}

/** A disk whose bytes are lost counts nothing: the job will say so. */
async function count(cloud: Cloud, vaultId: string, disks: readonly IdleDisk[]): Promise<number> {
  let sum = 0;
  for (const { id } of disks) {
    const place = { vaultId, resourceId: id, createdAt: FAR_FUTURE };
    try {
      sum += (await storedBytes(cloud, place, serverDisk(id))).storedBytes;
    } catch (error) {
      if (!isLost(error)) throw cloudErrorOf(error) ?? error;
    }
  }
  return sum;
}

/** The end of every chain. */
const FAR_FUTURE = new Date('9999-12-31T00:00:00Z');
