import type { Cloud } from '../cloud.ts';
import { ensure, refuse } from '../errors.ts';
import type { BackupObject, Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { emitVault } from './backup-events.ts';
import { backupErrors as errors } from './errors.ts';
import { backupLimits } from './rules.ts';

export interface ResourceToProtect {
  readonly id: string;
  readonly excludedDiskIds: readonly string[];
}

/**
 * Puts servers or disks into a vault of their kind: each is in one vault at most. Throws `resourceNotFound`, `resourceTypeWrong`,
 * `bareMetalServer`, `resourceInOtherVault`, `tooManyResources`.
 */
export async function addToVault(
  tx: Transaction,
  cloud: Cloud,
  vault: Vault,
  resources: readonly ResourceToProtect[],
): Promise<void> {
  const { id: vaultId, tenantId, objectType } = vault;
  for (const [index, { id, excludedDiskIds }] of resources.entries()) {
    const field = `resources.${index}.id`;
    const name = await nameOf(tx, { id, tenantId, objectType, field });
    const elsewhere = await tx.db.vaultResource.findUnique({ where: { resourceId_objectType: { resourceId: id, objectType } } });
    refuse(elsewhere !== null, errors.resourceInOtherVault, { field });
    if (objectType === 'SERVER') await requireDisksOf(tx, id, excludedDiskIds, `resources.${index}.excludedDiskIds`);
    else refuse(excludedDiskIds.length > 0, errors.badParameter, { field: `resources.${index}.excludedDiskIds` });
    const data = { resourceId: id, objectType, vaultId, name, excludedDiskIds: [...excludedDiskIds], addedAt: cloud.clock.now() };
    await tx.db.vaultResource.create({ data });
  }
  const count = await tx.db.vaultResource.count({ where: { vaultId } });
  refuse(count > backupLimits.resources.max, errors.tooManyResources, { field: 'resources' });
}

/** Puts a server into a vault, unless it is there. Throws `resourceInOtherVault` if it is in another. */
export async function ensureInVault(tx: Transaction, cloud: Cloud, vault: Vault, serverId: string): Promise<void> {
  const where = { resourceId_objectType: { resourceId: serverId, objectType: 'SERVER' } } as const;
  const entry = await tx.db.vaultResource.findUnique({ where });
  if (entry?.vaultId === vault.id) return;
  refuse(vault.objectType !== 'SERVER', errors.resourceTypeWrong, { field: 'vaultId' });
  await addToVault(tx, cloud, vault, [{ id: serverId, excludedDiskIds: [] }]);
  emitVault(tx, 'vault.updated', vault);
}

/** What a vault takes, in words. */
const KINDS: Readonly<Record<BackupObject, string>> = { SERVER: 'servers', DISK: 'disks' };

interface Wanted {
  readonly id: string;
  readonly tenantId: string;
  readonly objectType: BackupObject;
  readonly field: string;
}

async function nameOf(tx: Transaction, { id, tenantId, objectType, field }: Wanted): Promise<string> {
  const server = await tx.db.server.findUnique({ where: { id } });
  const disk = server ? null : await tx.db.disk.findUnique({ where: { id } });
  const found = server ?? disk;
  ensure(found?.tenantId === tenantId && found, errors.resourceNotFound, {
    message: `${errors.resourceNotFound.message} (the vault takes ${KINDS[objectType]})`,
    field,
  });
  refuse((objectType === 'SERVER') !== (server !== null), errors.resourceTypeWrong, {
    message: `${errors.resourceTypeWrong.message} (it takes ${KINDS[objectType]})`,
    field,
  });
  refuse(server?.kind === 'BARE_METAL', errors.bareMetalServer, { field });
  return found.name;
}

async function requireDisksOf(tx: Transaction, serverId: string, diskIds: readonly string[], field: string): Promise<void> {
  const attachments = await tx.db.diskAttachment.findMany({ where: { serverId } });
  const known = new Set(attachments.map(({ diskId }) => diskId));
  refuse(!diskIds.every(id => known.has(id)), errors.resourceNotFound, {
    field,
    message: 'A disk that is to be left out is not one of the server.',
  });
}

/** The ids in a VaultResource's column. */
export function excludedDisks(column: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(column) ? column.filter(id => typeof id === 'string') : []);
}
