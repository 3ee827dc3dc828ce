import type { Cloud } from '../cloud.ts';
import { CloudError, ensure, refuse } from '../errors.ts';
import { requireQuota, takeQuota } from '../quotas.ts';
import type { Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { GIB } from '../units.ts';
import { backupErrors as errors } from './errors.ts';
import { backupLimits } from './rules.ts';
import { addUsedBytes } from './stored-bytes.ts';

/**
 * Room in vaults. A vault is full when the bytes that its backups store come to its capacity: what they share with disks and images counts,
 * what one shares with the backup before it does not.
 */

/** A vault of the tenant that can take backups of servers. Throws CloudError `vaultNotFound`, `resourceTypeWrong`, `vaultStatusWrong`. */
export async function requireServerVault(
  db: Pick<Transaction['db'], 'vault'>,
  tenantId: string,
  vaultId: string,
): Promise<Vault> {
  const field = 'vaultId';
  const vault = await db.vault.findUnique({ where: { id: vaultId } });
  ensure(vault?.tenantId === tenantId && vault, errors.vaultNotFound, { field });
  refuse(vault.objectType !== 'SERVER' || vault.protectType !== 'BACKUP', errors.resourceTypeWrong, { field });
  refuse(vault.status !== 'AVAILABLE', errors.vaultStatusWrong, { field });
  return vault;
}

/**
 * For whoever accepts a backup of a server, or an image on one: a vault with room for all disks, though nothing is put into it. Throws as
 * requireServerVault(), and `vaultFull`. Source: compute 6.2 (members), ims-api 5.5.
 */
export async function requireVaultFor(
  db: Pick<Transaction['db'], 'vault' | 'backup'>,
  { tenantId, vaultId }: { readonly tenantId: string; readonly vaultId: string },
  backupId: string | null,
): Promise<void> {
  const vault = await requireServerVault(db, tenantId, vaultId);
  const backup = backupId === null ? null : await db.backup.findUnique({ where: { id: backupId } });
  requireRoom(vault, (backup?.resourceSize ?? 0) * GIB);
}

/** Throws CloudError `vaultFull` where that much does not fit any more; one that expands by itself takes all. */
function requireRoom({ size, usedBytes, autoExpand, name }: Vault, bytes: number): void {
  if (Number(usedBytes) + bytes <= size * GIB || autoExpand) return;
  const free = Math.max(0, size * GIB - Number(usedBytes));
  throw new CloudError(errors.vaultFull, {
    message: `${errors.vaultFull.message} (${name}: ${bytes} bytes, ${free} are free)`,
    field: 'vaultId',
  });
}

/** For a backup that is planned. Throws as requireRoom(), and `vaultGigabytesUsedUp` where the vault may not expand as far as that. */
export async function requireRoomForBackup(
  db: Pick<Transaction['db'], 'quota'>,
  cloud: Cloud,
  vault: Vault,
  bytes: number,
): Promise<void> {
  await requireQuota(db, cloud.config, growthFor(vault, bytes), errors.vaultGigabytesUsedUp);
}

/** Takes up room for what has been stored. Throws as requireRoomForBackup(). */
export async function takeRoom(tx: Transaction, cloud: Cloud, vaultId: string, bytes: number): Promise<void> {
  const vault = await tx.db.vault.findUniqueOrThrow({ where: { id: vaultId } });
  const growth = growthFor(vault, bytes);
  if (growth.amount > 0) {
    await takeQuota(tx, cloud.config, growth, errors.vaultGigabytesUsedUp);
    await tx.db.vault.update({ where: { id: vaultId }, data: { size: { increment: growth.amount } } });
  }
  await addUsedBytes(tx, cloud, vaultId, BigInt(bytes));
}

/** What a vault that expands by itself takes more of its quota for that many bytes. Throws as requireRoom(). */
function growthFor(vault: Vault, bytes: number) {
  requireRoom(vault, bytes);
  const needed = Math.ceil((Number(vault.usedBytes) + bytes) / GIB);
  refuse(needed > backupLimits.vaultSize.max, errors.vaultFull);
  return { tenantId: vault.tenantId, resource: 'vaultGigabytes', amount: Math.max(0, needed - vault.size) } as const;
}
