import { LRUCache } from 'lru-cache';
import { refuse } from '../errors.ts';
import { Semaphore } from '../semaphore.ts';
import type { Clock } from '../time/clock.ts';
import { identityErrors as errors } from './errors.ts';

const signInLimits = {
  /** Wrong attempts until a name is locked. */
  failures: 5,
  /** How long it is locked, and after how long a failure is forgotten. In seconds, by the cloud's clock. */
  lockedSeconds: 300,
  /** Attempts for one name that wait for their turn. */
  waiting: 50,
  /** Passwords that are checked at once: each takes 16 MiB and a thread of four. */
  checksAtOnce: 2,
  /** Names that are remembered. */
  names: 10_000,
} as const;

/** The attempts for one name. */
interface Attempts {
  readonly turn: Semaphore;
  failures: number;
  failedAt: number;
}

/**
 * Keeps passwords from being guessed. A name is locked after some failures, whether there is such a user or not, so that the lock tells
 * nobody who is there. Attempts for one name take turns: together they would all be made before the first is known to be wrong.
 */
export class SignInGuard {
  readonly #clock: Clock;
  readonly #checks = new Semaphore(signInLimits.checksAtOnce);
  readonly #names = new LRUCache<string, Attempts>({ maxSize: signInLimits.names, sizeCalculation: () => 1 });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the check says that an attempt is right. Throws CloudError `accountLocked` without a check; `throttled` where too many wait. */
  async attempt(name: string, check: () => Promise<boolean>): Promise<boolean> {
    const attempts = this.#attemptsOf(name);
    refuse(attempts.turn.waiting >= signInLimits.waiting, errors.throttled);
    return attempts.turn.run(async () => {
      if (this.#isPast(attempts)) attempts.failures = 0;
      refuse(attempts.failures >= signInLimits.failures, errors.accountLocked);
      const right = await this.#checks.run(check);
      attempts.failures = right ? 0 : attempts.failures + 1;
      attempts.failedAt = this.#clock.now().getTime();
      return right;
    });
  }

  #attemptsOf(name: string): Attempts {
    const known = this.#names.get(name);
    if (known) return known;
    const fresh: Attempts = { turn: new Semaphore(1), failures: 0, failedAt: 0 };
    this.#names.set(name, fresh);
    return fresh;
  }

  /** A clock that was set back is as good as one that went on. */
  #isPast({ failedAt }: Attempts): boolean {
    return Math.abs(this.#clock.now().getTime() - failedAt) >= signInLimits.lockedSeconds * 1000;
  }
}
