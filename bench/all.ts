import type { Benchmark } from './benchmark.ts';
import { crashRecovery } from './benchmarks/crash-recovery.ts';
import { createAndShare } from './benchmarks/create-and-share.ts';
import { dockerDisks } from './benchmarks/docker-disks.ts';
import { dockerImage } from './benchmarks/docker-image.ts';
import { dockerLaunch } from './benchmarks/docker-launch.ts';
import { fullEcsImage } from './benchmarks/full-ecs-image.ts';
import { imageFiles } from './benchmarks/image-files.ts';
import { jobEventSubscribers } from './benchmarks/job-event-subscribers.ts';
import { millionImages } from './benchmarks/million-images.ts';
import { processStart } from './benchmarks/process-start.ts';
import { imageById, imagePage } from './benchmarks/queries.ts';
import { testCloud } from './benchmarks/test-cloud.ts';
import { thousandCopies } from './benchmarks/thousand-copies.ts';
import { thousandServers } from './benchmarks/thousand-servers.ts';

export const benchmarks: readonly Benchmark[] = [
  processStart,
  imageById,
  imagePage,
  millionImages,
  createAndShare,
  dockerLaunch,
  dockerImage,
  fullEcsImage,
  dockerDisks,
  imageFiles,
  thousandServers,
  thousandCopies,
  jobEventSubscribers,
  testCloud,
  crashRecovery,
];
