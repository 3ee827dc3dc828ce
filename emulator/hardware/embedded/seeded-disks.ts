import type { ChunkStore } from '../../store/disks/chunks/chunk-store.ts';
import { DiskLocks } from '../../store/disks/disk-locks.ts';
import type {
  ByteRange,
  DiskCopy,
  DiskId,
  DiskStore,
  DiskUsage,
  GroupedUsage,
  UsageOptions,
  WorkOptions,
} from '../../store/disks/disk-store.ts';
import { HardwareError, type Seed } from '../hardware.ts';
import type { DiskFiles } from './disk-files.ts';
import { seedFiles } from './first-boot.ts';
import type { MachineRecords } from './machine-records.ts';

/**
 * The disk store as the rest of the program sees it: with the seeds of first boots on the disks.
 *
 * Writing a seed into a file system takes some 20 ms and three chunks; most servers of a test run are never looked into. So a seed is
 * kept in the driver's records, as durable as if it were on the disk, and written when somebody is about to see or copy the bytes.
 * Nobody can tell the difference: every way to the bytes leads through here.
 */
export class SeededDisks implements DiskStore {
  readonly kind = 'chunks';
  readonly #store: ChunkStore;
  readonly #files: DiskFiles;
  readonly #records: MachineRecords;
  readonly #locks = new DiskLocks();
  /** Disks with a seed in the records, so that the common case is a look into memory. */
  readonly #seeded: Set<DiskId>;

  constructor(store: ChunkStore, files: DiskFiles, records: MachineRecords) {
    this.#store = store;
    this.#files = files;
    this.#records = records;
    this.#seeded = new Set(records.seededDisks());
  }

  /** Does something with the bytes of disks, their seeds on them, while nobody else changes them. */
  alone<T>(disks: readonly DiskId[], work: () => Promise<T>): Promise<T> {
    return this.#locks.run(disks, async () => {
      for (const disk of disks) await this.#settle(disk);
      return work();
    });
  }

  /** Writes the seeds of disks that still wait: for whoever reads them without keeping others from changing them. */
  async settled(disks: readonly DiskId[]): Promise<void> {
    await this.alone(disks, async () => undefined);
  }

  /** Records a seed in one transaction with what `recordStart` records. */
  seed(disk: DiskId, seed: Seed, recordStart: () => void): Promise<void> {
    return this.alone([disk], async () => {
      this.#records.atomically(() => {
        this.#records.putSeed(disk, seed);
        recordStart();
      });
      this.#seeded.add(disk);
    });
  }

  /** Forgets seeds of disks that are not there any more. */
  forget(disk: DiskId): void {
    if (!this.#seeded.has(disk)) return;
    this.#records.removeSeed(disk);
    this.#seeded.delete(disk);
  }

  create(id: DiskId, size: number): Promise<void> {
    return this.#store.create(id, size);
  }

  snapshot(copies: readonly DiskCopy[]): Promise<void> {
    const sources = copies.map(copy => copy.source);
    const targets = copies.map(copy => copy.target);
    return this.#locks.run([...sources, ...targets], async () => {
      for (const source of sources) await this.#settle(source);
      const known = await Promise.all(sources.map(source => this.#store.stat(source)));
      // Before the copy: a seed of what is replaced must not come upon what replaces it. Only if there will be a copy, though.
      if (!known.includes(undefined)) for (const target of targets) this.forget(target);
      await this.#store.snapshot(copies);
    });
  }

  stat(id: DiskId): Promise<{ size: number } | undefined> {
    return this.#store.stat(id);
  }

  list(): Promise<DiskId[]> {
    return this.#store.list();
  }

  read(id: DiskId, range: ByteRange): Promise<Buffer> {
    return this.#seeded.has(id) ? this.alone([id], () => this.#store.read(id, range)) : this.#store.read(id, range);
  }

  write(id: DiskId, offset: number, data: Uint8Array): Promise<void> {
    return this.alone([id], () => this.#store.write(id, offset, data));
  }

  /** Growth moves no bytes, so a seed can wait through it. */
  grow(id: DiskId, size: number): Promise<void> {
    return this.#store.grow(id, size);
  }

  discard(id: DiskId, range: ByteRange): Promise<void> {
    return this.alone([id], () => this.#store.discard(id, range));
  }

  remove(id: DiskId): Promise<void> {
    return this.#locks.run([id], async () => {
      this.forget(id);
      await this.#store.remove(id);
    });
  }

  async changedBetween(from: DiskId, to: DiskId): Promise<ByteRange[]> {
    await this.settled([from, to]);
    return this.#store.changedBetween(from, to);
  }

  async checksum(id: DiskId, options?: WorkOptions): Promise<string> {
    await this.settled([id]);
    return this.#store.checksum(id, options);
  }

  /** What the disk takes now: a seed that waits takes nothing yet. */
  usage(id: DiskId): Promise<DiskUsage> {
    return this.#store.usage(id);
  }

  usageOf(ids: readonly DiskId[], options?: UsageOptions): Promise<DiskUsage> {
    return this.#store.usageOf(ids, options);
  }

  usageOfGroups(groups: readonly (readonly DiskId[])[], options?: UsageOptions): Promise<GroupedUsage> {
    return this.#store.usageOfGroups(groups, options);
  }

  free(): Promise<number> {
    return this.#store.free();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Writes the seed of a disk, if there is one. To be called with the disk locked. */
  async #settle(disk: DiskId): Promise<void> {
    const seed = this.#seeded.has(disk) ? this.#records.seedOf(disk) : undefined;
    if (seed === undefined) return;
    try {
      await this.#files.write(disk, seedFiles(seed, await this.#shadowOf(disk)));
    } catch (error) {
      // What keeps the disk from being written at all (no space, damaged) is the caller's problem, too, and may pass.
      if (!(error instanceof HardwareError)) throw error;
      // A file system that cannot take the seed never will: the disk goes on without, and its server says so.
      const server = this.#records.ownerOf(disk);
      if (server) this.#records.say(server.id, `keys, password and user data could not be written to the disk: ${error.message}`);
    }
    this.forget(disk);
  }

  async #shadowOf(disk: DiskId): Promise<Buffer | undefined> {
    try {
      return await this.#files.read(disk, '/etc/shadow');
    } catch (error) {
      if (error instanceof HardwareError && error.problem === 'not-found') return undefined;
      throw error;
    }
  }
}
