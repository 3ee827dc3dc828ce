import type { Cloud } from '../../emulator/cloud.ts';
import { waitUntilOver } from '../../src/testing/wait-for-job.ts';

/** Waits until all jobs are over, those too that others ordered at their end, and nothing is being reconciled. */
export async function untilAtRest(cloud: Cloud): Promise<void> {
  for (;;) {
    await cloud.reconciler.settled();
    const unfinished = await cloud.database.read.job.findMany({ where: { status: { in: ['INIT', 'RUNNING'] } } });
    if (unfinished.length === 0) return;
    for (const { id } of unfinished) await waitUntilOver(cloud, id);
  }
}
