import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkStore } from '../../store/disks/chunks/chunk-store.ts';
import { type DiskCopy, type DiskId, type DiskStore, DiskStoreError, type WorkOptions } from '../../store/disks/disk-store.ts';
import { KIB } from '../../units.ts';
import {
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
  type ServerSpec,
} from '../hardware.ts';
import { sweepStrays } from '../sweep-strays.ts';
import { baseSystem, PLACEHOLDER_REASON } from './base-system.ts';
import { CAPABILITIES, unsupported } from './capabilities.ts';
import { DataDisks } from './data-disks.ts';
import { DiskFiles } from './disk-files.ts';
import { emptyFileSystem } from './empty-file-system.ts';
import type { CompareOptions } from './file-system/compare-folders.ts';
import { formatDisk } from './format-disk.ts';
import { type MachineRecords, openMachineRecords } from './machine-records.ts';
import { SeededDisks } from './seeded-disks.ts';

export interface EmbeddedHardwareOptions {
  /** Where the driver keeps what it knows of servers; made where there is none. */
  readonly folder: string;
  /** The store for the disks. The driver closes it; from now on it is used as `hardware.disks` only. */
  readonly disks: ChunkStore;
  /** Stamps the lines of the console. Default: the time of the machine. */
  readonly now?: () => Date;
  /** How long two disks may be compared, in milliseconds. Default: as long as on `docker`. */
  readonly compareMs?: number;
}

const COMPARE_MS = 300_000;

/** Most bytes of a console in one answer. */
const CONSOLE_BYTES = 256 * KIB;

/** Opens the hardware that needs Node alone: servers are a state machine, their disks are real. */
export async function openEmbeddedHardware({
  folder,
  disks,
  now = () => new Date(),
  compareMs = COMPARE_MS,
}: EmbeddedHardwareOptions): Promise<Hardware> {
  await mkdir(folder, { recursive: true });
  return new EmbeddedHardware(disks, openMachineRecords(join(folder, 'machines.db'), now), now, compareMs);
}

class EmbeddedHardware implements Hardware {
  readonly kind = 'embedded';
  readonly #store: ChunkStore;
  readonly #records: MachineRecords;
  readonly #files: DiskFiles;
  readonly #disks: SeededDisks;
  readonly #dataDisks: DataDisks;
  readonly #now: () => Date;
  readonly #listeners = new Set<(status: HardwareStatus) => void>();
  #status: HardwareStatus = { state: 'ready' };
  #closing: Promise<void> | undefined;

  constructor(store: ChunkStore, records: MachineRecords, now: () => Date, compareMs: number) {
    this.#store = store;
    this.#records = records;
    this.#files = new DiskFiles(store, compareMs);
    this.#disks = new SeededDisks(store, this.#files, records);
    this.#dataDisks = new DataDisks(records);
    this.#now = now;
  }

  get disks(): DiskStore {
    return this.#disks;
  }

  status(): HardwareStatus {
    return this.#status;
  }

  onStatus(listener: (status: HardwareStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  capabilities(): readonly Capability[] {
    return CAPABILITIES;
  }

  /** Nothing has to be made ready. */
  async prepare({ signal }: WorkOptions = {}): Promise<void> {
    this.#assertOpen();
    signal?.throwIfAborted();
  }

  async materialise(source: ImageSource, disk: DiskId, { onProgress, signal }: WorkOptions = {}): Promise<Materialised> {
    this.#assertOpen();
    signal?.throwIfAborted();
    const { size, blocks } = await emptyFileSystem();
    await this.#disks.remove(disk);
    try {
      await this.#disks.alone([disk], async () => {
        await this.#store.create(disk, size);
        await this.#store.writeAll(disk, blocks);
        onProgress?.(size / 2, size);
        signal?.throwIfAborted();
        await this.#files.apply(disk, baseSystem(source));
        signal?.throwIfAborted();
      });
    } catch (error) {
      await this.#disks.remove(disk);
      throw error;
    }
    onProgress?.(size, size);
    return { content: 'PLACEHOLDER', reason: PLACEHOLDER_REASON };
  }

  async growDisk(disk: DiskId, size: number): Promise<void> {
    this.#assertOpen();
    // A data disk may grow in use: nothing runs that could be in the middle of anything.
    const user = this.#records.ownerOf(disk);
    if (user?.state === 'RUNNING') throw new HardwareError('busy', `disk ${disk} is in use by the running server ${user.id}`);
    await this.#disks.grow(disk, size);
  }

  async formatDisk(disk: DiskId): Promise<void> {
    this.#assertOpen();
    await this.#disks.alone([disk], async () => {
      this.#dataDisks.assertUnused(disk);
      await formatDisk(this.#store, disk, this.#now());
    });
  }

  /** Nothing runs that could be in the middle of a write, so no server has to be frozen. */
  async snapshot(copies: readonly DiskCopy[]): Promise<{ frozenMs: number }> {
    this.#assertOpen();
    await this.#disks.snapshot(copies);
    return { frozenMs: 0 };
  }

  /** Networks are records of the cloud; the hardware has nothing to make for them. */
  async ensureSubnet(): Promise<void> {
    this.#assertOpen();
  }

  async removeSubnet(): Promise<void> {
    this.#assertOpen();
  }

  async createServer(spec: ServerSpec): Promise<void> {
    this.#assertOpen();
    await this.#assertDisks(spec);
    this.#records.put(spec);
  }

  async startServer(spec: ServerSpec, seed?: Seed): Promise<void> {
    this.#assertOpen();
    await this.#assertDisks(spec);
    const recordStart = (): void => {
      const isRunning = this.#records.find(spec.id)?.state === 'RUNNING';
      this.#records.put(spec);
      if (isRunning) return;
      this.#records.turn(spec.id, 'RUNNING', `power on, ${spec.hostname} (no processes)`);
      this.#dataDisks.replace(spec.id, spec.dataDisks);
    };
    if (seed) await this.#disks.seed(spec.disk, seed, recordStart);
    else this.#records.atomically(recordStart);
  }

  async stopServer(id: string, how: 'SOFT' | 'HARD'): Promise<void> {
    this.#assertOpen();
    this.#records.atomically(() => {
      const { state } = this.#records.require(id);
      if (state === 'RUNNING') this.#records.turn(id, 'STOPPED', how === 'SOFT' ? 'shut down' : 'power off');
    });
  }

  async rebootServer(spec: ServerSpec, how: 'SOFT' | 'HARD'): Promise<void> {
    this.#assertOpen();
    await this.#assertDisks(spec);
    this.#records.atomically(() => {
      this.#records.require(spec.id);
      this.#records.put(spec);
      this.#records.turn(spec.id, 'RUNNING', how === 'SOFT' ? 'reboot' : 'reset');
      this.#dataDisks.replace(spec.id, spec.dataDisks);
    });
  }

  async reconfigureServer(spec: ServerSpec): Promise<void> {
    this.#assertOpen();
    await this.#assertDisks(spec);
    this.#records.atomically(() => {
      if (this.#records.require(spec.id).state === 'RUNNING') {
        throw new HardwareError('busy', `server ${spec.id} runs: it is stopped before it is changed`);
      }
      this.#records.put(spec);
      const { hostname, vcpus, memoryMiB } = spec;
      this.#records.say(spec.id, `now ${hostname}, ${vcpus} vCPUs, ${memoryMiB} MiB of memory`);
    });
  }

  async destroyServer(id: string): Promise<void> {
    this.#assertOpen();
    this.#records.remove(id);
  }

  async attachDisk(server: string, mount: DiskMount): Promise<void> {
    this.#assertOpen();
    await this.#assertDisk(mount.disk);
    this.#dataDisks.attach(server, mount);
  }

  async detachDisk(server: string, disk: DiskId): Promise<void> {
    this.#assertOpen();
    this.#dataDisks.detach(server, disk);
  }

  /** Interfaces are records of the cloud, as networks are. */
  async attachNic(spec: ServerSpec, _nic: NicSpec): Promise<void> {
    this.#assertOpen();
    this.#records.require(spec.id);
  }

  async detachNic(spec: ServerSpec, _nic: NicSpec): Promise<void> {
    this.#assertOpen();
    this.#records.require(spec.id);
  }

  async bindAddress(): Promise<void> {
    this.#assertOpen();
    throw unsupported('publicAddresses');
  }

  /** None is ever bound. */
  async releaseAddress(): Promise<void> {
    this.#assertOpen();
  }

  async servers(): Promise<ObservedServer[]> {
    this.#assertOpen();
    return this.#records.all().map(({ id, state }) => ({ id, state }));
  }

  /** Nothing runs on the servers, so none ever goes off by itself. */
  onServerExit(): () => void {
    return () => undefined;
  }

  async console(id: string, offset: number): Promise<{ data: Buffer; next: number }> {
    this.#assertOpen();
    this.#records.require(id);
    const lines = this.#records.lines(id, offset, CONSOLE_BYTES);
    const start = lines[0]?.offset ?? offset;
    const from = Math.max(offset, start);
    const all = Buffer.from(lines.map(line => line.text).join(''));
    const data = all.subarray(from - start, from - start + CONSOLE_BYTES);
    return { data, next: from + data.length };
  }

  async exec(): Promise<ExecResult> {
    throw unsupported('exec');
  }

  async listFiles({ disk }: FileTarget, path: string): Promise<FileEntry[]> {
    this.#assertOpen();
    return this.#disks.alone([disk], () => this.#files.list(disk, path));
  }

  async readFile({ disk }: FileTarget, path: string, range?: { offset: number; length: number }): Promise<Buffer> {
    this.#assertOpen();
    return this.#disks.alone([disk], () => this.#files.read(disk, path, range));
  }

  async compareFiles(from: FileTarget, to: FileTarget, options: CompareOptions): Promise<FileDifference[]> {
    this.#assertOpen();
    await this.#disks.settled([from.disk, to.disk]);
    return this.#files.compare(from.disk, to.disk, options);
  }

  async writeFile(at: FileTarget, path: string, data: Uint8Array, { mode }: { mode?: number } = {}): Promise<void> {
    this.#assertOpen();
    await this.#disks.alone([at.disk], async () => {
      this.#dataDisks.assertWritable(at);
      await this.#files.write(at.disk, [{ path, data, mode }]);
    });
  }

  async sweep(known: KnownIds): Promise<string[]> {
    this.#assertOpen();
    const seeded = this.#records.seededDisks();
    const removed = await sweepStrays(
      [
        {
          kind: 'server',
          list: async () => this.#records.all().map(({ id }) => id),
          remove: async id => this.#records.remove(id),
        },
        { kind: 'disk', list: () => this.#disks.list(), remove: id => this.#disks.remove(id) },
      ],
      known,
    );
    const alive = await known('disk', seeded);
    for (const id of seeded) if (!alive.has(id)) this.#disks.forget(id);
    return removed;
  }

  close({ keepRunning = false }: { keepRunning?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(keepRunning);
    return this.#closing;
  }

  async dismantle(): Promise<void> {
    this.#assertOpen();
    this.#records.atomically(() => {
      for (const { id } of this.#records.all()) this.#records.remove(id);
    });
  }

  async #close(keepRunning: boolean): Promise<void> {
    this.#status = { state: 'unavailable', reason: 'the hardware is closed' };
    for (const listener of this.#listeners) listener(this.#status);
    this.#listeners.clear();
    await this.#store.close();
    await this.#files.close();
    if (!keepRunning) {
      this.#records.atomically(() => {
        for (const { id, state } of this.#records.all()) {
          if (state === 'RUNNING') this.#records.turn(id, 'STOPPED', 'power off, the cloud was shut down');
        }
      });
    }
    await this.#records.close();
  }

  #assertOpen(): void {
    if (this.#status.state !== 'ready') throw new HardwareError('unavailable', this.#status.reason ?? 'the hardware is closed');
  }

  async #assertDisks({ disk, dataDisks }: ServerSpec): Promise<void> {
    for (const one of [disk, ...dataDisks.map(mount => mount.disk)]) await this.#assertDisk(one);
  }

  async #assertDisk(disk: DiskId): Promise<void> {
    if ((await this.#store.stat(disk)) === undefined) throw new DiskStoreError('not-found', `there is no disk ${disk}`);
  }
}
