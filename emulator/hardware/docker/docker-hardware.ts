/** The `docker` hardware: servers are containers that boot from their disks. See ../hardware.ts for what each method promises. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { assertDiskId, type DiskCopy, type DiskId, type WorkOptions } from '../../store/disks/disk-store.ts';
import type { AgentClient } from '../../store/disks/pool/agent-client.ts';
import { PoolStore } from '../../store/disks/pool/pool-store.ts';
import {
  type Capability,
  type ExecResult,
  type FileEntry,
  type FileTarget,
  type Hardware,
  HardwareError,
  type HardwareStatus,
  type ImageSource,
  type Materialised,
  type ObservedServer,
  type Seed,
  type ServerExit,
  type ServerSpec,
  type SubnetSpec,
} from '../hardware.ts';
import { agentCall } from './agent-call.ts';
import { ConsoleLog } from './console-log.ts';
import { Engine } from './engine.ts';
import { EngineWatch } from './engine-watch.ts';
import { execInServer } from './exec.ts';
import { DiskFiles, FILE_LIMIT } from './files.ts';
import { Helper, type PoolLimits } from './helper.ts';
import { ensureImages, type Images, imageNames } from './images.ts';
import { Labels } from './labels.ts';
import { Listeners } from './listeners.ts';
import { materialise } from './materialise.ts';
import { digest, findApplianceFolder } from './recipe.ts';
import { Registry } from './registry.ts';
import { Servers } from './servers.ts';
import { Subnets } from './subnets.ts';
import { TRIAL_ID, tryHardware } from './trial.ts';
import { remembered } from './trial-record.ts';

export interface DockerHardwareOptions extends Partial<PoolLimits> {
  /** In every label and name in the engine. */
  readonly cloudId: string;
  /** The cloud's state folder, an absolute path. The pool file and the agent's socket are made there. */
  readonly folder: string;
  readonly engine: Docker;
  /** Where the helper's recipe is; by default, in this package. */
  readonly applianceFolder?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const GIB = 2 ** 30;
const POOL_BYTES = 200 * GIB;
const STATE_FLOOR = 2 * GIB;
const POOL_FLOOR = GIB / 4;
/** A small pool holds back this part of itself. */
const POOL_FLOOR_PART = 16;
/** Exit codes of a container whose guest called reboot(2): the kernel ends its first process with SIGHUP or SIGINT. */
const EXITS: Readonly<Record<number, ServerExit['how']>> = { 129: 'reboot', 130: 'off' };

/** Opens the hardware. An engine that does not answer is a status, not an error: reconnecting goes on in the background. */
export async function openDockerHardware(options: DockerHardwareOptions): Promise<Hardware> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const hardware = new DockerHardware(options);
  await hardware.connect();
  return hardware;
}

class DockerHardware implements Hardware {
  readonly kind = 'docker';
  readonly disks: PoolStore;
  readonly #folder: string;
  readonly #engine: Engine;
  readonly #labels: Labels;
  readonly #applianceFolder: string;
  readonly #helper: Helper;
  readonly #agent: AgentClient;
  readonly #subnets: Subnets;
  readonly #servers: Servers;
  readonly #consoleLog: ConsoleLog;
  readonly #files: DiskFiles;
  readonly #registry: Registry;
  readonly #watch: EngineWatch;
  readonly #statusListeners = new Listeners<HardwareStatus>();
  readonly #exitListeners = new Listeners<ServerExit>();
  #status: HardwareStatus = { state: 'preparing', reason: 'not prepared yet' };
  #capabilities: readonly Capability[] = [];
  #images: Promise<Images> | undefined;
  #preparing: Promise<void> | undefined;
  #processors: number | undefined;
  #prepared = false;
  #closed = false;

  constructor(options: DockerHardwareOptions) {
    const { folder } = options;
    const engine = new Engine(options.engine);
    const labels = new Labels(options.cloudId);
    this.#folder = folder;
    this.#engine = engine;
    this.#labels = labels;
    this.#applianceFolder = options.applianceFolder ?? findApplianceFolder();
    const images = (): Promise<Images> => {
      this.#images ??= imageNames(this.#applianceFolder);
      return this.#images;
    };
    const poolBytes = options.poolBytes ?? POOL_BYTES;
    const limits: PoolLimits = {
      poolBytes,
      poolFloor: options.poolFloor ?? Math.min(POOL_FLOOR, Math.floor(poolBytes / POOL_FLOOR_PART)),
      stateFloor: options.stateFloor ?? STATE_FLOOR,
    };
    this.#helper = new Helper({ engine, labels, folder, limits, images, running: () => this.#servers.placed() });
    this.#agent = this.#helper.agent;
    this.disks = new PoolStore(this.#agent);
    this.#subnets = new Subnets({ engine, labels, agent: this.#agent, images });
    this.#consoleLog = new ConsoleLog({ engine, folder: join(folder, 'consoles') });
    this.#servers = new Servers({
      engine,
      labels,
      agent: this.#agent,
      subnets: this.#subnets,
      consoleLog: this.#consoleLog,
      stubImage: async () => (await images()).stub,
      processors: () => this.#processorsOf(engine),
      onEnd: (id, exitCode) => this.#exitListeners.tell({ id, how: EXITS[exitCode] ?? 'crashed' }),
    });
    this.#files = new DiskFiles({ agent: this.#agent, servers: this.#servers });
    this.#registry = new Registry({ engine, now: options.now ?? Date.now });
    this.#watch = new EngineWatch({
      engine,
      labels,
      onDeath: death => this.#onDeath(death.kind, death.id),
      onGone: reason => this.#setStatus({ state: 'unavailable', reason: `the container engine does not answer: ${reason}` }),
      onBack: () => this.#onBack(),
    });
  }

  async connect(): Promise<void> {
    await this.#watch.start();
  }

  status(): HardwareStatus {
    return this.#status;
  }

  onStatus(listener: (status: HardwareStatus) => void): () => void {
    return this.#statusListeners.add(listener);
  }

  capabilities(): readonly Capability[] {
    return this.#capabilities;
  }

  prepare(options: WorkOptions = {}): Promise<void> {
    this.#preparing ??= this.#prepare(options).finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  async materialise(source: ImageSource, disk: DiskId, options?: WorkOptions): Promise<Materialised> {
    const { version } = await imageNames(this.#applianceFolder);
    const context = { engine: this.#engine, labels: this.#labels, agent: this.#agent, registry: this.#registry, version };
    return await materialise(context, source, disk, options);
  }

  async growDisk(disk: DiskId, size: number): Promise<void> {
    assertDiskId(disk);
    await agentCall(this.#agent, 'growDisk', { disk, size });
  }

  async snapshot(copies: readonly DiskCopy[], server?: string): Promise<{ frozenMs: number }> {
    const running = server === undefined ? undefined : await this.#servers.find(server);
    return await this.disks.snapshotRunning(copies, running && { server: running.server, disk: running.disk });
  }

  async ensureSubnet(subnet: SubnetSpec): Promise<void> {
    await this.#subnets.ensure(subnet);
  }

  async removeSubnet(id: string): Promise<void> {
    await this.#subnets.remove(id);
  }

  async createServer(spec: ServerSpec): Promise<void> {
    await this.#servers.create(spec);
  }

  async startServer(spec: ServerSpec, seed?: Seed): Promise<void> {
    await this.#servers.start(spec, seed);
  }

  async stopServer(id: string, how: 'SOFT' | 'HARD'): Promise<void> {
    await this.#servers.stop(id, how);
  }

  async rebootServer(spec: ServerSpec, how: 'SOFT' | 'HARD'): Promise<void> {
    await this.#servers.stop(spec.id, how);
    await this.#servers.start(spec);
  }

  async reconfigureServer(spec: ServerSpec): Promise<void> {
    await this.#servers.create(spec);
  }

  async destroyServer(id: string): Promise<void> {
    await this.#servers.destroy(id);
  }

  async servers(): Promise<ObservedServer[]> {
    return await this.#servers.observe();
  }

  onServerExit(listener: (exit: ServerExit) => void): () => void {
    return this.#exitListeners.add(listener);
  }

  async console(id: string, offset: number): Promise<{ data: Buffer; next: number }> {
    const container = await this.#servers.containerId(id);
    if (container === undefined) throw new HardwareError('not-found', `there is no server ${id}`);
    return await this.#consoleLog.read(id, container, offset);
  }

  async exec(id: string, command: readonly string[], { timeoutMs }: { timeoutMs: number }): Promise<ExecResult> {
    const { server } = await this.#servers.require(id);
    return await execInServer({
      engine: this.#engine,
      server,
      command,
      timeoutMs,
      endProcess: async process => void (await agentCall(this.#agent, 'endProcess', { server: process })),
    });
  }

  async listFiles(at: FileTarget, path: string): Promise<FileEntry[]> {
    return await this.#files.list(at, path);
  }

  async readFile(at: FileTarget, path: string, range = { offset: 0, length: FILE_LIMIT }): Promise<Buffer> {
    return await this.#files.read(at, path, range);
  }

  async writeFile(at: FileTarget, path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    await this.#files.write(at, path, data, options?.mode);
  }

  async sweep(keep: {
    servers: ReadonlySet<string>;
    subnets: ReadonlySet<string>;
    disks: ReadonlySet<DiskId>;
  }): Promise<string[]> {
    const removed: string[] = [];
    const servers = (await this.#servers.ids()).filter(id => !keep.servers.has(id));
    for (const id of servers) {
      await this.#servers.destroy(id);
      removed.push(`server ${id}`);
    }
    for (const id of (await this.#subnets.ids()).filter(id => !keep.subnets.has(id))) {
      await this.#subnets.remove(id);
      removed.push(`subnet ${id}`);
    }
    for (const id of (await this.disks.list()).filter(id => !keep.disks.has(id))) {
      await this.disks.remove(id);
      removed.push(`disk ${id}`);
    }
    return removed;
  }

  async close({ keepRunning = false }: { keepRunning?: boolean } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (!keepRunning && this.#status.state !== 'unavailable') {
      await this.#servers.stopAll();
      await this.#subnets.stopServices();
    }
    await this.#letGo('the hardware is closed');
  }

  async dismantle(): Promise<void> {
    this.#closed = true;
    await this.#letGo('the hardware is dismantled');
    await removeEverything(new Engine(this.#engine.docker), this.#labels);
    await this.#consoleLog.removeAll();
  }

  async #letGo(reason: string): Promise<void> {
    await this.#watch.stop();
    await this.#helper.stop({ engineAnswers: this.#status.state !== 'unavailable' });
    await this.disks.close();
    this.#engine.close();
    this.#setStatus({ state: 'unavailable', reason });
  }

  async #prepare(options: WorkOptions): Promise<void> {
    try {
      await ensureImages({ engine: this.#engine, registry: this.#registry, applianceFolder: this.#applianceFolder }, options);
      options.signal?.throwIfAborted();
      await this.#helper.ensure();
      this.#capabilities = await this.#try();
      this.#prepared = true;
      this.#setStatus({ state: 'ready' });
    } catch (error) {
      if (this.#status.state === 'preparing') {
        this.#setStatus({ state: 'preparing', reason: error instanceof Error ? error.message : String(error) });
      }
      throw error;
    }
  }

  async #try(): Promise<readonly Capability[]> {
    const { version } = await imageNames(this.#applianceFolder);
    const { ServerVersion, KernelVersion } = await this.#engine.call('asking about the engine', docker => docker.info());
    return await remembered(join(this.#folder, 'trial.json'), digest([version, ServerVersion, KernelVersion]), () =>
      tryHardware({
        agent: this.#agent,
        servers: this.#servers,
        version,
        exec: async command => (await this.exec(TRIAL_ID, command, { timeoutMs: 10_000 })).stdout.toString(),
      }),
    );
  }

  #onDeath(kind: string, id: string): void {
    if (kind === 'server') inBackground(this.#servers.noticeDeath(id));
    if (kind === 'metadata') this.#subnets.forget(id);
    if (kind === 'helper' && this.#prepared && !this.#closed) inBackground(this.#helper.ensure());
  }

  async #onBack(): Promise<void> {
    this.#subnets.forget();
    if (this.#prepared) {
      await this.#helper.ensure();
      await this.#servers.noticeDeaths();
      this.#setStatus({ state: 'ready' });
    } else {
      this.#setStatus({ state: 'preparing', reason: 'not prepared yet' });
    }
  }

  /** Asked once: it takes the engine as long as a create. */
  async #processorsOf(engine: Engine): Promise<number> {
    const known = this.#processors ?? (await engine.call('asking about the engine', docker => docker.info())).NCPU;
    this.#processors = known;
    return known;
  }

  #setStatus(status: HardwareStatus): void {
    if (status.state === this.#status.state && status.reason === this.#status.reason) return;
    this.#status = status;
    this.#statusListeners.tell(status);
  }
}

/** What follows from an event has no caller to fail: the next call meets the same trouble and reports it. */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => {});
}

/** By their labels, whatever made them. Containers first: a network in use cannot go. */
async function removeEverything(engine: Engine, labels: Labels): Promise<void> {
  const filters = labels.filter();
  const containers = await engine.call('listing containers', docker => docker.listContainers({ all: true, filters }));
  for (const { Id } of containers) {
    await engine.settle('removing a container', docker => docker.getContainer(Id).remove({ force: true }));
  }
  const networks = await engine.call('listing networks', docker => docker.listNetworks({ filters }));
  for (const { Id } of networks) await engine.settle('removing a network', docker => docker.getNetwork(Id).remove());
}
