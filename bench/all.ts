import type { Benchmark } from './benchmark.ts';
import { createAndShare } from './benchmarks/create-and-share.ts';
import { millionImages } from './benchmarks/million-images.ts';
import { processStart } from './benchmarks/process-start.ts';
import { imageById, imagePage } from './benchmarks/queries.ts';
import { testCloud } from './benchmarks/test-cloud.ts';
import { thousandServers } from './benchmarks/thousand-servers.ts';

export const benchmarks: readonly Benchmark[] = [
  processStart,
  imageById,
  imagePage,
  millionImages,
  createAndShare,
  thousandServers,
  testCloud,
];
