import type { Cloud } from '../../emulator/cloud.ts';
import { waitUntilOver } from '../../src/testing/wait-for-job.ts';

/** Waits until all jobs are over and nothing is being reconciled. */
export async function untilAtRest(cloud: Cloud): Promise<void> {
  await cloud.reconciler.settled();
  const unfinished = await cloud.database.read.job.findMany({ where: { status: { in: ['INIT', 'RUNNING'] } } });
  for (const { id } of unfinished) await waitUntilOver(cloud, id);
  await cloud.reconciler.settled();
}
