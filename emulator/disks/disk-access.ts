import type { Cloud } from '../cloud.ts';
import { CloudError, ensure } from '../errors.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import type { Disk, DiskAttachment } from '../store/generated/client.ts';
import { slices } from '../store/slices.ts';
import type { Transaction } from '../transactions.ts';
import { withServers } from './attachments.ts';
import { diskErrors as errors } from './errors.ts';

/** A disk with the rows of the servers that have it. */
export type DiskWithAttachments = Disk & { readonly attachments: readonly DiskAttachment[] };

/** A disk that a caller may look at: its own; the administrator sees all. For everyone else it does not exist. */
export async function visibleDisk(cloud: Cloud, caller: Caller, id: string): Promise<Disk> {
  const disk = await cloud.database.read.disk.findUnique({ where: { id } });
  ensure(disk && (disk.tenantId === caller.tenantId || isAdministrator(caller)), errors.diskNotFound, { field: 'diskId' });
  return disk;
}

/** A disk that a caller may do something with: its own. */
export async function ownDisk(cloud: Cloud, caller: Caller, id: string): Promise<Disk> {
  const disk = await cloud.database.read.disk.findUnique({ where: { id } });
  ensure(disk?.tenantId === caller.tenantId && disk, errors.diskNotFound, { field: 'diskId' });
  return disk;
}

/** The disks of a batch, each once. Throws `diskNotFound` if one is missing. */
export async function ownDisks(cloud: Cloud, caller: Caller, ids: readonly string[]): Promise<Disk[]> {
  const distinct = [...new Set(ids)];
  const disks: Disk[] = [];
  for (const some of slices(distinct)) {
    const where = { id: { in: some }, tenantId: caller.tenantId };
    disks.push(...(await cloud.database.read.disk.findMany({ where })));
  }
  const missing = distinct.find(id => !disks.some(disk => disk.id === id));
  if (missing === undefined) return disks;
  const message = `${errors.diskNotFound.message} (${missing})`;
  throw new CloudError(errors.diskNotFound, { message, field: `diskIds.${ids.indexOf(missing)}` });
}

/** A disk as it stands in the transaction that is about to change it: it may have been deleted since it was looked up. */
export async function currentDisk(tx: Transaction, id: string): Promise<DiskWithAttachments> {
  const disk = await tx.db.disk.findUnique({ where: { id }, include: withServers });
  ensure(disk, errors.diskNotFound, { field: 'diskId' });
  return disk;
}

/** A disk that a job works on. It is there as long as the job holds it; throws `diskNotFound` if it is not. */
export async function requireDisk(cloud: Cloud, id: string): Promise<DiskWithAttachments> {
  const disk = await cloud.database.read.disk.findUnique({ where: { id }, include: withServers });
  ensure(disk, errors.diskNotFound);
  return disk;
}
