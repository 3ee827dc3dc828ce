import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors } from '../errors.ts';
import type { FaultPoint } from '../faults/fault-rule.ts';
import type { Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { isOver, type JobRecord, objectOf } from './job.ts';
import { cloudErrorOf, failureOf, type JobFailure } from './job-failure.ts';
import { emitJob } from './job-orders.ts';
import type { JobType, Step, StepContext } from './job-type.ts';
import { finishParent } from './parent-job.ts';
import { progressOf, stepName } from './progress.ts';

/** At least this long between two written progresses of one step, in milliseconds of real time. */
const PROGRESS_INTERVAL = 100;
/**
 * Steps that only have an effect and end sooner than this after the last record are recorded together with the next: their effects can be
 * repeated, and a quick job need not wait for a transaction a step. In milliseconds of real time.
 */
const RECORD_INTERVAL = 40;
/** A job that has been taken up this often without coming to its end is given up. */
const MAX_ATTEMPTS = 10;
const REVERT_TRIES = 3;
/** Slices in which the paced clock lets a step's time pass, each with its progress. */
const PACE_SLICES = 10;

/** One life of a job in one process: from where it stands to its end, or to the next crash. */
export class JobExecution<Input, State extends object> {
  readonly #cloud: Cloud;
  readonly #type: JobType<Input, State>;
  readonly #id: string;
  readonly #signal: AbortSignal;
  readonly #lease: { leaseOwner: string; leaseUntil: Date };
  #lastProgress = 0;
  #lastRecord = performance.now();
  /** Steps that are finished and not recorded yet, by number. */
  #unrecorded: number[] = [];
  #progressWrite: Promise<unknown> = Promise.resolve();

  constructor(
    cloud: Cloud,
    type: JobType<Input, State>,
    id: string,
    signal: AbortSignal,
    lease: { leaseOwner: string; leaseUntil: Date },
  ) {
    this.#cloud = cloud;
    this.#type = type;
    this.#id = id;
    this.#signal = signal;
    this.#lease = lease;
  }

  async run(): Promise<void> {
    let job = await this.#take();
    if (isOver(job)) return;
    try {
      if (!job.reverting) {
        while (job.step < this.#type.steps.length) job = await this.#advance(job);
        return;
      }
    } catch (error) {
      if (this.#isShutdown()) return;
      job = await this.#turnBack(job, error);
    }
    await this.#revert(job);
  }

  #isShutdown(): boolean {
    return (
      this.#signal.aborted &&
      this.#signal.reason instanceof CloudError &&
      this.#signal.reason.code === commonErrors.shuttingDown.code
    );
  }

  #take(): Promise<JobRecord> {
    return this.#cloud.transactions.run(async tx => {
      const before = await tx.db.job.findUniqueOrThrow({ where: { id: this.#id } });
      if (isOver(before)) return before;
      const job = await tx.db.job.update({
        where: { id: this.#id },
        data: {
          ...this.#lease,
          status: 'RUNNING',
          beginAt: before.beginAt ?? this.#cloud.clock.now(),
          attempt: { increment: 1 },
        },
      });
      emitJob(tx, 'job.running', job, stepName(this.#type, job));
      await this.#tellParent(tx, job);
      return job;
    });
  }

  /** Runs the step that a job is at, then records it together with those after it that only change the database. */
  async #advance(job: JobRecord): Promise<JobRecord> {
    const step = this.#stepAt(job.step);
    if (job.cancelRequested) throw new CloudError(commonErrors.jobCancelled);
    if (job.attempt > MAX_ATTEMPTS)
      throw new CloudError(commonErrors.internal, { message: 'The job was taken up too often without coming to its end.' });
    const context = this.#context(job, step);
    const point = this.#point(job, step, context.input);
    await this.#cloud.faults.strike({ ...point, moment: 'before' }, this.#signal);
    const [output] = await Promise.all([step.run?.(context), this.#pace(step, context)]);
    await this.#cloud.faults.strike({ ...point, moment: 'after' }, this.#signal);
    await this.#hold(job, point);
    this.#throwIfAborted();
    const state: State = { ...context.state, ...output };
    return this.#record(job, state);
  }

  async #record(job: JobRecord, state: State): Promise<JobRecord> {
    if (this.#canWait(job)) {
      this.#unrecorded.push(job.step);
      return { ...job, step: job.step + 1, progress: progressOf(this.#type, job.step + 1), outputs: toJson(state) };
    }
    await this.#progressWrite;
    this.#lastRecord = performance.now();
    const finished = this.#unrecorded.map(step => step + 1);
    this.#unrecorded = [];
    return this.#cloud.transactions.run(async tx => {
      let at = job.step;
      do {
        const step = this.#stepAt(at);
        await step.commit?.(tx, { ...this.#context(job, step), state });
        at++;
      } while (at < this.#type.steps.length && this.#onlyCommits(this.#stepAt(at)));
      const over = at === this.#type.steps.length;
      const next = await tx.db.job.update({
        where: { id: this.#id },
        data: {
          step: at,
          progress: progressOf(this.#type, at),
          outputs: toJson(state),
          ...(over && { status: 'SUCCESS', endAt: this.#cloud.clock.now(), leaseOwner: null, leaseUntil: null }),
        },
      });
      // Whoever cancelled it in the meantime was told that it would be taken back.
      if (next.cancelRequested) throw new CloudError(commonErrors.jobCancelled);
      for (const step of finished) {
        const progress = progressOf(this.#type, step);
        const passed: JobRecord = { ...next, status: 'RUNNING', endAt: null, progress, step };
        emitJob(tx, 'job.progress', passed, stepName(this.#type, passed));
        await this.#tellParent(tx, passed);
      }
      // Before what follows from it for the parent: who watches that one is told of its parts first.
      emitJob(tx, over ? 'job.succeeded' : 'job.progress', next, stepName(this.#type, next));
      if (over) await this.#release(tx, next);
      else await this.#tellParent(tx, next);
      return next;
    });
  }

  /** Such a step can share a transaction with the one before, unless somebody wants to see it by itself. */
  #onlyCommits(step: Step<Input, State>): boolean {
    return step.run === undefined && !this.#isWatched();
  }

  #canWait(job: JobRecord): boolean {
    const step = this.#stepAt(job.step);
    // A step from which on the job cannot be cancelled begins in the record, too: cancelling goes by that.
    const isLast = job.step + 1 === this.#type.steps.length || this.#type.steps[job.step + 1]?.final === true;
    return step.commit === undefined && !isLast && !this.#isWatched() && performance.now() - this.#lastRecord < RECORD_INTERVAL;
  }

  /** Paced clocks and fault rules are for looking at each step by itself. */
  #isWatched(): boolean {
    return this.#cloud.clock.setting.mode !== 'instant' || this.#cloud.faults.rules.length > 0;
  }

  #turnBack(job: JobRecord, error: unknown): Promise<JobRecord> {
    const aborted = this.#signal.aborted ? this.#signal.reason : undefined;
    const cause: unknown = cloudErrorOf(error) ? error : (aborted ?? error);
    const failure = failureOf(cause);
    if (!cloudErrorOf(cause))
      this.#cloud.logger.error({ err: error, job: this.#id, type: this.#type.name }, 'a step of a job failed unexpectedly');
    return this.#cloud.transactions.run(tx =>
      tx.db.job.update({
        where: { id: this.#id },
        data: {
          reverting: true,
          errorCode: failure.code,
          failReason: failure.message,
          step: job.step,
          outputs: toJson(objectOf(job.outputs)),
        },
      }),
    );
  }

  async #revert(job: JobRecord): Promise<void> {
    for (let at = Math.min(job.step, this.#type.steps.length - 1); at >= 0; at--) {
      const step = this.#stepAt(at);
      await this.#revertStep(step, this.#context(job, step));
    }
    await this.#progressWrite;
    await this.#cloud.transactions.run(async tx => {
      const failure: JobFailure = { code: job.errorCode ?? commonErrors.internal.code, message: job.failReason ?? '' };
      await this.#type.failed?.(tx, this.#context(job, this.#stepAt(0)), failure);
      const status = failure.code === commonErrors.jobCancelled.code ? 'CANCELLED' : 'FAIL';
      const data = { status, endAt: this.#cloud.clock.now(), leaseOwner: null, leaseUntil: null } as const;
      const over = await tx.db.job.update({ where: { id: this.#id }, data });
      emitJob(tx, 'job.failed', over, null);
      await this.#release(tx, over);
    });
  }

  /** What cannot be taken back now (the engine is gone) is removed by the reconciler when it can. */
  async #revertStep(step: Step<Input, State>, context: StepContext<Input, State>): Promise<void> {
    const point = { ...this.#point(context.job, step, context.input), step: `revert ${step.name}`, moment: 'before' } as const;
    for (let tries = 1; ; tries++) {
      try {
        await this.#cloud.faults.strike(point);
        await step.revert?.(context);
        return;
      } catch (error) {
        if (tries < REVERT_TRIES) continue;
        this.#cloud.logger.warn(
          { err: error, job: this.#id, step: step.name },
          'a step could not be reverted; the reconciler will see to it',
        );
        return;
      }
    }
  }

  async #tellParent(tx: Transaction, job: JobRecord): Promise<void> {
    if (job.parentId) await this.#cloud.jobs.parents.follow(tx, job.parentId, job, stepName(this.#type, job));
  }

  async #release(tx: Transaction, job: JobRecord): Promise<void> {
    await tx.db.resourceLock.deleteMany({ where: { jobId: job.id } });
    if (job.parentId) await finishParent(tx, this.#cloud, job.parentId);
  }

  #stepAt(index: number): Step<Input, State> {
    const step = this.#type.steps[index];
    if (!step) throw new RangeError(`job type ${this.#type.name} has no step ${index}`);
    return step;
  }

  #context(job: JobRecord, step: Step<Input, State>): StepContext<Input, State> {
    const input = this.#type.input.parse(job.input);
    const point = this.#point(job, step, input);
    return {
      cloud: this.#cloud,
      job,
      input,
      state: this.#type.state.parse(objectOf(job.outputs)),
      signal: this.#signal,
      report: (done, total) => this.#report(job, point, total > 0 ? done / total : 0),
    };
  }

  #point(job: JobRecord, step: Step<Input, State>, input: Input): Omit<FaultPoint, 'moment'> {
    return { jobType: this.#type.name, step: step.name, tenantId: job.tenantId, resourceIds: this.#type.resources(input) };
  }

  #report(job: JobRecord, point: Omit<FaultPoint, 'moment'>, fraction: number): void {
    const now = performance.now();
    if (now - this.#lastProgress < PROGRESS_INTERVAL) return;
    this.#lastProgress = now;
    const limit = this.#cloud.faults.holdAt({ ...point, moment: 'before' }) ?? 100;
    this.#writeProgress(Math.min(progressOf(this.#type, job.step, fraction), limit));
  }

  /** Stays at the percentage of a rule that holds the job there, and shows it. */
  async #hold(job: JobRecord, where: Omit<FaultPoint, 'moment'>): Promise<void> {
    const point = { ...where, moment: 'before' } as const;
    const reached = progressOf(this.#type, job.step + 1);
    const percent = this.#cloud.faults.holdAt(point);
    if (percent === undefined || reached < percent) return;
    this.#writeProgress(Math.min(percent, 99));
    await this.#cloud.faults.whileHeld(point, reached, this.#signal);
  }

  #writeProgress(progress: number): void {
    this.#progressWrite = this.#cloud.transactions
      .run(async tx => {
        const before = await tx.db.job.findUnique({ where: { id: this.#id } });
        if (!before || isOver(before) || before.progress >= progress) return;
        const after = await tx.db.job.update({ where: { id: this.#id }, data: { progress } });
        emitJob(tx, 'job.progress', after, stepName(this.#type, after));
        await this.#tellParent(tx, after);
      })
      .catch((error: unknown) => this.#cloud.logger.warn({ err: error, job: this.#id }, 'progress could not be written'));
  }

  async #pace({ seconds }: Step<Input, State>, { report }: StepContext<Input, State>): Promise<void> {
    if (this.#cloud.clock.setting.mode === 'instant') return;
    for (let slice = 1; slice <= PACE_SLICES && !this.#signal.aborted; slice++) {
      await this.#cloud.clock.pace(seconds / PACE_SLICES, this.#signal);
      report(slice, PACE_SLICES);
    }
  }

  #throwIfAborted(): void {
    if (this.#signal.aborted) throw this.#signal.reason;
  }
}

/** What steps keep is JSON by its schema. */
function toJson(state: object): Prisma.JsonObject & Prisma.InputJsonObject {
  return state as Prisma.JsonObject & Prisma.InputJsonObject;
}
