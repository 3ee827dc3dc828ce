import type { Cloud } from '../cloud.ts';
import { CloudError, ensure, refuse } from '../errors.ts';
import type { Image, MemberStatus } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { imageErrors as errors } from './errors.ts';
import { emitShare } from './image-events.ts';
import { memberStates } from './member-states.ts';
import { imageLimits } from './rules.ts';

/** What the three sharing jobs do to one image and one tenant, in one transaction each. Source: ims-api 1.9, 3.2, 5.4, 5.5. */

/** The tenant finds the image as pending. */
export async function addMember(tx: Transaction, cloud: Cloud, imageId: string, tenantId: string): Promise<void> {
  const image = await requireShareable(tx, imageId);
  const key = { imageId_tenantId: { imageId, tenantId } };
  refuse((await tx.db.imageMember.findUnique({ where: key })) !== null, errors.memberNotAdded, {
    message: 'The image is shared with this tenant already.',
  });
  await requireRoom(tx, cloud, imageId);
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

/** Accepted images are in the member's list, rejected ones are not; it may change its mind as often as it likes. */
export async function setMemberStatus(
  tx: Transaction,
  cloud: Cloud,
  imageId: string,
  tenantId: string,
  status: MemberStatus,
): Promise<void> {
  const member = await tx.db.imageMember.findUnique({
    where: { imageId_tenantId: { imageId, tenantId } },
    include: { image: true },
  });
  ensure(member, errors.memberNotFound);
  if (member.status === status) return;
  memberStates.assert(member.status, status, errors.memberNotFound);
  if (status === 'ACCEPTED') await requireRoom(tx, cloud, imageId);
  const updatedAt = cloud.clock.now();
  await tx.db.imageMember.update({ where: { imageId_tenantId: { imageId, tenantId } }, data: { status, updatedAt } });
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
  const image = await tx.db.image.findUnique({ where: { id: imageId } });
  if (!image) throw new CloudError(errors.imageNotFound);
  refuse(image.status !== 'ACTIVE', errors.imageNotActive);
  return image;
}

/** Shares that are not accepted do not count against the limit of tenants. */
async function requireRoom(tx: Transaction, cloud: Cloud, imageId: string): Promise<void> {
  const accepted = await tx.db.imageMember.count({ where: { imageId, status: 'ACCEPTED' } });
  refuse(accepted >= imageLimits.members[cloud.config.dialect], errors.shareQuotaUsedUp);
}

async function countMembers(tx: Transaction, imageId: string): Promise<Image> {
  const memberCount = await tx.db.imageMember.count({ where: { imageId } });
  return tx.db.image.update({ where: { id: imageId }, data: { memberCount } });
}
