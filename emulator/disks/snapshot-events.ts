import type { DiskSnapshot } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

type SnapshotEventKind = 'snapshot.created' | 'snapshot.updated' | 'snapshot.deleted';

type Told = Pick<DiskSnapshot, 'id' | 'tenantId' | 'diskId' | 'name' | 'status' | 'size'>;

/** Tells the tenant of a change of its snapshot. */
export function emitSnapshot(tx: Transaction, kind: SnapshotEventKind, snapshot: Told): void {
  const { id, tenantId, diskId, name, status, size } = snapshot;
  const payload = { id, diskId, name, status, size };
  tx.emit({ kind, resourceType: 'snapshot', resourceId: id, payload, audiences: [tenantId] });
}
