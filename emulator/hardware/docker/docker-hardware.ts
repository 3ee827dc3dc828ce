/** The `docker` hardware: servers are containers that boot from their disks. See ../hardware.ts for what each method promises. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { DiskCopy, DiskId, WorkOptions } from '../../store/disks/disk-store.ts';
import type { PoolStore } from '../../store/disks/pool/pool-store.ts';
import {
  type AddressBinding,
  type Capability,
  type DiskMount,
  type ExecResult,
  type FileDifference,
  type FileEntry,
  type FileTarget,
  type Hardware,
  HardwareError,
  type HardwareStatus,
  type ImageSource,
  type KnownIds,
  type Materialised,
  type NicSpec,
  type ObservedServer,
  type Seed,
  type ServerExit,
  type ServerSpec,
  type SubnetSpec,
} from '../hardware.ts';
import { agentCall } from './agent-call.ts';
import { capabilities } from './capabilities.ts';
import { removeEverything, removeServers, sweepEngine } from './cleaning.ts';
import { assembleParts, type DriverParts } from './driver-parts.ts';
import { Engine } from './engine.ts';
import { EngineWatch } from './engine-watch.ts';
import { execInServer } from './exec.ts';
import { type CompareOptions, FILE_LIMIT } from './files.ts';
import { ensureImages, imageNames } from './images.ts';
import { Listeners } from './listeners.ts';
import { materialise } from './materialise.ts';
import { type PoolLimits, poolLimits } from './pool-limits.ts';
import { digest, findApplianceFolder } from './recipe.ts';
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

const NOT_PREPARED: HardwareStatus = { state: 'preparing', reason: 'not prepared yet' };
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
  readonly #applianceFolder: string;
  readonly #parts: DriverParts;
  readonly #watch: EngineWatch;
  readonly #statusListeners = new Listeners<HardwareStatus>();
  readonly #exitListeners = new Listeners<ServerExit>();
  #status: HardwareStatus = NOT_PREPARED;
  #capabilities: readonly Capability[] = [];
  #preparing: Promise<void> | undefined;
  #prepared = false;
  #closed = false;

  constructor(options: DockerHardwareOptions) {
    this.#folder = options.folder;
    this.#applianceFolder = options.applianceFolder ?? findApplianceFolder();
    const onEnd = (id: string, exitCode: number): void => this.#exitListeners.tell({ id, how: EXITS[exitCode] ?? 'crashed' });
    this.#parts = assembleParts({ ...options, applianceFolder: this.#applianceFolder, limits: poolLimits(options), onEnd });
    this.disks = this.#parts.disks;
    const { engine, labels } = this.#parts;
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
    return await materialise({ ...this.#parts, version }, source, disk, options);
  }

  async growDisk(disk: DiskId, size: number): Promise<void> {
    await this.#parts.dataDisks.grow(disk, size);
  }

  async formatDisk(disk: DiskId): Promise<void> {
    await this.#parts.dataDisks.format(disk);
  }

  async snapshot(copies: readonly DiskCopy[]): Promise<{ frozenMs: number }> {
    return await this.disks.snapshotInUse(copies);
  }

  async ensureSubnet(subnet: SubnetSpec): Promise<void> {
    await this.#parts.subnets.ensure(subnet);
  }

  async removeSubnet(id: string): Promise<void> {
    await this.#parts.subnets.remove(id);
  }

  async createServer(spec: ServerSpec): Promise<void> {
    await this.#parts.servers.create(spec);
  }

  async startServer(spec: ServerSpec, seed?: Seed): Promise<void> {
    this.#parts.dataDisks.noteStart(spec);
    await this.#parts.servers.start(spec, seed);
  }

  async stopServer(id: string, how: 'SOFT' | 'HARD'): Promise<void> {
    await this.#parts.servers.stop(id, how);
  }

  async rebootServer(spec: ServerSpec, how: 'SOFT' | 'HARD'): Promise<void> {
    await this.#parts.servers.stop(spec.id, how);
    await this.startServer(spec);
  }

  async reconfigureServer(spec: ServerSpec): Promise<void> {
    await this.#parts.servers.create(spec);
  }

  async destroyServer(id: string): Promise<void> {
    await this.#parts.servers.destroy(id);
    this.#parts.dataDisks.forget(id);
  }

  async attachDisk(server: string, mount: DiskMount): Promise<void> {
    await this.#parts.dataDisks.attach(server, mount);
  }

  async detachDisk(server: string, disk: DiskId, options?: { force?: boolean }): Promise<void> {
    await this.#parts.dataDisks.detach(server, disk, options);
  }

  async attachNic(spec: ServerSpec, nic: NicSpec): Promise<void> {
    await this.#parts.nics.attach(spec, nic);
  }

  async detachNic(spec: ServerSpec, nic: NicSpec): Promise<void> {
    await this.#parts.nics.detach(spec, nic);
  }

  async bindAddress(binding: AddressBinding): Promise<void> {
    await this.#parts.addresses.bind(binding);
  }

  async releaseAddress(id: string): Promise<void> {
    await this.#parts.addresses.release(id);
  }

  async servers(): Promise<ObservedServer[]> {
    return await this.#parts.servers.observe();
  }

  onServerExit(listener: (exit: ServerExit) => void): () => void {
    return this.#exitListeners.add(listener);
  }

  async console(id: string, offset: number): Promise<{ data: Buffer; next: number }> {
    const container = await this.#parts.servers.containerId(id);
    if (container === undefined) throw new HardwareError('not-found', `there is no server ${id}`);
    return await this.#parts.consoleLog.read(id, container, offset);
  }

  async exec(id: string, command: readonly string[], { timeoutMs }: { timeoutMs: number }): Promise<ExecResult> {
    const { server } = await this.#parts.servers.require(id);
    return await execInServer({
      engine: this.#parts.engine,
      server,
      command,
      timeoutMs,
      endProcess: async process => void (await agentCall(this.#parts.agent, 'endProcess', { server: process })),
    });
  }

  async listFiles(at: FileTarget, path: string): Promise<FileEntry[]> {
    return await this.#parts.files.list(at, path);
  }

  async readFile(at: FileTarget, path: string, range = { offset: 0, length: FILE_LIMIT }): Promise<Buffer> {
    return await this.#parts.files.read(at, path, range);
  }

  async compareFiles(from: FileTarget, to: FileTarget, options: CompareOptions): Promise<FileDifference[]> {
    return await this.#parts.files.compare(from, to, options);
  }

  async writeFile(at: FileTarget, path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    await this.#parts.files.write(at, path, data, options?.mode);
  }

  async sweep(known: KnownIds): Promise<string[]> {
    return await sweepEngine(this.#parts, known);
  }

  async close({ keepRunning = false }: { keepRunning?: boolean } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (!keepRunning && this.#status.state !== 'unavailable') {
        await this.#parts.servers.stopAll();
        await this.#parts.addresses.stopAll();
        await this.#parts.subnets.stopServices();
      }
    } finally {
      await this.#letGo('the hardware is closed');
    }
  }

  async dismantle(): Promise<void> {
    this.#closed = true;
    await this.#removeServers();
    await this.#letGo('the hardware is dismantled');
    await removeEverything(new Engine(this.#parts.engine.docker), this.#parts.labels);
    await this.#parts.consoleLog.removeAll();
  }

  /** A helper that cannot be had any more leaves devices behind, but must not keep anyone from removing the rest. */
  async #removeServers(): Promise<void> {
    const { engine, labels, helper } = this.#parts;
    if (this.#status.state === 'unavailable') return;
    await removeServers(engine, labels);
    await helper.letGoOfDevices().catch(() => {});
  }

  async #letGo(reason: string): Promise<void> {
    await this.#watch.stop();
    await this.#parts.helper.stop({ engineAnswers: this.#status.state !== 'unavailable' });
    await this.disks.close();
    this.#parts.engine.close();
    this.#setStatus({ state: 'unavailable', reason });
  }

  async #prepare(options: WorkOptions): Promise<void> {
    try {
      await ensureImages({ ...this.#parts, applianceFolder: this.#applianceFolder }, options);
      options.signal?.throwIfAborted();
      await this.#parts.helper.ensure();
      this.#capabilities = await this.#try();
      await this.#parts.addresses.restore();
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
    const { version, helper } = await imageNames(this.#applianceFolder);
    const { ServerVersion, KernelVersion } = await this.#parts.engine.call('asking about the engine', docker => docker.info());
    const outcome = await remembered(join(this.#folder, 'trial.json'), digest([version, ServerVersion, KernelVersion]), () =>
      tryHardware({
        ...this.#parts,
        version,
        image: helper,
        exec: async command => (await this.exec(TRIAL_ID, command, { timeoutMs: 10_000 })).stdout.toString(),
      }),
    );
    return capabilities(outcome);
  }

  #onDeath(kind: string, id: string): void {
    if (kind === 'server') inBackground(this.#parts.servers.noticeDeath(id));
    if (kind === 'metadata') inBackground(this.#parts.subnets.noticeDeath(id));
    if (kind === 'address' && !this.#closed) inBackground(this.#parts.addresses.noticeDeath(id));
    if (kind === 'helper' && this.#prepared && !this.#closed) inBackground(this.#parts.helper.ensure());
  }

  async #onBack(): Promise<void> {
    this.#parts.subnets.forget();
    if (this.#prepared) {
      await this.#parts.helper.ensure();
      await this.#parts.servers.noticeDeaths();
      await this.#parts.addresses.restore();
      this.#setStatus({ state: 'ready' });
    } else {
      this.#setStatus(NOT_PREPARED);
    }
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
