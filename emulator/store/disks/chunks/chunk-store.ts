import { Turns } from '../../turns.ts';
import { DiskLocks } from '../disk-locks.ts';
import {
  assertDiskId,
  assertGroups,
  type ByteRange,
  type DiskCopy,
  type DiskId,
  type DiskStore,
  DiskStoreError,
  type DiskUsage,
  type GroupedUsage,
  PIECE,
  type UsageOptions,
  type WorkOptions,
} from '../disk-store.ts';
import { baseFor } from './base-choice.ts';
import { blockDifferences, type DisksApart } from './block-differences.ts';
import { appendRange } from './byte-ranges.ts';
import { checksumOf } from './checksum.ts';
import { asDiskStoreError } from './chunk-index.ts';
import { assertRange, assertSize } from './disk-bounds.ts';
import type { DiskRow } from './disk-table.ts';
import { discardedPieces, grownPieces, type Original, writtenPieces } from './piece-edits.ts';
import type { PieceContent } from './piece-storage.ts';
import { MissingNodeError, type PieceChange, type PieceDifference } from './piece-tree.ts';
import { type DiskWrite, pieceCount, pieceLength } from './pieces.ts';
import { readPieces } from './read-pieces.ts';
import { openParts, type StoreParts } from './store-parts.ts';
import { type CountedDisk, groupsById, usageOf } from './usage.ts';

export interface ChunkStoreOptions {
  /** Where the index and the chunk files are; made where there is none. */
  readonly folder: string;
  /** Bytes of the file system that disks never use. Default 0. */
  readonly floorBytes?: number;
  /** Bytes that the chunk files may take in all. Default: no limit but the file system's. */
  readonly quotaBytes?: number;
}

/**
 * Opens the disk store for Node alone: disks are trees of 1 MiB chunks, equal chunks are kept once, holes are free.
 * What a crash left half-made is removed in the background.
 */
export async function openChunkStore({ folder, floorBytes = 0, quotaBytes = Infinity }: ChunkStoreOptions): Promise<ChunkStore> {
  return new ChunkStore(openParts(folder, { floorBytes, quotaBytes }));
}

/** A disk as it was at one moment. */
export interface DiskView {
  readonly size: number;
  read(offset: number, length: number): Promise<Buffer>;
}

export class ChunkStore implements DiskStore {
  readonly kind = 'chunks';
  readonly #parts: StoreParts;
  readonly #locks = new DiskLocks();
  readonly #turns = new Turns();
  readonly #atWork = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** See openChunkStore. */
  constructor(parts: StoreParts) {
    this.#parts = parts;
    // Whatever fails here is tried again at the next opening, and by whoever frees space until then.
    this.#work(() => this.#sweep()).catch(() => undefined);
  }

  create(id: DiskId, size: number): Promise<void> {
    return this.#change([id], () => {
      assertSize(id, size);
      const existing = this.#parts.disks.find(id);
      if (existing === undefined)
        this.#parts.disks.put(id, { size, ...this.#parts.tree.raise({ node: 0, height: 0 }, pieceCount(size)) });
      else if (existing.size !== size) throw new DiskStoreError('exists', `disk ${id} exists with ${existing.size} bytes`);
    });
  }

  async snapshot(copies: readonly DiskCopy[]): Promise<void> {
    for (const { source } of copies) assertDiskId(source);
    const targets = copies.map(copy => copy.target);
    return this.#change(targets, () => {
      this.#parts.inTransaction(() => {
        const points = copies.map(copy => ({ ...copy, disk: this.#parts.disks.require(copy.source) }));
        for (const { disk } of points) this.#parts.tree.retain(disk);
        for (const { target, disk } of points) {
          const replaced = this.#parts.disks.find(target);
          if (replaced !== undefined) this.#parts.tree.release(replaced);
          this.#parts.disks.put(target, disk);
        }
      });
      this.#parts.reclaimer.start();
    });
  }

  stat(id: DiskId): Promise<{ size: number } | undefined> {
    return this.#look(id, () => {
      const disk = this.#parts.disks.find(id);
      return disk && { size: disk.size };
    });
  }

  list(): Promise<DiskId[]> {
    return this.#work(() => this.#parts.disks.ids());
  }

  read(id: DiskId, range: ByteRange): Promise<Buffer> {
    return this.#look(id, async () => {
      const disk = this.#parts.disks.require(id);
      assertRange(id, disk.size, range);
      const pieces = this.#parts.tree.lookup(disk, ...piecesOf(range));
      return readPieces(this.#parts.storage, { id, size: disk.size, pieces }, range);
    });
  }

  write(id: DiskId, offset: number, data: Uint8Array): Promise<void> {
    return this.writeAll(id, [{ offset, data }]);
  }

  /** Several writes to one disk, in the order given, all or nothing. */
  writeAll(id: DiskId, writes: readonly DiskWrite[]): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#disk(id);
      for (const { offset, data } of writes) assertRange(id, disk.size, { offset, length: data.length });
      await this.#store(id, await writtenPieces(disk, writes));
    });
  }

  grow(id: DiskId, size: number): Promise<void> {
    return this.#change([id], async () => {
      assertSize(id, size);
      const disk = this.#disk(id);
      if (size < disk.size)
        throw new DiskStoreError('out-of-range', `disk ${id} has ${disk.size} bytes, it cannot become smaller`);
      const pieces = await grownPieces(disk, size);
      await this.#store(id, pieces, row => ({ size, ...this.#parts.tree.raise(row, pieceCount(size)) }));
    });
  }

  discard(id: DiskId, range: ByteRange): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#disk(id);
      assertRange(id, disk.size, range);
      const { holes, rest } = await discardedPieces(disk, range);
      await this.#store(id, rest, row => ({ size: row.size, ...this.#parts.tree.clear(row, holes.from, holes.to) }));
    });
  }

  remove(id: DiskId): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#parts.disks.find(id);
      if (disk === undefined) return;
      this.#parts.inTransaction(() => {
        this.#parts.disks.remove(id);
        this.#parts.tree.release(disk);
      });
      await this.#parts.reclaimer.finish();
    });
  }

  changedBetween(from: DiskId, to: DiskId): Promise<ByteRange[]> {
    return this.#work(() =>
      // Locked while the index is looked at only: to read what differs takes long, and a chunk that is held does not change.
      this.#parts.storage.holding([], async hold =>
        blockDifferences(await this.#bothAtOnce(from, to, rows => this.#apart(...rows, hold)), {
          ...this.#parts,
          turns: this.#turns,
        }),
      ),
    );
  }

  /**
   * Lets `work` read two disks as they are now, whatever becomes of them meanwhile. `changed`: where they may differ, by whole pieces; it is from the
   * index alone, so it costs no reading.
   */
  async comparing<T>(
    from: DiskId,
    to: DiskId,
    work: (before: DiskView, after: DiskView, changed: ByteRange[]) => Promise<T>,
  ): Promise<T> {
    return this.#parts.storage.holding([], async hold => {
      const { before, after, changed } = await this.#bothAtOnce(from, to, async rows => {
        const { pieces, sizes } = await this.#apart(...rows);
        const ranges: ByteRange[] = [];
        for (const { piece } of pieces) appendRange(ranges, { offset: piece * PIECE, length: PIECE }, Math.max(...sizes));
        return { before: await this.#view(from, rows[0], hold), after: await this.#view(to, rows[1], hold), changed: ranges };
      });
      return work(before, after, changed);
    });
  }

  checksum(id: DiskId, options: WorkOptions = {}): Promise<string> {
    return this.#look(id, async () => {
      options.signal?.throwIfAborted();
      const { size, ...root } = this.#parts.disks.require(id);
      const pieces = this.#parts.tree.lookup(root, 0, pieceCount(size));
      return this.#parts.storage.holding(
        pieces.map(([, chunk]) => chunk),
        () => checksumOf(this.#parts, { id, size, pieces }, options),
      );
    });
  }

  async usage(id: DiskId): Promise<DiskUsage> {
    assertDiskId(id);
    return (await this.#usageOf([[id]], one => this.#parts.disks.require(one))).total;
  }

  async usageOf(ids: readonly DiskId[], options?: UsageOptions): Promise<DiskUsage> {
    return (await this.usageOfGroups([ids], options)).total;
  }

  usageOfGroups(groups: readonly (readonly DiskId[])[], options?: UsageOptions): Promise<GroupedUsage> {
    return this.#usageOf(groups, id => this.#parts.disks.find(id), options);
  }

  /** Under the locks of the disks, since what is large is looked at in slices. */
  async #usageOf(
    groups: readonly (readonly DiskId[])[],
    find: (id: DiskId) => DiskRow | undefined,
    options?: UsageOptions,
  ): Promise<GroupedUsage> {
    assertGroups(groups);
    const wanted = groupsById(groups);
    return this.#change([...wanted.keys()], async () => {
      options?.signal?.throwIfAborted();
      // What is being freed still counts its references: only afterwards is it certain who shares what.
      await this.#parts.reclaimer.finish();
      const disks: CountedDisk[] = [];
      for (const [id, bits] of wanted) {
        const disk = find(id);
        if (disk !== undefined) disks.push({ ...disk, groups: bits });
        await this.#turns.next();
      }
      return usageOf(disks, groups.length, { ...this.#parts, turns: this.#turns }, options);
    });
  }

  free(): Promise<number> {
    return this.#work(() => this.#parts.room.free());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { reclaimer, hasher, checkpoints, ids, db, unlock } = this.#parts;
    await Promise.allSettled(this.#atWork);
    await reclaimer.stop();
    await hasher.close();
    await checkpoints.settled();
    ids.close();
    db.close();
    unlock();
  }

  /** A disk that is about to be changed. To be called with the disk locked. */
  #disk(id: DiskId): Original {
    const { disks, tree, storage } = this.#parts;
    const row = disks.require(id);
    const copyOf = async (piece: number): Promise<Buffer> => {
      const length = pieceLength(row.size, piece);
      const [found] = tree.lookup(row, piece, piece + 1);
      if (found === undefined) return Buffer.alloc(length);
      const [, chunk] = found;
      return storage.holding([chunk], async () => Buffer.from(await storage.load(chunk, length, id)));
    };
    return { size: row.size, copyOf, baseFor: piece => baseFor(this.#parts, row, piece) };
  }

  /** Looks at two disks under the locks of both, since trees are looked at a leaf at a time. */
  #bothAtOnce<T>(from: DiskId, to: DiskId, work: (disks: readonly [before: DiskRow, after: DiskRow]) => Promise<T>): Promise<T> {
    return this.#change([from, to], () => work([this.#parts.disks.require(from), this.#parts.disks.require(to)]));
  }

  /** Which pieces of two disks differ. To be called with the disks locked. */
  async #apart(before: DiskRow, after: DiskRow, hold: (chunk: number) => void = () => undefined): Promise<DisksApart> {
    const pieces: PieceDifference[] = [];
    for (const ofLeaf of this.#parts.tree.differences(before, after)) {
      for (const difference of ofLeaf) {
        hold(difference.before);
        hold(difference.after);
        pieces.push(difference);
      }
      await this.#turns.next();
    }
    return { pieces, sizes: [before.size, after.size] };
  }

  /** To be called with the disk locked; good for as long as what is held is. */
  async #view(id: DiskId, disk: DiskRow, hold: (chunk: number) => void): Promise<DiskView> {
    const { pieces } = await this.#apart(NOTHING, disk, hold);
    const chunks = new Map(pieces.map(({ piece, after }) => [piece, after]));
    const { size } = disk;
    const read = async (range: ByteRange): Promise<Buffer> => {
      await this.#turns.next();
      assertRange(id, size, range);
      const [first, end] = piecesOf(range);
      const wanted: PieceChange[] = [];
      for (let piece = first; piece < end; piece += 1) wanted.push([piece, chunks.get(piece) ?? 0]);
      return readPieces(this.#parts.storage, { id, size, pieces: wanted.filter(([, chunk]) => chunk !== 0) }, range);
    };
    return { size, read: (offset, length) => this.#work(() => read({ offset, length })) };
  }

  /** Stores pieces of a disk. In the same transaction, and before them, `reshape` may change the disk. */
  async #store(id: DiskId, contents: readonly PieceContent[], reshape = (disk: DiskRow): DiskRow => disk): Promise<void> {
    const store = () =>
      this.#parts.storage.store(contents, changes => {
        const disk = reshape(this.#parts.disks.require(id));
        this.#parts.disks.put(id, { size: disk.size, ...this.#parts.tree.set(disk, changes) });
      });
    try {
      await store();
    } catch (error) {
      if (!(error instanceof DiskStoreError && error.problem === 'no-space')) throw error;
      // Space may be on its way back: once all of it is, the answer is final.
      await this.#parts.reclaimer.finish();
      await store();
    }
    this.#parts.reclaimer.start();
  }

  async #sweep(): Promise<void> {
    await this.#parts.files.remove(this.#parts.ids.leftBehind());
    this.#parts.reclaimer.start();
  }

  async #change<T>(ids: readonly DiskId[], work: () => Promise<T> | T): Promise<T> {
    for (const id of ids) assertDiskId(id);
    return this.#work(() =>
      this.#locks.run(ids, async () => {
        await this.#turns.next();
        return naming(ids, work);
      }),
    );
  }

  async #look<T>(id: DiskId, work: () => Promise<T> | T): Promise<T> {
    assertDiskId(id);
    return this.#work(async () => {
      await this.#turns.next();
      return naming([id], work);
    });
  }

  /** Everything runs through here: errors become DiskStoreErrors, and closing waits. */
  async #work<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#closed) throw new DiskStoreError('unavailable', 'the disk store is closed');
    const running = (async () => work())();
    this.#atWork.add(running);
    try {
      return await running;
    } catch (error) {
      throw asDiskStoreError(error, this.#parts.folder);
    } finally {
      this.#atWork.delete(running);
    }
  }
}

/** What every disk is compared with to see all of it. */
const NOTHING: DiskRow = { size: 0, node: 0, height: 0 };

/** The first piece of a range, and the one behind the last. */
const piecesOf = ({ offset, length }: ByteRange): [first: number, end: number] => [
  Math.floor(offset / PIECE),
  pieceCount(offset + length),
];

/** Damage of the index, as damage of the disks that were to be worked with. */
async function naming<T>(ids: readonly DiskId[], work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MissingNodeError)) throw error;
    throw new DiskStoreError('corrupt', `disk ${ids.join(' or ')} is damaged: ${error.message}`, { cause: error });
  }
}
