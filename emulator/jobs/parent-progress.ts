import type { Clock } from '../time/clock.ts';
import type { Transaction } from '../transactions.ts';
import type { JobRecord } from './job.ts';
import { emitJob } from './job-orders.ts';

/** At least this long between two written progresses of a batch of several sub-jobs, in milliseconds of real time. */
const INTERVAL = 100;

/**
 * Keeps the progress of batches: the mean of their sub-jobs' progress. A batch of one follows its sub-job step by step, a larger one is
 * written now and then. What only this process needs to know (when it last wrote) is in memory.
 */
export class ParentProgress {
  readonly #clock: Clock;
  readonly #batches = new Map<string, { size: number; written: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Brings a batch up to date after a step of one of its sub-jobs. To be called in the transaction that records the step. */
  async follow(
    tx: Transaction,
    parentId: string,
    subJob: Pick<JobRecord, 'progress' | 'beginAt'>,
    step: string | null,
  ): Promise<void> {
    const batch = this.#batches.get(parentId);
    if (batch && batch.size > 1 && performance.now() - batch.written < INTERVAL) return;
    const { _count: size, _avg } = await tx.db.job.aggregate({ where: { parentId }, _count: true, _avg: { progress: true } });
    this.#batches.set(parentId, { size, written: performance.now() });
    const progress = Math.min(99, Math.floor(size === 1 ? subJob.progress : (_avg.progress ?? 0)));
    const before = await tx.db.job.findUniqueOrThrow({ where: { id: parentId } });
    if (before.status === 'RUNNING' && before.progress >= progress) return;
    const data = {
      status: 'RUNNING',
      progress: Math.max(progress, before.progress),
      beginAt: before.beginAt ?? this.#clock.now(),
    } as const;
    const parent = await tx.db.job.update({ where: { id: parentId }, data });
    emitJob(tx, before.status === 'INIT' ? 'job.running' : 'job.progress', parent, size === 1 ? step : null);
  }

  forget(parentId: string): void {
    this.#batches.delete(parentId);
  }
}
