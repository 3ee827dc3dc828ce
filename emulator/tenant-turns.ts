import { Semaphore } from './semaphore.ts';

/** Work that runs at once: in all, and of one tenant. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly ofOneTenant: number;
}

/** Lets few pieces of work run at once, and fewer of one tenant: however much one orders, others have their turns. */
export class TenantTurns {
  readonly #ofOneTenant: number;
  readonly #all: Semaphore;
  readonly #tenants = new Map<string, Semaphore>();

  constructor({ atOnce, ofOneTenant }: TurnLimits) {
    this.#all = new Semaphore(atOnce);
    this.#ofOneTenant = ofOneTenant;
  }

  /** A tenant's work, in the order in which it came. */
  async run<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const own = this.#tenants.get(tenantId) ?? new Semaphore(this.#ofOneTenant);
    this.#tenants.set(tenantId, own);
    try {
      return await own.run(() => this.#all.run(work));
    } finally {
      if (own.isIdle) this.#tenants.delete(tenantId);
    }
  }
}
