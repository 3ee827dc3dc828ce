import { checkWholeImageJob } from './jobs/check-whole-image.ts';
import { createDataImageJob, createDataImages } from './jobs/create-data-images.ts';
import { createImageJob } from './jobs/create-image.ts';
import { createImageFromDiskJob } from './jobs/create-image-from-disk.ts';
import { createWholeImageJob } from './jobs/create-whole-image.ts';
import { createWholeImageFromBackupJob } from './jobs/create-whole-image-from-backup.ts';
import { addMembersJob, removeMembersJob, updateMembersJob } from './jobs/member-jobs.ts';
import { releaseImageJob } from './jobs/release-image.ts';

export const imageJobTypes = [
  createImageJob,
  createImageFromDiskJob,
  createDataImages,
  createDataImageJob,
  createWholeImageJob,
  createWholeImageFromBackupJob,
  checkWholeImageJob,
  releaseImageJob,
  addMembersJob,
  removeMembersJob,
  updateMembersJob,
] as const;
