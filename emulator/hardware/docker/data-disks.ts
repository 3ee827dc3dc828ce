/** Disks beside a server's own: mounted in it while it runs, formatted, grown. A server that is off finds them at its next start. */
import { z } from 'zod';
import { assertDiskId, type DiskId } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { AgentError } from '../../store/disks/pool/agent-error.ts';
import { diskStoreError } from '../../store/disks/pool/pool-errors.ts';
import type { ContainerProcess } from '../../store/disks/pool/pool-store.ts';
import { type DiskMount, HardwareError, type ServerSpec } from '../hardware.ts';
import { agentCall } from './agent-call.ts';
import type { Servers } from './servers.ts';

export interface DataDisksOptions {
  readonly agent: AgentClient;
  readonly servers: Servers;
}

const Places = z.array(z.object({ container: z.string(), device: z.string(), readOnly: z.boolean() }));

export class DataDisks {
  readonly #agent: AgentClient;
  readonly #servers: Servers;
  /** Which server has which disks, as far as this process gave them. The kernel knows of those alone that a server can see. */
  readonly #given = new Map<string, Set<DiskId>>();

  constructor({ agent, servers }: DataDisksOptions) {
    this.#agent = agent;
    this.#servers = servers;
  }

  async attach(id: string, mount: DiskMount): Promise<void> {
    assertDiskId(mount.disk);
    if ((await this.#servers.find(id)) === undefined && (await this.#servers.containerId(id)) === undefined)
      throw new HardwareError('not-found', `there is no server ${id}`);
    const { disk, device, readOnly } = mount;
    await this.#ifRunning(id, server => agentCall(this.#agent, 'attachDisk', { server, wanted: { disk, device, readOnly } }));
    this.#given.set(id, (this.#given.get(id) ?? new Set()).add(disk));
  }

  async detach(id: string, disk: DiskId, { force = false }: { force?: boolean } = {}): Promise<void> {
    assertDiskId(disk);
    await this.#ifRunning(id, server => agentCall(this.#agent, 'detachDisk', { server, disk, force }));
    this.#given.get(id)?.delete(disk);
  }

  /** The disks that a server has from its start on. */
  noteStart({ id, dataDisks }: ServerSpec): void {
    this.#given.set(id, new Set(dataDisks.map(({ disk }) => disk)));
  }

  forget(id: string): void {
    this.#given.delete(id);
  }

  async format(disk: DiskId): Promise<void> {
    assertDiskId(disk);
    for (const [id, disks] of this.#given) {
      if (disks.has(disk) && (await this.#servers.find(id))) throw new HardwareError('busy', `server ${id} has disk ${disk}`);
    }
    await agentCall(this.#agent, 'formatDisk', { disk });
  }

  /** To grow a file system, the agent takes it from its server for a moment; whatever goes wrong in it, the disk is given back here. */
  async grow(disk: DiskId, size: number): Promise<void> {
    assertDiskId(disk);
    const running = (await this.#servers.placed()).map(({ server }) => server);
    const places = Places.parse((await agentCall(this.#agent, 'places', { disk, running })).value);
    try {
      await agentCall(this.#agent, 'growDisk', { disk, size, running }).catch(asStoreError);
    } finally {
      for (const { container, device, readOnly } of places) {
        const server = running.find(one => one.container === container);
        if (server) await agentCall(this.#agent, 'attachDisk', { server, wanted: { disk, device, readOnly } }).catch(unlessEnded);
      }
    }
  }

  /** The container and the process of a server that runs are known, so that the engine need not be asked. */
  async #ifRunning(id: string, work: (server: ContainerProcess) => Promise<unknown>): Promise<void> {
    const found = await this.#servers.find(id);
    if (found) await work(found.server).catch(unlessEnded);
  }
}

/** A size is the disk's matter, whoever asks. */
function asStoreError(error: unknown): never {
  const cause = error instanceof HardwareError ? error.cause : undefined;
  throw cause instanceof AgentError && cause.code === 'ERANGE' ? diskStoreError(cause) : error;
}

/** A server that ended meanwhile is off: there is nothing to do. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof HardwareError && error.cause instanceof AgentError && error.cause.code === 'ESRCH')) throw error;
}
