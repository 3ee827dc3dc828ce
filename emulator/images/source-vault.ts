import { backupErrors } from '../backups/errors.ts';
import { CloudError, type ErrorCode, ensure, refuse } from '../errors.ts';
import type { Lock } from '../jobs/job-orders.ts';
import type { Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors as errors } from './errors.ts';

/**
 * A vault of the tenant that can take backups of servers. Throws `vaultNotFound`, `vaultOfOtherKind`, `vaultUnavailable`.
 * Source: ims-api 1.4, 8 (sharing).
 */
export async function requireServerVault(
  db: Pick<Transaction['db'], 'vault'>,
  tenantId: string,
  vaultId: string,
): Promise<Vault> {
  const vault = await db.vault.findUnique({ where: { id: vaultId } });
  ensure(vault?.tenantId === tenantId && vault, errors.vaultNotFound, { field: 'vaultId' });
  refuse(vault.objectType !== 'SERVER' || vault.protectType !== 'BACKUP', errors.vaultOfOtherKind, { field: 'vaultId' });
  refuse(vault.status !== 'AVAILABLE', errors.vaultUnavailable, { field: 'vaultId' });
  return vault;
}

/** What the backup service says, and how the image service says it. */
const TRANSLATIONS: readonly (readonly [ErrorCode, ErrorCode])[] = [
  [backupErrors.vaultFull, errors.vaultFull],
  [backupErrors.tooManyResources, errors.vaultHasAllServers],
  [backupErrors.resourceInOtherVault, errors.serverInOtherVault],
  [backupErrors.bareMetalServer, errors.serverTypeWrong],
  [backupErrors.scsiDisk, errors.diskStateWrong],
  [backupErrors.nothingToBackUp, errors.serverWithoutSystemDisk],
];

/** Plans a backup for an image: what goes wrong is told in the codes of the image service, where it has one. */
export async function inImageCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const row = cause instanceof CloudError && TRANSLATIONS.find(([{ code }]) => code === cause.code);
    if (!row || !(cause instanceof CloudError)) throw cause;
    throw new CloudError(row[1], { message: `${row[1].message} (${cause.message})`, field: cause.field, cause });
  }
}

/** The locks of a backup, with what a caller of the image service is told where one is held. */
export function inImageLocks(locks: readonly Lock[]): Lock[] {
  return locks.map(lock => {
    const [kind = ''] = lock.resource.split(':');
    const conflict = CONFLICTS[kind];
    return conflict ? { ...lock, conflict } : lock;
  });
}

const CONFLICTS: Readonly<Record<string, ErrorCode>> = { server: errors.serverBusy, disk: errors.diskBusy };
