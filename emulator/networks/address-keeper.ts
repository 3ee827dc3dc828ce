import type { Cloud } from '../cloud.ts';
import type { AddressBinding } from '../hardware/hardware.ts';
import type { Port, PublicAddress } from '../store/generated/client.ts';
import { emitNetwork } from './network-events.ts';

/** An elastic IP with the port that it is bound to. */
type Bound = PublicAddress & { readonly port: Port | null };

/**
 * Makes elastic IPs lead where their records say: to the server that has the port, nowhere where none has. What concerns one address is
 * done one after the other. Whatever a crash leaves undone is done by settleAll() at the next start.
 */
export class AddressKeeper {
  readonly #cloud: Cloud;
  readonly #last = new Map<string, Promise<unknown>>();
  /** Those that do not lead where their records say. In memory: each start tries anew. */
  readonly #failed = new Set<string>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * Lets an address lead to a server before the record says so, so that whoever asks for it is told if it can't. `record` writes the
   * record; if that fails, all is as before. Throws HardwareError.
   */
  bindFor<T>(address: PublicAddress, port: Port, record: () => Promise<T>): Promise<T> {
    return this.#inTurn(address.id, async () => {
      try {
        await this.#bind({ ...address, port });
        return await record();
      } finally {
        // As recorded by now: also where a sweep took away meanwhile what had no record yet.
        await this.#applyOrWarn(address.id);
      }
    });
  }

  /** Whether the hardware could not do what the record of an address says when it was asked last. */
  hasFailed(id: string): boolean {
    return this.#failed.has(id);
  }

  /** Makes an address lead where its record says. Throws HardwareError. */
  settle(id: string): Promise<void> {
    return this.#inTurn(id, () => this.#apply(id));
  }

  /** The same for several whose records have just changed; what can't be done is done at the next start. */
  async settleLater(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#inTurn(id, () => this.#applyOrWarn(id));
  }

  /** All that are bound: after a start of the cloud, or a loss of the engine. */
  async settleAll(): Promise<void> {
    const { database } = this.#cloud;
    const bound = await database.read.publicAddress.findMany({ where: { portId: { not: null } }, select: { id: true } });
    await this.settleLater(bound.map(({ id }) => id));
  }

  /** Those of a server's ports. Throws HardwareError. */
  async settleServer(serverId: string): Promise<void> {
    const { database } = this.#cloud;
    const bound = await database.read.publicAddress.findMany({ where: { port: { serverId } }, select: { id: true } });
    for (const { id } of bound) await this.settle(id);
  }

  /** Whoever watches the address is told when this begins to fail, and when it does no more. */
  async #apply(id: string): Promise<void> {
    const before = this.#failed.has(id);
    try {
      await this.#lead(id);
      this.#failed.delete(id);
    } catch (error) {
      this.#failed.add(id);
      throw error;
    } finally {
      if (this.#failed.has(id) !== before) await this.#tell(id);
    }
  }

  async #lead(id: string): Promise<void> {
    const { database, hardware } = this.#cloud;
    const address = await database.read.publicAddress.findUnique({ where: { id }, include: { port: true } });
    if (address?.port?.serverId) await this.#bind(address);
    else await hardware.releaseAddress(id);
  }

  async #applyOrWarn(id: string): Promise<void> {
    try {
      await this.#apply(id);
    } catch (error) {
      this.#cloud.logger.warn({ err: error, id }, 'an elastic IP does not lead where it should; the next start sees to it');
    }
  }

  /** Never in the way of what it tells of. */
  async #tell(id: string): Promise<void> {
    const { transactions, logger } = this.#cloud;
    const told = transactions.run(async tx => {
      const address = await tx.db.publicAddress.findUnique({ where: { id } });
      if (address) emitNetwork(tx, 'publicAddress', 'updated', address);
    });
    await told.catch((error: unknown) => logger.warn({ err: error, id }, 'nobody was told how an elastic IP fares'));
  }

  async #bind({ id, address, tenantId, port }: Bound): Promise<void> {
    if (!port?.serverId) return;
    const { subnets, hardware } = this.#cloud;
    await subnets.ensure(port.subnetId);
    const binding: AddressBinding = { id, address, tenantId, subnetId: port.subnetId, target: port.address };
    await hardware.bindAddress(binding);
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(id) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#last.set(id, settled);
    void settled.then(() => {
      if (this.#last.get(id) === settled) this.#last.delete(id);
    });
    return turn;
  }
}
