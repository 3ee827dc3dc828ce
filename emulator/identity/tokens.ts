import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { CloudError, commonErrors } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { Clock } from '../time/clock.ts';
import type { Caller } from './caller.ts';

/** Label of tokens that are fixed: those of the demo set and of the configuration. */
export const DEMO_LABEL = 'demo';

/**
 * Verdicts kept in memory: every request needs one. Users and roles are made and never changed while a cloud runs; a token may be
 * revoked, and is forgotten then.
 */
const CACHED_VERDICTS = 10_000;

interface Verdict {
  readonly caller: Caller;
  readonly expiresAt: Date | null;
  /** Of a user whose credentials are documented: refused where the gateway is reachable from elsewhere, however the token was made. */
  readonly demo: boolean;
}

/** Tokens are kept as their hash, so that the database gives none away. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Tells who a bearer token belongs to. */
export class Tokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #demoAllowed: boolean;
  readonly #verdicts = new LRUCache<string, Verdict>({ maxSize: CACHED_VERDICTS, sizeCalculation: () => 1 });

  constructor(parts: { database: Database; clock: Clock; demoAllowed: boolean }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#demoAllowed = parts.demoAllowed;
  }

  /** Throws CloudError `badToken` or `tokenExpired`. */
  async authenticate(token: string): Promise<Caller> {
    const { caller, expiresAt, demo } = this.#verdicts.get(token) ?? (await this.#lookUp(token));
    if (demo && !this.#demoAllowed) {
      throw new CloudError(commonErrors.badToken, { message: 'The tokens of demo users work on loopback only.' });
    }
    if (expiresAt !== null && expiresAt <= this.#clock.now()) {
      throw new CloudError(commonErrors.tokenExpired, {
        message: `${commonErrors.tokenExpired.message}, expires_at: ${expiresAt.toISOString()}`,
      });
    }
    return caller;
  }

  /** To be called when a token is revoked: the next look at it is at the database. */
  forget(token: string): void {
    this.#verdicts.delete(token);
  }

  async #lookUp(token: string): Promise<Verdict> {
    const row = await this.#database.read.token.findUnique({ where: { hash: hashToken(token) } });
    const user = row && (await this.#database.read.user.findUnique({ where: { id: row.userId } }));
    const tenant = row?.tenantId ? await this.#database.read.tenant.findUnique({ where: { id: row.tenantId } }) : null;
    if (!row || !user?.enabled || !tenant) throw new CloudError(commonErrors.badToken);
    const assignments = await this.#database.read.roleAssignment.findMany({
      where: { userId: user.id, tenantId: { in: [tenant.id, '*'] } },
    });
    const verdict: Verdict = {
      caller: {
        userId: user.id,
        userName: user.name,
        domainId: user.domainId,
        tenantId: tenant.id,
        regionId: tenant.regionId,
        roles: assignments.map(({ role }) => role),
      },
      expiresAt: row.expiresAt,
      demo: user.demo,
    };
    this.#verdicts.set(token, verdict);
    return verdict;
  }
}
