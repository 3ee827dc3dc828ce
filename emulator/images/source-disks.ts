import type { Cloud } from '../cloud.ts';
import { settleDisk } from '../disks/settle-disk.ts';
import { CloudError, refuse } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import type { Lock } from '../jobs/job-orders.ts';
import type { Disk, Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors as errors } from './errors.ts';
import { imageLimits } from './rules.ts';
import { requireImageable } from './source-server.ts';

export interface SourceDisks {
  /** The one that has all of them. */
  readonly server: Server;
  readonly disks: readonly Disk[];
}

/**
 * Data disks that images are to be made of: the caller's own, attached to one server that runs or is stopped, up to 1 TB each.
 * Source: ims-api 1.1 (b, d), 5.3; which code answers what is inferred. `field` names the input of a disk.
 */
export async function requireSourceDisks(
  tx: Transaction,
  { tenantId }: Pick<Caller, 'tenantId'>,
  diskIds: readonly string[],
  field: (index: number) => string,
): Promise<SourceDisks> {
  const include = { attachments: { include: { server: true } } } as const;
  const rows = await tx.db.disk.findMany({ where: { id: { in: [...diskIds] }, tenantId }, include });
  const disks = diskIds.map((id, index) => {
    const at = { field: field(index) };
    const disk = rows.find(row => row.id === id);
    if (!disk || disk.attachments.some(({ bootIndex }) => bootIndex === 0)) throw new CloudError(errors.dataDiskUnavailable, at);
    refuse(diskIds.indexOf(id) !== index, errors.dataDiskTwice, at);
    refuse(disk.damage !== null, errors.diskDamaged, { ...at, message: `${errors.diskDamaged.message} (${disk.damage})` });
    refuse(disk.attachments.length === 0, errors.diskNotAttached, at);
    refuse(disk.status !== 'IN_USE', errors.diskStateWrong, {
      ...at,
      message: `${errors.diskStateWrong.message} (${id}: ${disk.status})`,
    });
    refuse(disk.size > imageLimits.sourceDisk.max, errors.dataDiskTooBig, at);
    return disk;
  });
  const servers = disks.map(({ attachments }) => attachments.map(({ server }) => server));
  const server = servers[0]?.find(({ id }) => servers.every(others => others.some(other => other.id === id)));
  if (!server) throw new CloudError(errors.disksOfSeveralServers);
  requireImageable(server);
  return { server, disks: disks.map(({ attachments: _attachments, ...disk }) => disk) };
}

/** No other job may change a disk while it is copied. */
export function sourceDiskLock(diskId: string): Lock {
  return { resource: `disk:${diskId}`, conflict: errors.diskBusy };
}

/** Shows that disks are being copied for images, until releaseSources(). */
export async function markUploading(tx: Transaction, cloud: Cloud, disks: readonly Disk[]): Promise<void> {
  for (const { id } of disks) await settleDisk(tx, cloud, id, 'UPLOADING', { error: errors.diskStateWrong });
}
