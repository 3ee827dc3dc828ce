import type { Backup, BackupPolicy, Checkpoint, Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

export type VaultEventKind = 'vault.created' | 'vault.updated' | 'vault.deleted';
export type CheckpointEventKind = 'checkpoint.created' | 'checkpoint.available' | 'checkpoint.failed' | 'checkpoint.deleted';
export type BackupEventKind =
  | 'backup.created'
  | 'backup.protecting'
  | 'backup.available'
  | 'backup.updated'
  | 'backup.failed'
  | 'backup.deleted';
export type BackupPolicyEventKind = 'backuppolicy.created' | 'backuppolicy.updated' | 'backuppolicy.deleted';
export type BackupShareEventKind = 'backup.shared' | 'backup.member' | 'backup.unshared';

export function emitVault(tx: Transaction, kind: VaultEventKind, vault: Vault): void {
  const { id, tenantId, name, status, size, usedBytes } = vault;
  const payload = { id, name, status, size, usedBytes: Number(usedBytes) };
  tx.emit({ kind, resourceType: 'vault', resourceId: id, payload, audiences: [tenantId] });
}

export function emitCheckpoint(tx: Transaction, kind: CheckpointEventKind, checkpoint: Checkpoint): void {
  const { id, tenantId, vaultId, name, status } = checkpoint;
  tx.emit({ kind, resourceType: 'checkpoint', resourceId: id, payload: { id, name, status, vaultId }, audiences: [tenantId] });
}

/**
 * Tells the tenant of a backup of a server or of a disk; those of a server's disks are part of the server's. Further audiences are those who could
 * see it until now.
 */
export function emitBackup(tx: Transaction, kind: BackupEventKind, backup: Backup, alsoTo: readonly string[] = []): void {
  const { id, tenantId, vaultId, name, status, resourceId, storedBytes } = backup;
  const payload = { id, name, status, vaultId, resourceId, storedBytes: Number(storedBytes) };
  tx.emit({ kind, resourceType: 'backup', resourceId: id, payload, audiences: [tenantId, ...alsoTo] });
}

/** Tells of a share to its two sides. Other members learn nothing of each other. */
export function emitBackupShare(tx: Transaction, kind: BackupShareEventKind, backup: Backup, tenantId: string): void {
  const { id, name, status } = backup;
  tx.emit({
    kind,
    resourceType: 'backup',
    resourceId: id,
    payload: { id, name, status, ownerId: backup.tenantId },
    audiences: [backup.tenantId, tenantId],
  });
}

export function emitPolicy(tx: Transaction, kind: BackupPolicyEventKind, { id, tenantId, name, enabled }: BackupPolicy): void {
  tx.emit({ kind, resourceType: 'backuppolicy', resourceId: id, payload: { id, name, enabled }, audiences: [tenantId] });
}
