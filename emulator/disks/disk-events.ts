import type { Disk } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

export type DiskEventKind = 'disk.created' | 'disk.updated' | 'disk.deleted';

type Told = Pick<Disk, 'id' | 'tenantId' | 'name' | 'status' | 'size'>;

/** Tells the tenant of a change of its disk. */
export function emitDisk(tx: Transaction, kind: DiskEventKind, { id, tenantId, name, status, size }: Told): void {
  tx.emit({ kind, resourceType: 'disk', resourceId: id, payload: { id, name, status, size }, audiences: [tenantId] });
}
