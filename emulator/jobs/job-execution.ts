import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors } from '../errors.ts';
import type { Prisma } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { endInFailure, releaseJob } from './end-job.ts';
import { isOver, type JobRecord, objectOf } from './job.ts';
import { cloudErrorOf, failureOf } from './job-failure.ts';
import { emitJob } from './job-orders.ts';
import { type JobPoint, JobProgress } from './job-progress.ts';
import type { JobType, Step, StepContext } from './job-type.ts';
import { paceStep } from './pace-step.ts';
import { progressOf, stepName } from './progress.ts';

/**
 * Steps that only have an effect and end sooner than this after the last record are recorded together with the next: their effects can be
 * repeated, and a quick job need not wait for a transaction a step. In milliseconds of real time.
 */
const RECORD_INTERVAL = 40;
/** A job that has been taken up this often without coming to its end is given up. */
const MAX_ATTEMPTS = 10;
const REVERT_TRIES = 3;

/** What a process gives a job for its time in it. */
export interface Tenure {
  /** Aborts when the job is cancelled or the cloud shuts down. */
  readonly signal: AbortSignal;
  /** Aborts when the cloud shuts down: a cancelled job is still reverted. */
  readonly shutdown: AbortSignal;
  readonly lease: { readonly leaseOwner: string; readonly leaseUntil: Date };
}

/** One life of a job in one process: from where it stands to its end, or to the next crash. */
export class JobExecution<Input, State extends object> {
  readonly #cloud: Cloud;
  readonly #type: JobType<Input, State>;
  readonly #id: string;
  readonly #tenure: Tenure;
  readonly #progress: JobProgress;
  #lastRecord = performance.now();
  /** Steps that are finished and not recorded yet, by number. */
  #unrecorded: number[] = [];
  /** When the step before ended by the clock; undefined at the first. */
  #paced: number | undefined;
  #isResumed = false;

  constructor(cloud: Cloud, type: JobType<Input, State>, id: string, tenure: Tenure) {
    this.#cloud = cloud;
    this.#type = type;
    this.#id = id;
    this.#tenure = tenure;
    this.#progress = new JobProgress(cloud, type, id);
  }

  /** Ends with the job, or early where the cloud shuts down. Rejects where the job can't be carried on now; it may be run again. */
  async run(): Promise<void> {
    const job = await this.#take();
    if (isOver(job)) return;
    if (!this.#isReadable(job)) {
      await this.#giveUp();
      return;
    }
    let failure: unknown;
    try {
      await this.#carryOut(job);
    } catch (error) {
      failure = error;
    }
    if (this.#isShutdown() || this.#isWaiting(failure)) await this.#uncountAttempt();
    if (failure !== undefined && !this.#isShutdown()) throw failure;
  }

  async #carryOut(taken: JobRecord): Promise<void> {
    let job = taken;
    try {
      if (!job.reverting) {
        while (job.step < this.#type.steps.length) job = await this.#advance(job);
        return;
      }
    } catch (error) {
      if (this.#isShutdown()) return;
      if (this.#isWaiting(error)) throw error;
      job = await this.#turnBack(job, error);
    }
    await this.#revert(job);
  }

  #isShutdown(): boolean {
    return this.#tenure.shutdown.aborted;
  }

  #isWaiting(error: unknown): boolean {
    return this.#type.waitsForHardware === true && cloudErrorOf(error)?.entry === commonErrors.hardwareUnavailable;
  }

  /** What another version wrote may be beyond this one. */
  #isReadable(job: JobRecord): boolean {
    return this.#type.input.safeParse(job.input).success && this.#type.state.safeParse(objectOf(job.outputs)).success;
  }

  async #giveUp(): Promise<void> {
    const message = 'This version of Cloudyard cannot read what the job was about.';
    this.#cloud.logger.error({ job: this.#id, type: this.#type.name }, message);
    const failure = { status: 'FAIL', code: commonErrors.internal.code, message } as const;
    await this.#cloud.transactions.run(tx => endInFailure(tx, this.#cloud, this.#id, failure));
  }

  /** A job that an orderly shutdown interrupted, or that waits, has not failed to come to its end. */
  async #uncountAttempt(): Promise<void> {
    const where = { id: this.#id, status: 'RUNNING', attempt: { gt: 0 } } as const;
    await this.#cloud.transactions.run(tx => tx.db.job.updateMany({ where, data: { attempt: { decrement: 1 } } }));
  }

  #take(): Promise<JobRecord> {
    return this.#cloud.transactions.run(async tx => {
      const before = await tx.db.job.findUniqueOrThrow({ where: { id: this.#id } });
      if (isOver(before)) return before;
      // Not by its attempts: those that a shutdown ended do not count.
      this.#isResumed = before.beginAt !== null;
      const job = await tx.db.job.update({
        where: { id: this.#id },
        data: {
          ...this.#tenure.lease,
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
    await this.#cloud.faults.strike({ ...point, moment: 'before' }, this.#tenure.signal);
    const pace = paceStep(this.#cloud.clock, step.seconds, context, this.#paced);
    const [output, paced] = await Promise.all([step.run?.(context), pace]);
    this.#paced = paced;
    await this.#progress.hold(job, point, this.#tenure.signal);
    // Last: a rule that is added while the job is held strikes, too.
    await this.#cloud.faults.strike({ ...point, moment: 'after' }, this.#tenure.signal);
    this.#throwIfAborted();
    const state: State = { ...context.state, ...output };
    return this.#record(job, state);
  }

  async #record(job: JobRecord, state: State): Promise<JobRecord> {
    if (this.#canWait(job)) {
      this.#unrecorded.push(job.step);
      return { ...job, step: job.step + 1, progress: progressOf(this.#type, job.step + 1), outputs: toJson(state) };
    }
    await this.#progress.written();
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
      const told = finished.length > 0 ? (await tx.db.job.findUniqueOrThrow({ where: { id: this.#id } })).progress : 0;
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
        // The step after it has reported more already.
        if (progress < told) continue;
        const passed: JobRecord = { ...next, status: 'RUNNING', endAt: null, progress, step };
        emitJob(tx, 'job.progress', passed, stepName(this.#type, passed));
        await this.#tellParent(tx, passed);
      }
      // Before what follows from it for the parent: who watches that one is told of its parts first.
      emitJob(tx, over ? 'job.succeeded' : 'job.progress', next, stepName(this.#type, next));
      if (over) await releaseJob(tx, this.#cloud, next);
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
    const { signal } = this.#tenure;
    const aborted: unknown = signal.aborted ? signal.reason : undefined;
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
    await this.#progress.written();
    const failure = { code: job.errorCode ?? commonErrors.internal.code, message: job.failReason ?? '' };
    const status = failure.code === commonErrors.jobCancelled.code ? 'CANCELLED' : 'FAIL';
    await this.#cloud.transactions.run(async tx => {
      await this.#type.failed?.(tx, this.#context(job, this.#stepAt(0)), failure);
      await endInFailure(tx, this.#cloud, this.#id, { ...failure, status });
    });
  }

  /** What cannot be taken back now (the engine is gone) is removed by the reconciler when it can. */
  async #revertStep(step: Step<Input, State>, context: StepContext<Input, State>): Promise<void> {
    const where = { ...this.#point(context.job, step, context.input), step: `revert ${step.name}`, isRevert: true };
    const { shutdown } = this.#tenure;
    for (let tries = 1; ; tries++) {
      try {
        await this.#cloud.faults.strike({ ...where, moment: 'before' }, shutdown);
        await step.revert?.(context);
        return;
      } catch (error) {
        // The next start takes it up here: a job whose reverting has begun is only reverted.
        if (shutdown.aborted) throw error;
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
      isResumed: this.#isResumed,
      signal: this.#tenure.signal,
      report: (done, total) => this.#progress.report(job, point, total > 0 ? done / total : 0),
    };
  }

  #point(job: JobRecord, step: Step<Input, State>, input: Input): JobPoint {
    return { jobType: this.#type.name, step: step.name, tenantId: job.tenantId, resourceIds: this.#type.resources(input) };
  }

  #throwIfAborted(): void {
    this.#tenure.signal.throwIfAborted();
  }
}

/** What steps keep is JSON by its schema. */
function toJson(state: object): Prisma.JsonObject & Prisma.InputJsonObject {
  return state as Prisma.JsonObject & Prisma.InputJsonObject;
}
