import { setMaxListeners } from 'node:events';
import { CloudError, commonErrors, refuse } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { Database } from '../store/database.ts';
import type { Clock } from '../time/clock.ts';
import { type FaultPoint, type FaultRule, FaultRuleInput, strikes } from './fault-rule.ts';
import type { StrikableNames } from './strikable-names.ts';

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crash: (() => never) | undefined;
  readonly names: StrikableNames;
}

/** The fault rules of a cloud: kept in the database, so that they outlive the crashes that they cause. */
export class Faults {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #crash: (() => never) | undefined;
  #rules: FaultRule[] = [];
  readonly #names: StrikableNames;
  readonly #removed = new EventTarget();

  private constructor(parts: Parts) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    this.#crash = parts.crash;
    this.#names = parts.names;
    // Each job that is held listens, however many there are.
    setMaxListeners(0, this.#removed);
  }

  static async open(parts: Parts): Promise<Faults> {
    const faults = new Faults(parts);
    const rows = await parts.database.read.faultRule.findMany({ orderBy: { createdAt: 'asc' } });
    faults.#rules = rows.map(row => ({ ...FaultRuleInput.parse(row.rule), id: row.id, remaining: row.remaining }));
    return faults;
  }

  get rules(): readonly FaultRule[] {
    return this.#rules;
  }

  /** Throws `badRequest` for a rule that could never strike, or not here. */
  async add(input: FaultRuleInput): Promise<FaultRule> {
    const { operation, jobType } = input.match;
    requireKnown(this.#names.operations, operation, { what: 'operation', field: 'match.operation' });
    requireKnown(this.#names.jobTypes, jobType, { what: 'job type', field: 'match.jobType' });
    if (input.effect.kind === 'crash' && this.#crash === undefined) {
      throw new CloudError(commonErrors.badRequest, { message: 'This cloud was not opened with allowCrash.', field: 'effect' });
    }
    const rule: FaultRule = { ...input, id: this.#ids.uuid(), remaining: input.count ?? null };
    const row = { id: rule.id, rule: input, remaining: rule.remaining, createdAt: this.#clock.now() };
    await this.#database.write(tx => tx.faultRule.create({ data: row }));
    this.#rules = [...this.#rules, rule];
    return rule;
  }

  /** Returns whether there was such a rule. What it held goes on. */
  async remove(id: string): Promise<boolean> {
    const there = this.#rules.some(rule => rule.id === id);
    this.#rules = this.#rules.filter(rule => rule.id !== id);
    await this.#database.write(tx => tx.faultRule.deleteMany({ where: { id } }));
    this.#removed.dispatchEvent(new Event('removed'));
    return there;
  }

  /** Lets the rules for a point do their work, but for holds. Throws the CloudError of a rule that fails it. */
  async strike(point: FaultPoint, signal?: AbortSignal): Promise<void> {
    if (this.#rules.length === 0) return;
    for (const rule of this.#rules.filter(one => one.effect.kind !== 'hold' && strikes(one, point))) {
      if (await this.#consume(rule.id)) await this.#carryOut(rule, signal);
    }
  }

  /** The percentage at which a job is to be held at this point, if any. */
  holdAt(point: FaultPoint): number | undefined {
    for (const rule of this.#rules) if (rule.effect.kind === 'hold' && strikes(rule, point)) return rule.effect.percent;
    return undefined;
  }

  /** Resolves when no rule holds a job at this point and percentage any more, or the signal aborts. */
  async whileHeld(point: FaultPoint, percent: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const at = this.holdAt(point);
      if (at === undefined || percent < at || signal.aborted) return;
      await new Promise<void>(resolve => {
        const done = (): void => {
          this.#removed.removeEventListener('removed', done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#removed.addEventListener('removed', done, { once: true });
        signal.addEventListener('abort', done, { once: true });
      });
    }
  }

  /** Counts a strike. Returns whether there is one left: others may have used the rule up, or removed it, in the meantime. */
  async #consume(id: string): Promise<boolean> {
    const rule = this.#rules.find(one => one.id === id);
    if (!rule) return false;
    if (rule.remaining === null) return true;
    const remaining = rule.remaining - 1;
    if (remaining <= 0) return this.remove(id);
    this.#rules = this.#rules.map(one => (one.id === id ? { ...one, remaining } : one));
    await this.#database.write(tx => tx.faultRule.updateMany({ where: { id }, data: { remaining } }));
    return true;
  }

  async #carryOut({ effect }: FaultRule, signal: AbortSignal | undefined): Promise<void> {
    if (effect.kind === 'delay') await this.#clock.pace(effect.seconds, signal);
    if (effect.kind === 'crash') this.#crash?.();
    if (effect.kind === 'fail') {
      const { code, message } = effect;
      throw new CloudError({ ...commonErrors.injectedFault, code, message: message ?? commonErrors.injectedFault.message });
    }
  }
}

function requireKnown(
  names: ReadonlySet<string>,
  name: string | undefined,
  { what, field }: { what: string; field: string },
): void {
  refuse(name !== undefined && !names.has(name), commonErrors.badRequest, {
    message: `${commonErrors.badRequest.message} (there is no ${what} ${name}; docs/operations.md lists them)`,
    field,
  });
}
