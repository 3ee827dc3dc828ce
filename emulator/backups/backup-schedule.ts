import type { Cloud } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { BackupPolicy, Prisma, Vault } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { operatorUser } from './automatic-caller.ts';
import { bindUnprotected } from './bind-unprotected.ts';
import { expectedByResource } from './expected-bytes.ts';
import { orderCheckpoint } from './order-checkpoint.ts';
import { orderDeletion } from './order-deletion.ts';
import { expiry, nextRun } from './policy-times.ts';

/** Backups that expired and are looked at in one go; the next follow at once. */
const AT_ONCE = 100;
/** Those under an image wait until that is deleted: they are not in the way of others. */
const DELETABLE = { parentId: null, status: 'AVAILABLE', image: null } as const satisfies Prisma.BackupWhereInput;
/** One that can't go now (a job has it) is looked at again after this; ms of the cloud's time. */
const EXPIRED_AGAIN = 3_600_000;

/**
 * Makes backups when their policies want them and deletes those that expired, by the cloud's clock. What is due is in the database: a run and
 * the time of the next one are recorded together, and nothing is made up for more than once.
 */
export class BackupSchedule {
  readonly #cloud: Cloud;
  readonly #closing = new AbortController();
  #waiting = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** When expired backups that could not go are tried again. */
  #notBefore = new Date(0);

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** To be called when something may be due sooner than it was. */
  reconsider(): void {
    this.#waiting.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#cloud;
    while (!this.#closing.signal.aborted) {
      this.#waiting = new AbortController();
      let next: Date | undefined;
      try {
        await this.#runDue();
        next = await this.#nextDue();
      } catch (error) {
        logger.error({ err: error }, 'backups that were due could not be ordered');
        next = new Date(clock.now().getTime() + EXPIRED_AGAIN);
      }
      if (!this.#closing.signal.aborted) await clock.until(next, this.#waiting.signal);
    }
  }

  async #nextDue(): Promise<Date | undefined> {
    const { read } = this.#cloud.database;
    const policy = await read.backupPolicy.findFirst({
      where: { nextRunAt: { not: null } },
      orderBy: { nextRunAt: 'asc' },
      select: { nextRunAt: true },
    });
    const backup = await read.backup.findFirst({
      where: { expiresAt: { not: null }, ...DELETABLE },
      orderBy: { expiresAt: 'asc' },
      select: { expiresAt: true },
    });
    const expires = backup?.expiresAt && new Date(Math.max(backup.expiresAt.getTime(), this.#notBefore.getTime()));
    const times = [policy?.nextRunAt, expires].filter(time => time instanceof Date).map(time => time.getTime());
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  async #runDue(): Promise<void> {
    const now = this.#cloud.clock.now();
    const due = await this.#cloud.database.read.backupPolicy.findMany({
      where: { nextRunAt: { lte: now } },
      include: { vaults: true },
      orderBy: { nextRunAt: 'asc' },
    });
    for (const policy of due) {
      try {
        await this.#backUp(policy, now);
      } catch (error) {
        this.#cloud.logger.error(
          { err: error, policyId: policy.id },
          'backups of a policy could not be ordered; this run is left out',
        );
        await this.#leaveOut(policy, now);
      }
    }
    await this.#deleteExpired(now);
  }

  /** All vaults of a policy, in the transaction that says when it runs again. */
  async #backUp(policy: BackupPolicy & { readonly vaults: readonly Vault[] }, now: Date): Promise<void> {
    for (const vault of policy.vaults.filter(({ autoBind }) => autoBind))
      await this.#cloud.transactions.run(tx => bindUnprotected(tx, this.#cloud, vault.id));
    const expected = new Map<string, ReadonlyMap<string, number>>();
    for (const { id } of policy.vaults) expected.set(id, await this.#expected(id));
    await this.#cloud.transactions.run(async tx => {
      const current = await tx.db.backupPolicy.findUnique({ where: { id: policy.id }, include: { vaults: true } });
      if (!current?.nextRunAt || current.nextRunAt > now) return;
      await tx.db.backupPolicy.update({ where: { id: current.id }, data: { nextRunAt: nextRun(current, now) } });
      for (const vault of current.vaults) await this.#orderFor(tx, current, vault, expected.get(vault.id) ?? new Map());
    });
  }

  /** What goes wrong with the backups of one tenant is not in the way of those of others. */
  async #leaveOut({ id }: BackupPolicy, now: Date): Promise<void> {
    await this.#cloud.transactions.run(async tx => {
      const current = await tx.db.backupPolicy.findUnique({ where: { id } });
      if (!current?.nextRunAt || current.nextRunAt > now) return;
      await tx.db.backupPolicy.update({ where: { id }, data: { nextRunAt: nextRun(current, now) } });
    });
  }

  async #orderFor(
    tx: Transaction,
    policy: BackupPolicy,
    { id: vaultId, tenantId, status, protectType }: Vault,
    expected: ReadonlyMap<string, number>,
  ): Promise<void> {
    const isEmpty = (await tx.db.vaultResource.findFirst({ where: { vaultId } })) === null;
    if (isEmpty || status !== 'AVAILABLE' || protectType !== 'BACKUP') return;
    const expiresAt = expiry(policy, this.#cloud.clock.now());
    await orderCheckpoint(tx, this.#cloud, operatorUser(tenantId), { vaultId, expected, autoTrigger: true, expiresAt });
  }

  /** One vault after the other, so without a turn: no tenant's are in the way of all. Where the disk store does not answer, or is full, the jobs will say so. */
  async #expected(vaultId: string): Promise<ReadonlyMap<string, number>> {
    try {
      return await expectedByResource(this.#cloud, vaultId);
    } catch (error) {
      this.#cloud.logger.warn({ err: error, vaultId }, 'what backups would store is not known');
      return new Map();
    }
  }

  async #deleteExpired(now: Date): Promise<void> {
    if (now < this.#notBefore) return;
    const expired = await this.#cloud.database.read.backup.findMany({
      where: { expiresAt: { lte: now }, ...DELETABLE },
      orderBy: { expiresAt: 'asc' },
      take: AT_ONCE,
    });
    let ordered = 0;
    for (const { id, tenantId } of expired) {
      try {
        await this.#cloud.transactions.run(tx => orderDeletion(tx, this.#cloud, operatorUser(tenantId), id));
        ordered += 1;
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        this.#cloud.logger.info({ backupId: id, code: error.code }, 'an expired backup stays for now');
      }
    }
    // As long as some go, there may be more behind them.
    if (expired.length > 0 && ordered === 0) this.#notBefore = new Date(now.getTime() + EXPIRED_AGAIN);
  }
}
