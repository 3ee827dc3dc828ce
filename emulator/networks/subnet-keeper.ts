import { LRUCache } from 'lru-cache';
import type { Cloud } from '../cloud.ts';
import { ensure } from '../errors.ts';
import type { SubnetSpec } from '../hardware/hardware.ts';
import { networkErrors } from './errors.ts';

/**
 * Makes the hardware's network of a subnet when a server first needs it and removes it with the last one. What concerns one subnet is done
 * one after the other: else a launch could find a network that a delete is about to remove.
 */
export class SubnetKeeper {
  readonly #cloud: Cloud;
  /** A subnet's addresses never change. */
  readonly #specs = new LRUCache<string, SubnetSpec>({ max: 1000 });
  readonly #last = new Map<string, Promise<void>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A server of this subnet is about to be made; its port is recorded already. */
  ensure(subnetId: string): Promise<void> {
    return this.#inTurn(subnetId, async () => {
      await this.#cloud.hardware.ensureSubnet(await this.#specOf(subnetId));
    });
  }

  /** A server's rows are deleted: if they were the last of the subnet, its network goes too. */
  releaseIfUnused(subnetId: string): Promise<void> {
    return this.#inTurn(subnetId, async () => {
      const used = await this.#cloud.database.read.port.findFirst({ where: { subnetId, serverId: { not: null } } });
      if (!used) await this.#cloud.hardware.removeSubnet(subnetId);
    });
  }

  async #specOf(subnetId: string): Promise<SubnetSpec> {
    const known = this.#specs.get(subnetId);
    if (known) return known;
    const subnet = await this.#cloud.database.read.subnet.findUnique({ where: { id: subnetId } });
    ensure(subnet, networkErrors.subnetNotFound);
    const { id, tenantId, cidr, gateway } = subnet;
    const spec = { id, tenantId, cidr, gateway };
    this.#specs.set(subnetId, spec);
    return spec;
  }

  #inTurn(subnetId: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(subnetId) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#last.set(subnetId, settled);
    void settled.then(() => {
      if (this.#last.get(subnetId) === settled) this.#last.delete(subnetId);
    });
    return turn;
  }
}
