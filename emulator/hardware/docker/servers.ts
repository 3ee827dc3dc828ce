/** Cloud servers as containers: made, started with their disk as root, stopped, and removed. */
import type Docker from 'dockerode';
import type { DiskId } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { AgentError } from '../../store/disks/pool/agent-error.ts';
import type { ContainerProcess } from '../../store/disks/pool/pool-store.ts';
import { HardwareError, type ObservedServer, type Seed, type ServerSpec } from '../hardware.ts';
import { agentCall } from './agent-call.ts';
import type { ConsoleLog } from './console-log.ts';
import { type Engine, statusOf } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';
import { metadataFiles } from './metadata.ts';
import type { Nics } from './nics.ts';
import { seedFiles } from './seed-files.ts';
import { SOFT_STOP_SECONDS, serverContainer } from './server-container.ts';
import { hostsFile, serverInterfaces } from './server-network.ts';
import type { Subnets } from './subnets.ts';

export interface ServersOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly agent: AgentClient;
  readonly subnets: Subnets;
  readonly nics: Nics;
  readonly consoleLog: ConsoleLog;
  readonly stubImage: () => Promise<string>;
  readonly processors: () => Promise<number>;
  /** A server that ran has ended by itself. */
  readonly onEnd: (id: string, exitCode: number) => void;
}

/** A container that has a disk as its root. */
export interface PlacedServer {
  readonly server: ContainerProcess;
  readonly disk: DiskId;
}

/** A running server: what the agent and exec need to reach it. */
export interface RunningServer extends PlacedServer {
  readonly id: string;
}

/** A start is tried again once if what it found was half of an earlier one. */
const START_TRIES = 2;
const STOPS_AT_ONCE = 4;
/** The process or the disk ended while one looked at it. */
const GONE = ['ESRCH', 'ENOENT'];
const STOP_LIMIT_MS = (SOFT_STOP_SECONDS + 30) * 1_000;

export class Servers {
  readonly #options: ServersOptions;
  /** Servers that run as far as we know. One that ends while it is here did so by itself. */
  readonly #running = new Map<string, RunningServer>();
  /** Servers being started, and whether the engine told of a death meanwhile. */
  readonly #starting = new Map<string, { deathTold: boolean }>();

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** The engine told that a server's container died. It may speak of an earlier run, so look; then tell. */
  async noticeDeath(id: string): Promise<void> {
    const starting = this.#starting.get(id);
    if (starting) starting.deathTold = true;
    const believed = this.#running.get(id);
    if (believed === undefined) return;
    const found = await this.#inspect(id);
    if (found?.State.Running && found.State.Pid === believed.server.pid) return;
    // Whoever deleted it while we looked expects the end.
    if (this.#running.get(id) !== believed) return;
    this.#running.delete(id);
    await this.#letGoOfDevices();
    if (found) this.#options.onEnd(id, found.State.ExitCode);
  }

  /** After a time without the engine's events. */
  async noticeDeaths(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(id => this.noticeDeath(id)));
  }

  async create(spec: ServerSpec): Promise<void> {
    const { engine, consoleLog, nics } = this.#options;
    const body = await this.#body(spec);
    const present = await this.#inspect(spec.id);
    if (present?.Config.Labels[LABEL.recipe] === body.Labels?.[LABEL.recipe]) {
      // Networks may have come or gone since, and a create that was cut off may have left one out.
      await nics.connect(spec, present?.NetworkSettings.Networks ?? {});
      return;
    }
    if (present) {
      if (present.State.Running) throw new HardwareError('busy', `server ${spec.id} runs: it cannot be changed now`);
      await consoleLog.keep(spec.id, present.Id);
      await this.#removeContainer(spec.id);
    }
    await engine.call('creating a server', docker => docker.createContainer(body));
    await nics.connect(spec, {});
  }

  async start(spec: ServerSpec, seed?: Seed): Promise<void> {
    await this.create(spec);
    const starting = { deathTold: false };
    this.#starting.set(spec.id, starting);
    try {
      await this.#startWithRetry(spec, seed);
    } finally {
      this.#starting.delete(spec.id);
    }
    if (starting.deathTold) await this.noticeDeath(spec.id);
  }

  async #startWithRetry(spec: ServerSpec, seed: Seed | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#startOnce(spec, seed);
        return;
      } catch (error) {
        this.#running.delete(spec.id);
        await this.kill(spec.id);
        if (attempt === START_TRIES || !(error instanceof HardwareError && error.problem === 'failed')) throw error;
      }
    }
  }

  /** SOFT: the guest has 30 s, then the engine ends it. */
  async stop(id: string, how: 'SOFT' | 'HARD'): Promise<void> {
    if ((await this.#inspect(id)) === undefined) throw new HardwareError('not-found', `there is no server ${id}`);
    this.#running.delete(id);
    if (how === 'HARD') await this.kill(id);
    else await this.#powerOff(id);
    await this.#letGoOfDevices();
  }

  async #powerOff(id: string): Promise<void> {
    const { engine } = this.#options;
    try {
      await engine.call('stopping a server', docker => this.#container(docker, id).stop({ t: SOFT_STOP_SECONDS }), STOP_LIMIT_MS);
    } catch (error) {
      const already = error instanceof HardwareError && statusOf(error.cause) === 304;
      if (!already) throw error;
    }
  }

  /** Ends a server at once; resolves when it is gone. */
  async kill(id: string): Promise<void> {
    const { engine } = this.#options;
    await engine.settle('ending a server', docker => this.#container(docker, id).kill());
    await engine.settle('waiting for a server to end', docker => this.#container(docker, id).wait({ condition: 'not-running' }));
  }

  /** A few at a time: each has to flush its disk. */
  async stopAll(): Promise<void> {
    const left = (await this.#list()).filter(({ state }) => state === 'running').map(({ id }) => id);
    const stopSome = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) await this.stop(id, 'SOFT');
    };
    await Promise.all(Array.from({ length: STOPS_AT_ONCE }, stopSome));
  }

  async destroy(id: string): Promise<void> {
    this.#running.delete(id);
    const present = await this.#inspect(id);
    await this.#removeContainer(id);
    await this.#letGoOfDevices();
    await this.#options.consoleLog.remove(id);
    if (present) await this.#options.nics.forget(present);
  }

  async observe(): Promise<ObservedServer[]> {
    const found = await this.#list();
    return await Promise.all(
      found.map(async ({ id, state }) => {
        const server = state === 'running' ? await this.#adopt(id) : undefined;
        return { id, state: server ? 'RUNNING' : 'STOPPED' } as const;
      }),
    );
  }

  /** Every container that runs, as it is placed on its disk. */
  async placed(): Promise<PlacedServer[]> {
    const found = (await this.#list()).filter(({ state }) => state === 'running');
    const servers = await Promise.all(found.map(async ({ id }) => placedServer(await this.#inspect(id))));
    return servers.filter(server => server !== undefined);
  }

  /** The server, if it runs with its disk as its root. */
  async find(id: string): Promise<RunningServer | undefined> {
    return this.#running.get(id) ?? (await this.#adopt(id));
  }

  async require(id: string): Promise<RunningServer> {
    const server = await this.find(id);
    if (server === undefined) throw new HardwareError('not-found', `server ${id} does not run`);
    return server;
  }

  async ids(): Promise<string[]> {
    return (await this.#list()).map(({ id }) => id);
  }

  async containerId(id: string): Promise<string | undefined> {
    return (await this.#inspect(id))?.Id;
  }

  async #startOnce(spec: ServerSpec, seed: Seed | undefined): Promise<void> {
    const { agent } = this.#options;
    const [anew] = await Promise.all([this.#startsAnew(spec.id), this.#serveMetadata(spec)]);
    if (!anew) return;
    const started = await this.#inspectRunning(spec.id);
    const server = processOf(started);
    await agentCall(agent, 'giveRoot', {
      server,
      disk: spec.disk,
      files: seed ? seedFiles(seed) : [],
      password: seed?.passwordHash ?? null,
      interfaces: await serverInterfaces(spec, started, this.#options.subnets),
      hosts: hostsFile(spec),
      data: spec.dataDisks,
    });
    this.#running.set(spec.id, { id: spec.id, server, disk: spec.disk });
  }

  async #serveMetadata(spec: ServerSpec): Promise<void> {
    const { subnets } = this.#options;
    await Promise.all(spec.nics.map(nic => subnets.serve(nic.subnetId, nic.address, metadataFiles(spec, nic))));
  }

  /** Starts the container. False if it runs with its root already. */
  async #startsAnew(id: string): Promise<boolean> {
    const { engine } = this.#options;
    try {
      await engine.call('starting a server', docker => this.#container(docker, id).start());
      return true;
    } catch (error) {
      if (!(error instanceof HardwareError && statusOf(error.cause) === 304)) throw error;
      return (await this.#adopt(id)) === undefined;
    }
  }

  async #adopt(id: string): Promise<RunningServer | undefined> {
    const placed = placedServer(await this.#inspect(id));
    if (placed === undefined) return undefined;
    if (!(await this.#booted(placed))) return undefined;
    const server = { id, ...placed };
    this.#running.set(id, server);
    return server;
  }

  /** A helper that does not answer is no answer: only what it knows counts. */
  async #booted(placed: PlacedServer): Promise<boolean> {
    try {
      return (await agentCall(this.#options.agent, 'observe', { ...placed })).value === true;
    } catch (error) {
      const gone = error instanceof HardwareError && error.cause instanceof AgentError && GONE.includes(error.cause.code);
      if (gone) return false;
      throw error;
    }
  }

  async #inspectRunning(id: string): Promise<Docker.ContainerInspectInfo> {
    const found = await this.#inspect(id);
    if (!found?.State.Running) throw new HardwareError('failed', `server ${id} ended while it started`);
    return found;
  }

  async #inspect(id: string): Promise<Docker.ContainerInspectInfo | undefined> {
    return await this.#options.engine.find('inspecting a server', docker => this.#container(docker, id).inspect());
  }

  async #removeContainer(id: string): Promise<void> {
    await this.#options.engine.settle('removing a server', docker => this.#container(docker, id).remove({ force: true }));
  }

  /** The kernel lets go of an ended server's mounts, but not of disks that it had as devices. A helper that does not answer does so at its next start. */
  async #letGoOfDevices(): Promise<void> {
    await this.#options.agent.call('letGoOfDevices', {}).catch(() => {});
  }

  async #list(): Promise<{ id: string; state: string }[]> {
    const { engine, labels } = this.#options;
    const filters = labels.filter('server');
    const found = await engine.call('listing servers', docker => docker.listContainers({ all: true, filters }));
    return found.map(({ Labels: own, State }) => ({ id: own[LABEL.id] ?? '', state: State }));
  }

  async #body(spec: ServerSpec): Promise<Docker.ContainerCreateOptions> {
    const { labels, subnets, stubImage, processors } = this.#options;
    const context = { labels, networkName: (id: string) => subnets.networkName(id) };
    return serverContainer(spec, { ...context, stubImage: await stubImage(), processors: await processors() });
  }

  #container(docker: Docker, id: string): Docker.Container {
    return docker.getContainer(this.#options.labels.name('server', id));
  }
}

function processOf(container: Docker.ContainerInspectInfo): ContainerProcess {
  return { pid: container.State.Pid, container: container.Id };
}

function placedServer(container: Docker.ContainerInspectInfo | undefined): PlacedServer | undefined {
  const disk = container?.Config.Labels[LABEL.disk];
  if (!container?.State.Running || disk === undefined) return undefined;
  return { server: processOf(container), disk };
}
