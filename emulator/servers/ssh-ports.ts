import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { Cloud } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import { HardwareError } from '../hardware/hardware.ts';
import { serverErrors } from './errors.ts';
import { hasCapability } from './hardware-failures.ts';
import { emitServer } from './server-events.ts';

/**
 * Chooses the loopback ports on which the ssh of servers is published. A server keeps its port for life, unless another program takes it
 * while the server is off. Ports that another program listens on are passed over.
 */
export class SshPorts {
  readonly #cloud: Cloud;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * Hands ports to `record`, which commits them; null for each where the hardware has no ssh. While that is not known yet, ports are taken,
   * and given back at the end of the launch if there is no ssh. Throws `portNotCreated` if there are not enough.
   */
  assign<T>(count: number, record: (ports: readonly (number | null)[]) => Promise<T>): Promise<T> {
    if (hasCapability(this.#cloud, 'ssh') === false) return record(Array.from({ length: count }, () => null));
    return this.#inTurn(async () => {
      const ports = await this.#choose(count);
      if (ports.length < count) throw new CloudError(serverErrors.portNotCreated, { message: this.#noneIsFree() });
      return record(ports);
    });
  }

  /**
   * Gives a server that is off another port than those that its hardware was refused, and records and tells that. Throws HardwareError
   * `port-taken` if no other is free.
   */
  replace(serverId: string, refused: readonly number[]): Promise<number> {
    return this.#inTurn(async () => {
      const [sshPort] = await this.#choose(1, { place: placeFor(serverId, refused), refused });
      if (sshPort === undefined) throw new HardwareError('port-taken', this.#noneIsFree());
      await this.#cloud.transactions.run(async tx => {
        const data = { sshPort, updatedAt: this.#cloud.clock.now() };
        emitServer(tx, 'server.updated', await tx.db.server.update({ where: { id: serverId }, data }));
      });
      return sshPort;
    });
  }

  /** One after the other, so that no two choose the same. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Fewer where there are not enough. Looks from that place of the range on, all around. A look is not all: a gateway in a container sees none
   * of the machine's listeners, so what was refused is passed over by name.
   */
  async #choose(count: number, { place = 0, refused = [] }: Search = {}): Promise<number[]> {
    const { first, last } = this.#cloud.config.sshPorts;
    const size = last - first + 1;
    const servers = await this.#cloud.database.read.server.findMany({
      where: { sshPort: { not: null } },
      select: { sshPort: true },
    });
    const used = new Set([...servers.map(({ sshPort }) => sshPort), ...refused]);
    const chosen: number[] = [];
    for (let step = 0; step < size && chosen.length < count; step++) {
      const port = first + ((place + step) % size);
      if (!used.has(port) && (await isFree(port))) chosen.push(port);
    }
    return chosen;
  }

  #noneIsFree(): string {
    const { first, last } = this.#cloud.config.sshPorts;
    return `No loopback port is free for ssh (${first} to ${last}).`;
  }
}

interface Search {
  readonly place?: number;
  readonly refused?: readonly number[];
}

/** Another one for each server: two clouds that were after the same port would meet again at the next. */
function placeFor(serverId: string, refused: readonly number[]): number {
  return createHash('sha256')
    .update(`${serverId} ${refused.join(' ')}`)
    .digest()
    .readUInt32BE(0);
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
