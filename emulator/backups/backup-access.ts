import type { Cloud } from '../cloud.ts';
import { ensure } from '../errors.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import type { Backup, BackupPolicy, Prisma, Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { backupErrors as errors } from './errors.ts';

/** Rows that a caller may look at: its own; the administrator sees all. For everyone else they do not exist. */
export const ownRows = (caller: Caller): { tenantId?: string } => (isAdministrator(caller) ? {} : { tenantId: caller.tenantId });

/** Backups that a caller may look at: its own, and those that are shared with it, with those of their disks. */
export function visibleBackups(caller: Caller): Prisma.BackupWhereInput {
  if (isAdministrator(caller)) return {};
  const { tenantId } = caller;
  return {
    OR: [{ tenantId }, { members: { some: { tenantId } } }, { parent: { members: { some: { tenantId } } } }],
  };
}

/** A vault that a caller may do something with. */
export async function ownVault(cloud: Cloud, { tenantId }: Pick<Caller, 'tenantId'>, id: string): Promise<Vault> {
  const vault = await cloud.database.read.vault.findUnique({ where: { id } });
  ensure(vault?.tenantId === tenantId && vault, errors.vaultNotFound, { field: 'vaultId' });
  return vault;
}

/** As it stands in the transaction that is about to change it: it may have gone since. */
export async function currentVault(tx: Transaction, id: string): Promise<Vault> {
  const vault = await tx.db.vault.findUnique({ where: { id } });
  ensure(vault, errors.vaultNotFound, { field: 'vaultId' });
  return vault;
}

/** A backup of a server or of a disk that a caller may do something with. */
export async function ownBackup(cloud: Cloud, { tenantId }: Pick<Caller, 'tenantId'>, id: string): Promise<Backup> {
  const backup = await cloud.database.read.backup.findUnique({ where: { id } });
  ensure(backup?.tenantId === tenantId && backup, errors.backupNotFound, { field: 'backupId' });
  return backup;
}

export async function currentBackup(tx: Transaction, id: string): Promise<Backup> {
  const backup = await tx.db.backup.findUnique({ where: { id } });
  ensure(backup, errors.backupNotFound, { field: 'backupId' });
  return backup;
}

export async function ownPolicy(cloud: Cloud, { tenantId }: Pick<Caller, 'tenantId'>, id: string): Promise<BackupPolicy> {
  const policy = await cloud.database.read.backupPolicy.findUnique({ where: { id } });
  ensure(policy?.tenantId === tenantId && policy, errors.policyNotFound, { field: 'policyId' });
  return policy;
}

export async function currentPolicy(tx: Transaction, id: string): Promise<BackupPolicy> {
  const policy = await tx.db.backupPolicy.findUnique({ where: { id } });
  ensure(policy, errors.policyNotFound, { field: 'policyId' });
  return policy;
}
