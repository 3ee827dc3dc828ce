import { createImageJob } from './jobs/create-image.ts';
import { addMembersJob, removeMembersJob, updateMembersJob } from './jobs/member-jobs.ts';
import { releaseImageJob } from './jobs/release-image.ts';

export const imageJobTypes = [createImageJob, releaseImageJob, addMembersJob, removeMembersJob, updateMembersJob] as const;
