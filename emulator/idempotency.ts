import { createHmac } from 'node:crypto';
import { commonErrors, refuse } from './errors.ts';
import type { Caller } from './identity/caller.ts';
import type { Ids } from './ids.ts';
import type { Operation } from './operation.ts';
import type { Database } from './store/database.ts';
import type { Prisma } from './store/generated/client.ts';
import type { Clock } from './time/clock.ts';
import type { Transaction } from './transactions.ts';

/** How long an idempotency key answers, in milliseconds. */
const KEY_LIFETIME = 24 * 3600 * 1000;
const KEY_LENGTH = 255;
const HASH_SECRET = 'idempotency-secret';

/** A call that is to be carried out once. */
export interface Call {
  readonly operation: Pick<Operation, 'name' | 'answersOnce'>;
  readonly caller: Caller;
  /** As the operation's schema reads it. */
  readonly input: unknown;
  /** Per tenant. */
  readonly key: string;
}

/** Keeps an answer for the key, in the transaction that makes the change. */
export type Remember = (tx: Transaction, answer: unknown) => Promise<void>;

/**
 * Sees to it that calls with the same idempotency key are carried out once. Equal keys at once take turns, so that this holds for effects
 * outside of the database too; only a crash between such an effect and its transaction leaves a key that acts again.
 */
export class Idempotency {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #secret: string;
  /** Calls under way, by tenant and key. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  private constructor(database: Database, clock: Clock, secret: string) {
    this.#database = database;
    this.#clock = clock;
    this.#secret = secret;
  }

  /** Requests are remembered as a hash. They may hold passwords, so it takes a secret of this cloud to try guesses against it. */
  static async open({ database, clock, ids }: { database: Database; clock: Clock; ids: Ids }): Promise<Idempotency> {
    const known = await database.read.setting.findUnique({ where: { key: HASH_SECRET } });
    const setting = known ?? (await database.write(tx => tx.setting.create({ data: { key: HASH_SECRET, value: ids.secret() } })));
    return new Idempotency(database, clock, setting.value);
  }

  /**
   * The answer that is kept for the key, or that of the work. Work that fails uses no key up. Throws CloudError `idempotencyKeyReused` where
   * the key is another request's, or its answer is not kept.
   */
  async once<Answer>(call: Call, work: (remember: Remember) => Promise<Answer>): Promise<Answer> {
    const { operation, caller, input, key } = call;
    refuse(key.length === 0 || key.length > KEY_LENGTH, commonErrors.badRequest, {
      message: `An idempotency key has 1 to ${KEY_LENGTH} characters.`,
      field: 'idempotencyKey',
    });
    const requestHash = this.#hash(operation, input);
    return this.#inTurn(`${caller.tenantId} ${key}`, async () => {
      const before = await this.#answerOf<Answer>(call, requestHash);
      return before ? before.answer : work((tx, answer) => this.#remember(tx, call, requestHash, answer));
    });
  }

  async #inTurn<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    for (let other = this.#underWay.get(name); other; other = this.#underWay.get(name)) await other.catch(() => undefined);
    const turn = work().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, turn);
    return turn;
  }

  async #answerOf<Answer>({ operation, caller, key }: Call, hash: string): Promise<{ answer: Answer } | undefined> {
    const where = { tenantId_key: { tenantId: caller.tenantId, key } };
    const row = await this.#database.read.idempotencyKey.findUnique({ where });
    if (!row || row.expiresAt <= this.#clock.now()) return undefined;
    refuse(row.requestHash !== hash, commonErrors.idempotencyKeyReused, { field: 'idempotencyKey' });
    refuse(operation.answersOnce === true, commonErrors.idempotencyKeyReused, {
      message: 'The request with this idempotency key was carried out. Its answer holds a secret, which is told only once.',
      field: 'idempotencyKey',
    });
    // The answer was this operation's own: the hash names operation and input.
    return { answer: row.answer as Answer };
  }

  async #remember(
    tx: Transaction,
    { operation, caller: { tenantId }, key }: Call,
    requestHash: string,
    answer: unknown,
  ): Promise<void> {
    const kept = operation.answersOnce ? {} : (answer as Prisma.InputJsonValue);
    const expiresAt = new Date(this.#clock.now().getTime() + KEY_LIFETIME);
    const row = { tenantId, key, operation: operation.name, requestHash, answer: kept, expiresAt };
    await tx.db.idempotencyKey.upsert({ where: { tenantId_key: { tenantId, key } }, create: row, update: row });
  }

  #hash({ name }: Pick<Operation, 'name'>, input: unknown): string {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify([name, input]))
      .digest('hex');
  }
}
