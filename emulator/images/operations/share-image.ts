import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../../errors.ts';
import type { JsonObject } from '../../events/event.ts';
import { type Lock, orderJob } from '../../jobs/job-orders.ts';
import type { JobType } from '../../jobs/job-type.ts';
import { defineOperation, type OperationContext } from '../../operation.ts';
import { imageErrors as errors } from '../errors.ts';
import { ownImage, visibleImage } from '../image-access.ts';
import { addMembersJob, removeMembersJob, updateMembersJob } from '../jobs/member-jobs.ts';
import { memberAnswers } from '../member-states.ts';
import { ImageId, ImageVaultId, imageLimits, TenantId } from '../rules.ts';
import { isOfSharedBackup, requireVaultForImage } from '../sharing.ts';

const { max: BATCH } = imageLimits.batch;
const ImageIds = z.array(ImageId).min(1).max(BATCH);
const TenantIds = z.array(TenantId).min(1).max(BATCH);
const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];

/** Shares images with tenants of the same region, each with each; they find them as pending. Source: ims-api 1.9. */
export const shareImages = defineOperation({
  name: 'images.share',
  permission: 'ims:images:share',
  access: 'write',
  input: z.object({ imageIds: ImageIds, tenantIds: TenantIds }),
  errors: [
    errors.imageIdInvalid,
    errors.projectIdInvalid,
    errors.imageNotFound,
    errors.ownerOnly,
    errors.publicImageNotShareable,
    errors.imageNotActive,
    errors.sharedWithSelf,
    errors.tenantUnknown,
    errors.memberNotAdded,
    errors.shareQuotaUsedUp,
    errors.fullEcsNotShareable,
  ],
  async run({ cloud, caller, input, commit }) {
    const imageIds = distinct(input.imageIds);
    const tenantIds = distinct(input.tenantIds);
    const regionIds = new Set<string>();
    for (const imageId of imageIds) {
      const image = await ownImage(cloud, caller, imageId, {
        foreign: errors.ownerOnly,
        publicImage: errors.publicImageNotShareable,
      });
      refuse(image.status !== 'ACTIVE', errors.imageNotActive);
      const { backupId } = image;
      const backup = backupId === null ? null : await cloud.database.read.backup.findUnique({ where: { id: backupId } });
      refuse(isOfSharedBackup(image, backup), errors.fullEcsNotShareable);
      refuse(tenantIds.includes(image.ownerId), errors.sharedWithSelf, { field: 'tenantIds' });
      regionIds.add(image.regionId);
    }
    await requireTenants(cloud, regionIds, tenantIds);
    const already = await cloud.database.read.imageMember.findFirst({
      where: { imageId: { in: imageIds }, tenantId: { in: tenantIds } },
    });
    refuse(already !== null, errors.memberNotAdded, {
      message: 'The image is shared with this tenant already.',
      field: 'tenantIds',
    });
    return orderMemberJob(
      { cloud, caller, commit },
      addMembersJob,
      { imageIds, tenantIds },
      locksOf(imageIds, tenantIds, errors.memberNotAdded),
    );
  },
});

/** Stops sharing. Servers that the tenants made from the images keep running; they launch no new ones. */
export const unshareImages = defineOperation({
  name: 'images.unshare',
  permission: 'ims:images:share',
  access: 'write',
  input: z.object({ imageIds: ImageIds, tenantIds: TenantIds }),
  errors: [errors.imageNotFound, errors.ownerOnly, errors.publicImageNotShareable, errors.memberNotRemoved],
  async run({ cloud, caller, input, commit }) {
    const imageIds = distinct(input.imageIds);
    const tenantIds = distinct(input.tenantIds);
    for (const imageId of imageIds) {
      await ownImage(cloud, caller, imageId, { foreign: errors.ownerOnly, publicImage: errors.publicImageNotShareable });
    }
    const members = await cloud.database.read.imageMember.count({
      where: { imageId: { in: imageIds }, tenantId: { in: tenantIds } },
    });
    refuse(members < imageIds.length * tenantIds.length, errors.memberNotRemoved, { field: 'tenantIds' });
    return orderMemberJob(
      { cloud, caller, commit },
      removeMembersJob,
      { imageIds, tenantIds },
      locksOf(imageIds, tenantIds, errors.memberNotRemoved),
    );
  },
});

/**
 * The answer of a tenant that images are shared with: ACCEPTED puts them on its list, REJECTED takes them off. To accept a full-ECS image takes a
 * vault of one's own with room for it. Source: ims-api 1.9.
 */
export const answerShares = defineOperation({
  name: 'images.answerShares',
  permission: 'ims:images:share',
  access: 'write',
  input: z.object({ imageIds: ImageIds, status: z.enum(memberAnswers), vaultId: ImageVaultId.nullish() }),
  errors: [
    errors.imageNotFound,
    errors.memberNotFound,
    errors.shareQuotaUsedUp,
    errors.vaultNotFound,
    errors.vaultOfOtherKind,
    errors.vaultUnavailable,
    errors.vaultFull,
  ],
  async run({ cloud, caller, input, commit }) {
    const imageIds = distinct(input.imageIds);
    const vaultId = input.vaultId ?? null;
    for (const imageId of imageIds) {
      const { image, role } = await visibleImage(cloud, caller, imageId);
      refuse(role !== 'MEMBER', errors.memberNotFound);
      if (input.status === 'ACCEPTED')
        await requireVaultForImage(cloud.database.read, image, { tenantId: caller.tenantId, vaultId });
    }
    const { tenantId } = caller;
    const locks = locksOf(imageIds, [tenantId], errors.memberNotFound);
    return orderMemberJob(
      { cloud, caller, commit },
      updateMembersJob,
      { imageIds, tenantId, status: input.status, vaultId },
      locks,
    );
  },
});

/** Two jobs must not change the same member at once. */
function locksOf(imageIds: readonly string[], tenantIds: readonly string[], conflict: ErrorCode): Lock[] {
  const busy = { ...conflict, message: 'Another task is changing this share.' };
  return imageIds.flatMap(image => tenantIds.map(tenant => ({ resource: `member:${image}:${tenant}`, conflict: busy })));
}

/** An image is not shared across regions, whatever region the one who shares it is in. */
async function requireTenants(cloud: Cloud, regionIds: ReadonlySet<string>, tenantIds: readonly string[]): Promise<void> {
  const known = await cloud.database.read.tenant.findMany({ where: { id: { in: [...tenantIds] } } });
  const isRight = known.length === tenantIds.length && known.every(tenant => [...regionIds].every(id => id === tenant.regionId));
  ensure(isRight, errors.tenantUnknown, { field: 'tenantIds' });
}

async function orderMemberJob<Input extends { imageIds: readonly string[] }>(
  { cloud, caller, commit }: Pick<OperationContext<unknown>, 'cloud' | 'caller' | 'commit'>,
  type: JobType<Input, object>,
  input: Input,
  locks: readonly Lock[],
): Promise<{ jobId: string; imageIds: readonly string[] }> {
  const entities: JsonObject = { image_ids: [...input.imageIds] };
  return commit(async tx => {
    const job = await orderJob(tx, type, { input, entities, locks }, { ids: cloud.ids, clock: cloud.clock, caller });
    tx.afterCommit(() => cloud.jobs.take([job]));
    return { jobId: job.id, imageIds: input.imageIds };
  });
}
