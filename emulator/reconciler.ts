import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from './cloud.ts';
import { CloudError, commonErrors } from './errors.ts';
import type { HardwareStatus } from './hardware/hardware.ts';
import type { JobRecord } from './jobs/job.ts';
import { cloudErrorOf } from './jobs/job-failure.ts';
import { untilJobEnds } from './jobs/until-job-ends.ts';
import { idsKnownTo, powerDifferences } from './reconciling/compare.ts';
import { hasBeenPrepared, orderPreparation } from './reconciling/prepare-hardware.ts';
import { holdersOf, orderRestoring, unfinishedRestoring } from './reconciling/restore-servers.ts';
import { recordServerExit } from './servers/server-exits.ts';
import type { WorkOptions } from './store/disks/disk-store.ts';

/** How long a start waits for servers to run again before it serves all the same, in milliseconds. */
const RESTORE_LIMIT = 60_000;

/**
 * Makes database, disk store and engine agree: at the start, and whenever the hardware has become ready again. The database is right; what
 * it does not know is removed, what should run is started.
 */
export class Reconciler {
  readonly #cloud: Cloud;
  readonly #closing = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #sweeping: Promise<void> = Promise.resolve();
  /** Waits for jobs that held servers when they were compared. */
  #freed: Promise<void> = Promise.resolve();
  #preparation: Promise<void> | undefined;
  #hasBeenReady = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Before anything is served. Waits for servers to be restored, but not for a first preparation of the hardware, which can take minutes. */
  async start(): Promise<void> {
    const { hardware, jobs } = this.#cloud;
    this.#unsubscribe.push(
      hardware.onStatus(status => this.#onStatus(status)),
      hardware.onServerExit(exit => this.#track(recordServerExit(this.#cloud, exit, this.#closing.signal))),
    );
    const { state } = hardware.status();
    if (state === 'preparing') await orderPreparation(this.#cloud);
    if (state === 'ready') await this.#compare();
    await jobs.start();
    if (state === 'ready') this.#restoreWhenFree();
    // Also one that an earlier process left unfinished.
    if (state === 'ready') await this.#untilOver(await unfinishedRestoring(this.#cloud));
    if (state === 'preparing' && (await hasBeenPrepared(this.#cloud)))
      await Promise.race([this.#whenRestored(), pause(RESTORE_LIMIT, undefined, { ref: false })]);
  }

  /** Resolves when the hardware is ready and what the records say of servers holds; also when it can't be. */
  async #whenRestored(): Promise<void> {
    await this.hardwareReady(this.#closing.signal).catch(() => undefined);
    await this.settled();
  }

  /** Resolves when nothing is being reconciled. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Jobs begin, and go on after they waited for the hardware, only while nothing is swept: they see it as their records say. */
  sweepOver(): Promise<void> {
    return this.#sweeping;
  }

  /**
   * Resolves when the hardware can work and nothing is swept: waits while it is being prepared, and after a start without an engine until
   * there is one. Throws CloudError `hardwareUnavailable` when it went away later, or can't be made ready.
   */
  async hardwareReady(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { state, reason } = this.#cloud.hardware.status();
      if (state === 'ready') {
        const sweeping = this.#sweeping;
        await orAborted(sweeping, signal);
        if (sweeping === this.#sweeping && this.#cloud.hardware.status().state === 'ready') return;
        continue;
      }
      if (state === 'unavailable' && this.#hasBeenReady) throw unavailable(reason);
      if (state === 'preparing') await orAborted(this.prepareHardware(), signal);
      if (this.#cloud.hardware.status().state !== 'ready') await this.#statusChange(state, signal);
    }
  }

  /**
   * Prepares the hardware; whoever asks meanwhile waits for the same work. The signal of the one who asked first ends the work, those of
   * the others their waiting. Throws CloudError `hardwareUnavailable`.
   */
  prepareHardware(options: WorkOptions = {}): Promise<void> {
    this.#preparation ??= this.#cloud.hardware
      .prepare(options)
      .catch((error: unknown) => {
        throw cloudErrorOf(error) ?? unavailable(error instanceof Error ? error.message : undefined);
      })
      .finally(() => {
        this.#preparation = undefined;
      });
    return options.signal ? orAborted(this.#preparation, options.signal) : this.#preparation;
  }

  /** Ends what waits here. What is under way ends with its jobs. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#closing.abort(new CloudError(commonErrors.shuttingDown));
    await this.settled();
    await this.#freed;
  }

  #onStatus({ state }: HardwareStatus): void {
    if (state === 'ready') {
      this.#track(
        this.#compare().then(jobs => {
          this.#restoreWhenFree();
          return this.#takeAndAwait(jobs);
        }),
      );
    }
    if (state === 'preparing') this.#track(orderPreparation(this.#cloud).then(job => this.#cloud.jobs.take(job ? [job] : [])));
  }

  async #takeAndAwait(jobs: readonly JobRecord[]): Promise<void> {
    this.#cloud.jobs.take(jobs);
    await this.#untilOver(jobs);
  }

  async #untilOver(jobs: readonly JobRecord[]): Promise<void> {
    for (const { id } of jobs) await untilJobEnds(this.#cloud, id, this.#closing.signal);
  }

  /** A job may leave the power of the server that it holds as it is, such as one that makes an image: what still differs then is restored. */
  #restoreWhenFree(): void {
    const restore = async (): Promise<void> => {
      for (;;) {
        const holders = await holdersOf(this.#cloud, await powerDifferences(this.#cloud));
        if (holders.length === 0) return;
        for (const id of holders) await untilJobEnds(this.#cloud, id, this.#closing.signal);
        if (this.#closing.signal.aborted) return;
        const job = await orderRestoring(this.#cloud, await powerDifferences(this.#cloud));
        if (job) this.#cloud.jobs.take([job]);
      }
    };
    this.#freed = this.#freed.then(restore).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#cloud.logger.warn({ err: error }, 'servers could not be restored');
    });
  }

  /** Removes strays and orders what makes the power of servers right. One after the other; a failure is for the next time. */
  #compare(): Promise<JobRecord[]> {
    this.#hasBeenReady = true;
    const turn = this.#sweeping.then(async () => {
      try {
        const removed = await this.#cloud.hardware.sweep(idsKnownTo(this.#cloud));
        if (removed.length > 0) this.#cloud.logger.info({ removed }, 'removed what no record knows of');
        await this.#cloud.publicAddresses.settleAll();
        const job = await orderRestoring(this.#cloud, await powerDifferences(this.#cloud));
        return job ? [job] : [];
      } catch (error) {
        this.#cloud.logger.warn({ err: error }, 'database and hardware could not be compared');
        return [];
      }
    });
    this.#sweeping = turn.then(() => undefined);
    return turn;
  }

  #track(work: Promise<unknown>): void {
    const entry: Promise<void> = work
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#cloud.logger.error({ err: error }, 'the reconciler failed');
      })
      .finally(() => this.#underWay.delete(entry));
    this.#underWay.add(entry);
  }

  /** Resolves when the hardware is in another state than this one. */
  async #statusChange(from: HardwareStatus['state'], signal: AbortSignal): Promise<void> {
    const { hardware } = this.#cloud;
    if (hardware.status().state !== from) return;
    let unsubscribe = (): void => undefined;
    const changed = new Promise<void>(resolve => {
      unsubscribe = hardware.onStatus(({ state }) => {
        if (state !== from) resolve();
      });
    });
    await orAborted(changed, signal).finally(unsubscribe);
  }
}

function unavailable(reason: string | undefined): CloudError {
  const { message } = commonErrors.hardwareUnavailable;
  return new CloudError(commonErrors.hardwareUnavailable, { message: reason ? `${message} (${reason})` : message });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
