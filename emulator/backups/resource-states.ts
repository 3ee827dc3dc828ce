import type { Cloud } from '../cloud.ts';
import type { BackupStatus, VaultStatus } from '../store/generated/enums.ts';
import { slices } from '../store/slices.ts';
import { excludedDisks } from './vault-resources.ts';

/**
 * How what a vault protects fares, put together from its disks and backups: nothing of it is kept. Source: compute 6.2 (`resources` of a vault).
 */
export type ProtectStatus = 'AVAILABLE' | 'ERROR' | 'PROTECTING' | 'RESTORING' | 'REMOVING';

/**
 * What a backup in such a status says of the server or disk that it is of; the first that fits counts. ERROR is never said: a backup that cannot be
 * made leaves no record, and its checkpoint tells why.
 */
const FROM_BACKUPS: readonly (readonly [ProtectStatus, readonly BackupStatus[]])[] = [
  ['RESTORING', ['WAITING_RESTORE', 'RESTORING']],
  ['PROTECTING', ['WAITING_PROTECT', 'PROTECTING']],
];

export interface ResourceState {
  readonly resourceId: string;
  readonly protectStatus: ProtectStatus;
  /** GB of the disks that are backed up. */
  readonly size: number;
  /** Bytes that its backups in the vault store. */
  readonly backupSize: bigint;
  readonly backupCount: number;
}

/** Of resources of vaults that fit, in as many queries for many as for one. Ids that no such vault protects are left out. */
export async function resourceStates(
  cloud: Cloud,
  resourceIds: readonly string[],
  vault: { readonly tenantId?: string },
): Promise<ResourceState[]> {
  const portions = slices(resourceIds).map(ids => statesOf(cloud, ids, vault));
  return (await Promise.all(portions)).flat();
}

async function statesOf(
  { database: { read } }: Cloud,
  ids: string[],
  vault: { readonly tenantId?: string },
): Promise<ResourceState[]> {
  const [entries, backups, disks, attachments] = await Promise.all([
    read.vaultResource.findMany({ where: { resourceId: { in: ids }, vault }, include: { vault: { select: { status: true } } } }),
    read.backup.groupBy({
      by: ['resourceId', 'vaultId', 'status'],
      where: { resourceId: { in: ids }, parentId: null },
      _sum: { storedBytes: true },
      _count: true,
    }),
    read.disk.findMany({ where: { id: { in: ids } }, select: { id: true, size: true } }),
    read.diskAttachment.findMany({
      where: { serverId: { in: ids } },
      select: { serverId: true, diskId: true, disk: { select: { size: true } } },
    }),
  ]);
  const sizeOfDisk = new Map(disks.map(({ id, size }) => [id, size]));
  return entries.map(({ resourceId, vaultId, excludedDiskIds, vault: { status } }) => {
    // Backups stay in the vault in which they were made, wherever the resource is now.
    const own = backups.filter(one => one.resourceId === resourceId && one.vaultId === vaultId);
    const leftOut = excludedDisks(excludedDiskIds);
    const backedUp = attachments.filter(({ serverId, diskId }) => serverId === resourceId && !leftOut.has(diskId));
    const statuses = own.map(backup => backup.status);
    return {
      resourceId,
      protectStatus: protectStatus(status, statuses),
      size: sizeOfDisk.get(resourceId) ?? backedUp.reduce((sum, { disk }) => sum + disk.size, 0),
      backupSize: own.reduce((sum, { _sum }) => sum + (_sum.storedBytes ?? 0n), 0n),
      backupCount: own.reduce((sum, { _count }) => sum + _count, 0),
    };
  });
}

/** Taking a resource out of a vault is over at once, so REMOVING is said of those only that go with their vault. */
function protectStatus(vault: VaultStatus, backups: readonly BackupStatus[]): ProtectStatus {
  if (vault === 'DELETING') return 'REMOVING';
  return FROM_BACKUPS.find(([, statuses]) => statuses.some(status => backups.includes(status)))?.[0] ?? 'AVAILABLE';
}
