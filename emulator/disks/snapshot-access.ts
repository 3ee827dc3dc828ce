import type { Cloud } from '../cloud.ts';
import { ensure } from '../errors.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import type { DiskSnapshot } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { diskErrors as errors } from './errors.ts';

/** A snapshot that a caller may look at: its own; the administrator sees all. For everyone else it does not exist. */
export async function visibleSnapshot(cloud: Cloud, caller: Caller, id: string): Promise<DiskSnapshot> {
  const snapshot = await cloud.database.read.diskSnapshot.findUnique({ where: { id } });
  const isVisible = snapshot && (snapshot.tenantId === caller.tenantId || isAdministrator(caller));
  ensure(isVisible && snapshot, errors.snapshotNotFound, { field: 'snapshotId' });
  return snapshot;
}

/** A snapshot that a caller may do something with: its own. */
export async function ownSnapshot(cloud: Cloud, caller: Caller, id: string): Promise<DiskSnapshot> {
  const snapshot = await cloud.database.read.diskSnapshot.findUnique({ where: { id } });
  ensure(snapshot?.tenantId === caller.tenantId && snapshot, errors.snapshotNotFound, { field: 'snapshotId' });
  return snapshot;
}

/** A snapshot as it stands in the transaction that is about to change it. */
export async function currentSnapshot(tx: Transaction, id: string): Promise<DiskSnapshot> {
  const snapshot = await tx.db.diskSnapshot.findUnique({ where: { id } });
  ensure(snapshot, errors.snapshotNotFound, { field: 'snapshotId' });
  return snapshot;
}
