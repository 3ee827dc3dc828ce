import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors } from '../errors.ts';
import { endInFailure } from './end-job.ts';
import { isOver, type JobRecord } from './job.ts';
import { JobExecution } from './job-execution.ts';
import { emitJob } from './job-orders.ts';
import { type AnyJobType, isFinal } from './job-type.ts';
import { ParentProgress } from './parent-progress.ts';
import { stepName } from './progress.ts';
import { QUEUE_LIMITS, WorkQueue } from './queues.ts';

/** A lease that is not renewed for this long may be taken over by another process. In milliseconds. */
const LEASE = 30_000;
/** A job that could not be carried on is taken up again after the first of these, then after twice as long each time. In milliseconds. */
const RETRY = { first: 250, longest: 60_000 };

/**
 * Carries out jobs: takes them by a lease, runs their steps, and after a crash goes on with the first unfinished one.
 * Which jobs there are is only in the database; the queues in memory say what this process has taken on.
 */
export class JobRunner {
  readonly #cloud: Cloud;
  readonly #types: ReadonlyMap<string, AnyJobType>;
  readonly #queues = {
    light: new WorkQueue(QUEUE_LIMITS.light),
    launch: new WorkQueue(QUEUE_LIMITS.launch),
    copy: new WorkQueue(QUEUE_LIMITS.copy),
    bulk: new WorkQueue(QUEUE_LIMITS.bulk),
  };
  /** Progress of batches. */
  readonly parents: ParentProgress;
  readonly #running = new Map<string, AbortController>();
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #idle = new Set<() => void>();
  readonly #owner: string;
  #renewal: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(cloud: Cloud, types: readonly AnyJobType[]) {
    this.#cloud = cloud;
    this.#types = new Map(types.map(type => [type.name, type]));
    this.#owner = cloud.ids.uuid();
    this.parents = new ParentProgress(cloud.clock);
  }

  typeOf(name: string): AnyJobType | undefined {
    return this.#types.get(name);
  }

  /** Takes up what an earlier process left unfinished. No other process can be at it: the state folder is locked. */
  async start(): Promise<void> {
    const unfinished = await this.#cloud.database.read.job.findMany({
      where: { status: { in: ['INIT', 'RUNNING'] } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    this.#renewal = setInterval(() => void this.#renewLeases(), LEASE / 3).unref();
    const unknown = unfinished.filter(({ type }) => !this.#types.has(type));
    // Sub-jobs first: a batch ends with the last of them.
    for (const job of [...unknown.filter(one => one.parentId !== null), ...unknown]) await this.#endUnknown(job);
    this.take(unfinished);
  }

  /** Queues jobs whose order is committed. */
  take(jobs: readonly JobRecord[]): void {
    for (const job of jobs) {
      const type = this.#types.get(job.type);
      // A parent without steps ends with its last sub-job.
      if (type && type.steps.length > 0) this.#queue(type, job.id, RETRY.first);
    }
  }

  /** The pause is the one before it is taken up again, if it can't be carried on. */
  #queue(type: AnyJobType, id: string, pause: number): void {
    this.#queues[type.queue].push(() => this.#execute(type, id, pause));
  }

  /** One that another version of Cloudyard ordered: nobody here can carry it out, or take it back. */
  async #endUnknown({ id, type }: JobRecord): Promise<void> {
    const message = `This version of Cloudyard does not know jobs of the type ${type}.`;
    this.#cloud.logger.error({ job: id, type }, message);
    const failure = { status: 'FAIL', code: commonErrors.internal.code, message } as const;
    await this.#cloud.transactions.run(async tx => {
      const job = await tx.db.job.findUniqueOrThrow({ where: { id } });
      if (!isOver(job)) await endInFailure(tx, this.#cloud, id, failure);
    });
  }

  /**
   * Asks a job, and those of its sub-jobs that are under way, to stop and take back what they did. Throws CloudError `jobNotCancellable` when
   * it is over, or none of them can be taken back any more.
   */
  async cancel(id: string): Promise<void> {
    const cancelled = await this.#cloud.transactions.run(async tx => {
      const job = await tx.db.job.findUnique({ where: { id } });
      if (!job || isOver(job) || job.reverting) throw new CloudError(commonErrors.jobNotCancellable);
      const subJobs = await tx.db.job.findMany({
        where: { parentId: id, status: { in: ['INIT', 'RUNNING'] }, reverting: false },
      });
      const stoppable = subJobs.filter(one => !this.#isFinal(one));
      const nothingLeft = subJobs.length > 0 && stoppable.length === 0;
      if (nothingLeft || this.#isFinal(job)) throw new CloudError(commonErrors.jobNotCancellable);
      const jobs = [job, ...stoppable];
      await tx.db.job.updateMany({ where: { id: { in: jobs.map(one => one.id) } }, data: { cancelRequested: true } });
      for (const one of jobs) emitJob(tx, 'job.cancelling', one, stepName(this.#types.get(one.type), one));
      return jobs;
    });
    for (const job of cancelled) this.#running.get(job.id)?.abort(new CloudError(commonErrors.jobCancelled));
  }

  #isFinal({ type, step }: JobRecord): boolean {
    const known = this.#types.get(type);
    return known !== undefined && isFinal(known, step);
  }

  /** Stops taking jobs and lets go of those that run: the next start goes on with them. */
  async close(): Promise<void> {
    const reason = new CloudError(commonErrors.shuttingDown);
    this.#closing.abort(reason);
    clearInterval(this.#renewal);
    for (const retry of this.#retries) clearTimeout(retry);
    for (const queue of Object.values(this.#queues)) queue.clear();
    for (const controller of this.#running.values()) controller.abort(reason);
    if (this.#running.size > 0) await new Promise<void>(resolve => this.#idle.add(resolve));
  }

  async #execute(type: AnyJobType, id: string, pause: number): Promise<void> {
    await this.#cloud.reconciler.sweepOver();
    const shutdown = this.#closing.signal;
    if (shutdown.aborted) return;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const lease = { leaseOwner: this.#owner, leaseUntil: new Date(Date.now() + LEASE) };
      await new JobExecution(this.#cloud, type, id, { signal: controller.signal, shutdown, lease }).run();
    } catch (error) {
      // The job stays unfinished in the database, with all that it holds.
      if (!shutdown.aborted) {
        this.#cloud.logger.error({ err: error, job: id, type: type.name, pause }, 'a job could not be carried on');
        this.#retry(type, id, pause);
      }
    } finally {
      this.#running.delete(id);
      if (this.#running.size === 0) for (const done of this.#idle) done();
    }
  }

  #retry(type: AnyJobType, id: string, pause: number): void {
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#queue(type, id, Math.min(pause * 2, RETRY.longest));
    }, pause).unref();
    this.#retries.add(retry);
  }

  async #renewLeases(): Promise<void> {
    if (this.#running.size === 0) return;
    const data = { leaseUntil: new Date(Date.now() + LEASE) };
    const where = { leaseOwner: this.#owner, status: 'RUNNING' } as const;
    await this.#cloud.transactions
      .run(tx => tx.db.job.updateMany({ where, data }))
      .catch((error: unknown) => {
        this.#cloud.logger.warn({ err: error }, 'the leases of jobs could not be renewed');
      });
  }
}
