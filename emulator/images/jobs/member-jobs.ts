import { z } from 'zod';
import { defineJob, type JobType } from '../../jobs/job-type.ts';
import { imageErrors as errors } from '../errors.ts';
import { addMember, removeMember, setMemberStatus } from '../sharing.ts';

/** The images and tenants of one request: every pair of them changes, or none. */
const Pairs = z.object({ imageIds: z.array(z.string()), tenantIds: z.array(z.string()) });
type Pairs = z.infer<typeof Pairs>;
const NoState = z.object({});

const pairsOf = ({ imageIds, tenantIds }: Pairs): { imageId: string; tenantId: string }[] =>
  imageIds.flatMap(imageId => tenantIds.map(tenantId => ({ imageId, tenantId })));

export const addMembersJob: JobType<Pairs, object> = defineJob({
  name: 'imsAddImageMembersJob',
  queue: 'light',
  input: Pairs,
  state: NoState,
  errors: [
    errors.imageNotFound,
    errors.imageNotActive,
    errors.memberNotAdded,
    errors.shareQuotaUsedUp,
    errors.fullEcsNotShareable,
  ],
  resources: ({ imageIds }) => imageIds,
  steps: [
    {
      name: 'add members',
      weight: 1,
      seconds: 1,
      async commit(tx, { cloud, input }) {
        for (const { imageId, tenantId } of pairsOf(input)) await addMember(tx, cloud, imageId, tenantId);
      },
    },
  ],
});

export const removeMembersJob: JobType<Pairs, object> = defineJob({
  name: 'imsDelImageMembersJob',
  queue: 'light',
  input: Pairs,
  state: NoState,
  errors: [errors.memberNotRemoved],
  resources: ({ imageIds }) => imageIds,
  steps: [
    {
      name: 'remove members',
      weight: 1,
      seconds: 1,
      async commit(tx, { input }) {
        for (const { imageId, tenantId } of pairsOf(input)) await removeMember(tx, imageId, tenantId);
      },
    },
  ],
});

const Answer = z.object({
  imageIds: z.array(z.string()),
  tenantId: z.string(),
  status: z.enum(['ACCEPTED', 'REJECTED']),
  vaultId: z.string().nullable().optional(),
});

export const updateMembersJob: JobType<z.infer<typeof Answer>, object> = defineJob({
  name: 'imsUpdateImageMembersJob',
  queue: 'light',
  input: Answer,
  state: NoState,
  errors: [
    errors.memberNotFound,
    errors.shareQuotaUsedUp,
    errors.vaultNotFound,
    errors.vaultOfOtherKind,
    errors.vaultUnavailable,
    errors.vaultFull,
  ],
  resources: ({ imageIds }) => imageIds,
  steps: [
    {
      name: 'update members',
      weight: 1,
      seconds: 1,
      async commit(tx, { cloud, input: { imageIds, tenantId, status, vaultId = null } }) {
        for (const imageId of imageIds) await setMemberStatus(tx, cloud, { imageId, tenantId }, { status, vaultId });
      },
    },
  ],
});
