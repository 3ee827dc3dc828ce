import { createServer } from 'node:net';
import type { Cloud } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import { serverErrors } from './errors.ts';
import { hasCapability } from './hardware-failures.ts';

/**
 * Chooses the loopback ports on which the ssh of servers is published. A server keeps its port for life. Ports that another program listens
 * on are passed over.
 */
export class SshPorts {
  readonly #cloud: Cloud;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * Hands ports to `record`, which commits them; null for each where the hardware has no ssh. While that is not known yet, ports are taken,
   * and given back at the end of the launch if there is no ssh. One launch chooses at a time, so that no two choose the same. Throws `portNotCreated` if there are not enough.
   */
  assign<T>(count: number, record: (ports: readonly (number | null)[]) => Promise<T>): Promise<T> {
    if (hasCapability(this.#cloud, 'ssh') === false) return record(Array.from({ length: count }, () => null));
    const turn = this.#last.then(async () => record(await this.#choose(count)));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #choose(count: number): Promise<number[]> {
    const { first, last } = this.#cloud.config.sshPorts;
    const servers = await this.#cloud.database.read.server.findMany({
      where: { sshPort: { not: null } },
      select: { sshPort: true },
    });
    const used = new Set(servers.map(({ sshPort }) => sshPort));
    const chosen: number[] = [];
    for (let port = first; port <= last && chosen.length < count; port++) {
      if (!used.has(port) && (await isFree(port))) chosen.push(port);
    }
    if (chosen.length < count) {
      throw new CloudError(serverErrors.portNotCreated, { message: `No loopback port is free for ssh (${first} to ${last}).` });
    }
    return chosen;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
