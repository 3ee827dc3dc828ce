import type { Cloud } from '../cloud.ts';
import type { FaultPoint } from '../faults/fault-rule.ts';
import { isOver, type JobRecord } from './job.ts';
import { emitJob } from './job-orders.ts';
import type { AnyJobType } from './job-type.ts';
import { progressOf, stepName } from './progress.ts';

/** At least this long between two written progresses of one step, in milliseconds of real time. */
const INTERVAL = 100;

/** Where in a job something happens, for fault rules. */
export type JobPoint = Omit<FaultPoint, 'moment'>;

/** Writes how far the steps of one job are, now and then, and no further than a rule that holds it. */
export class JobProgress {
  readonly #cloud: Cloud;
  readonly #type: Pick<AnyJobType, 'steps'>;
  readonly #id: string;
  #last = 0;
  #write: Promise<unknown> = Promise.resolve();

  constructor(cloud: Cloud, type: Pick<AnyJobType, 'steps'>, id: string) {
    this.#cloud = cloud;
    this.#type = type;
    this.#id = id;
  }

  /** Resolves when nothing is being written. */
  async written(): Promise<void> {
    await this.#write;
  }

  /** Tells how far the step is that the job is at, 0 to 1. */
  report(job: JobRecord, point: JobPoint, fraction: number): void {
    const now = performance.now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    const limit = this.#cloud.faults.holdAt({ ...point, moment: 'before' }) ?? 100;
    this.#show(Math.min(progressOf(this.#type, job.step, fraction), limit));
  }

  /** Stays at the percentage of a rule that holds the job there, and shows it. */
  async hold(job: JobRecord, where: JobPoint, signal: AbortSignal): Promise<void> {
    const point = { ...where, moment: 'before' } as const;
    const reached = progressOf(this.#type, job.step + 1);
    const percent = this.#cloud.faults.holdAt(point);
    if (percent === undefined || reached < percent) return;
    this.#show(Math.min(percent, 99));
    await this.#cloud.faults.whileHeld(point, reached, signal);
  }

  #show(progress: number): void {
    this.#write = this.#cloud.transactions
      .run(async tx => {
        const before = await tx.db.job.findUnique({ where: { id: this.#id } });
        if (!before || isOver(before) || before.progress >= progress) return;
        const after = await tx.db.job.update({ where: { id: this.#id }, data: { progress } });
        const step = stepName(this.#type, after);
        emitJob(tx, 'job.progress', after, step);
        if (after.parentId) await this.#cloud.jobs.parents.follow(tx, after.parentId, after, step);
      })
      .catch((error: unknown) => this.#cloud.logger.warn({ err: error, job: this.#id }, 'progress could not be written'));
  }
}
