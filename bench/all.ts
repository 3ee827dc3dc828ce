import type { Benchmark } from './benchmark.ts';
import { thousandServers } from './benchmarks/thousand-servers.ts';

export const benchmarks: readonly Benchmark[] = [thousandServers];
