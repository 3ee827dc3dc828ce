import { requireVaultFor } from '../backups/vault-room.ts';
import type { Cloud } from '../cloud.ts';
import { CloudError, ensure, refuse } from '../errors.ts';
import type { Backup, Image, MemberStatus } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors as errors } from './errors.ts';
import { emitShare } from './image-events.ts';
import { memberStates } from './member-states.ts';
import { imageLimits } from './rules.ts';
import { inImageCodes } from './source-vault.ts';

/** What the three sharing jobs do to one image and one tenant, in one transaction each. Source: ims-api 1.9, 3.2, 5.4, 5.5. */

/** The tenant finds the image as pending. */
export async function addMember(tx: Transaction, cloud: Cloud, imageId: string, tenantId: string): Promise<void> {
  const image = await requireShareable(tx, imageId);
  const key = { imageId_tenantId: { imageId, tenantId } };
  refuse((await tx.db.imageMember.findUnique({ where: key })) !== null, errors.memberNotAdded, {
    message: 'The image is shared with this tenant already.',
  });
  await requireShareQuota(tx, cloud, image);
  const now = cloud.clock.now();
  await tx.db.imageMember.create({ data: { imageId, tenantId, status: 'PENDING', createdAt: now, updatedAt: now } });
  await tx.db.imageAccess.create({
    data: {
      audience: tenantId,
      imageId,
      relation: 'MEMBER',
      listed: false,
      memberStatus: 'PENDING',
      name: image.name,
      createdAt: image.createdAt,
      updatedAt: image.updatedAt,
    },
  });
  emitShare(tx, 'image.shared', await countMembers(tx, imageId), tenantId);
}

export interface ShareAnswer {
  readonly status: MemberStatus;
  /** Where the recipient of a full-ECS image has room for it. */
  readonly vaultId: string | null;
}

/** Accepted images are in the member's list, rejected ones are not; it may change its mind as often as it likes. */
export async function setMemberStatus(
  tx: Transaction,
  cloud: Cloud,
  { imageId, tenantId }: { readonly imageId: string; readonly tenantId: string },
  { status, vaultId }: ShareAnswer,
): Promise<void> {
  const member = await tx.db.imageMember.findUnique({
    where: { imageId_tenantId: { imageId, tenantId } },
    include: { image: true },
  });
  ensure(member, errors.memberNotFound);
  if (member.status === status) return;
  memberStates.assert(member.status, status, errors.memberNotFound);
  const isWhole = member.image.kind === 'FULL_ECS';
  if (status === 'ACCEPTED') {
    // Every share of a full-ECS image counts from its beginning on.
    if (!isWhole) await requireShareQuota(tx, cloud, member.image);
    await requireVaultForImage(tx.db, member.image, { tenantId, vaultId });
  }
  const updatedAt = cloud.clock.now();
  await tx.db.imageMember.update({
    where: { imageId_tenantId: { imageId, tenantId } },
    data: { status, vaultId: isWhole && status === 'ACCEPTED' ? vaultId : null, updatedAt },
  });
  await tx.db.imageAccess.update({
    where: { audience_imageId: { audience: tenantId, imageId } },
    data: { memberStatus: status, listed: status === 'ACCEPTED' },
  });
  emitShare(tx, 'image.member', member.image, tenantId);
}

/** From now on the image does not exist for that tenant. Servers and disks that it made stay. */
export async function removeMember(tx: Transaction, imageId: string, tenantId: string): Promise<void> {
  const { count } = await tx.db.imageMember.deleteMany({ where: { imageId, tenantId } });
  refuse(count === 0, errors.memberNotRemoved);
  await tx.db.imageAccess.deleteMany({ where: { imageId, audience: tenantId } });
  emitShare(tx, 'image.unshared', await countMembers(tx, imageId), tenantId);
}

async function requireShareable(tx: Transaction, imageId: string): Promise<Image> {
  const image = await tx.db.image.findUnique({ where: { id: imageId }, include: { backup: true } });
  if (!image) throw new CloudError(errors.imageNotFound);
  refuse(image.status !== 'ACTIVE', errors.imageNotActive);
  const { backup, ...row } = image;
  refuse(isOfSharedBackup(row, backup), errors.fullEcsNotShareable);
  return row;
}

/** What one got from another tenant one does not hand on. Source: ims-api 5.5, compute 6.4. */
export function isOfSharedBackup({ ownerId }: Pick<Image, 'ownerId'>, backup: Pick<Backup, 'tenantId'> | null): boolean {
  return backup !== null && backup.tenantId !== ownerId;
}

/** Shares that are not accepted do not count against the limit of tenants; a full-ECS image has few at all. */
async function requireShareQuota(tx: Transaction, cloud: Cloud, { id: imageId, kind }: Image): Promise<void> {
  const isWhole = kind === 'FULL_ECS';
  const counted = await tx.db.imageMember.count({ where: { imageId, ...(!isWhole && { status: 'ACCEPTED' }) } });
  const limit = isWhole ? imageLimits.wholeImageMembers.max : imageLimits.members[cloud.config.dialect];
  refuse(counted >= limit, errors.shareQuotaUsedUp);
}

/**
 * Of a full-ECS image: the vault of its recipient has to have room for the backups of all disks. Does nothing for other images. Throws
 * `vaultNotFound`, `vaultOfOtherKind`, `vaultUnavailable`, `vaultFull`. Source: ims-api 5.5, 8.
 */
export async function requireVaultForImage(
  db: Pick<Transaction['db'], 'vault' | 'backup'>,
  { kind, backupId }: Pick<Image, 'kind' | 'backupId'>,
  { tenantId, vaultId }: { readonly tenantId: string; readonly vaultId: string | null },
): Promise<void> {
  if (kind !== 'FULL_ECS') return;
  if (vaultId === null) throw new CloudError(errors.vaultNotFound, { message: 'A vault has to be named.', field: 'vaultId' });
  await inImageCodes(() => requireVaultFor(db, { tenantId, vaultId }, backupId));
}

async function countMembers(tx: Transaction, imageId: string): Promise<Image> {
  const memberCount = await tx.db.imageMember.count({ where: { imageId } });
  return tx.db.image.update({ where: { id: imageId }, data: { memberCount } });
}
