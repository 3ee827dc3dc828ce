import { backupErrors } from '../backups/errors.ts';
import { CloudError, type ErrorCode } from '../errors.ts';
import type { Lock } from '../jobs/job-orders.ts';
import { imageErrors as errors } from './errors.ts';

/** What the backup service says of a server that enters a vault and is backed up, and how the image service says it. */
const TRANSLATIONS: ReadonlyMap<ErrorCode, ErrorCode> = new Map([
  [backupErrors.vaultNotFound, errors.vaultNotFound],
  [backupErrors.vaultStatusWrong, errors.vaultUnavailable],
  [backupErrors.vaultFull, errors.vaultFull],
  [backupErrors.vaultGigabytesUsedUp, errors.vaultFull],
  [backupErrors.tooManyResources, errors.vaultHasAllServers],
  [backupErrors.resourceTypeWrong, errors.vaultOfOtherKind],
  [backupErrors.resourceInOtherVault, errors.serverInOtherVault],
  [backupErrors.resourceNotFound, errors.serverNotFound],
  [backupErrors.serverStatusWrong, errors.serverStateWrongForFullEcs],
  [backupErrors.serverBusy, errors.serverBusy],
  [backupErrors.bareMetalServer, errors.serverTypeWrong],
  [backupErrors.diskStatusWrong, errors.diskStateWrong],
  [backupErrors.diskBusy, errors.diskBusy],
  [backupErrors.scsiDisk, errors.diskStateWrong],
  [backupErrors.tooManySharedDisks, errors.diskStateWrong],
  [backupErrors.nothingToBackUp, errors.serverWithoutSystemDisk],
  [backupErrors.backupQuotaUsedUp, errors.backupQuotaUsedUp],
  [backupErrors.backupFailed, errors.creationFailed],
]);

const OF_BACKUPS: ReadonlySet<ErrorCode> = new Set(Object.values(backupErrors));

/** Plans and makes a backup for an image: what goes wrong is told in the codes of the image service. One that it has none for is a defect. */
export async function inImageCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof CloudError) || !OF_BACKUPS.has(cause.entry)) throw cause;
    const error = TRANSLATIONS.get(cause.entry);
    if (!error) throw new Error(`the image service has no code for ${cause.code}: ${cause.message}`, { cause });
    throw new CloudError(error, { message: `${error.message} (${cause.message})`, field: cause.field, cause });
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
