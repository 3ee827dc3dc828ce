import { join } from 'node:path';
import { BackgroundCheckpoints } from '../../background-checkpoints.ts';
import { lockState, StateInUseError } from '../../state-lock.ts';
import { DiskLocks } from '../disk-locks.ts';
import {
  assertDiskId,
  type ByteRange,
  type DiskCopy,
  type DiskId,
  type DiskStore,
  DiskStoreError,
  type DiskUsage,
  PIECE,
  type WorkOptions,
} from '../disk-store.ts';
import { byteRanges } from './byte-ranges.ts';
import { checksumOf } from './checksum.ts';
import { ChunkFiles } from './chunk-files.ts';
import { ChunkIds } from './chunk-ids.ts';
import { asDiskStoreError, type Index, openIndex } from './chunk-index.ts';
import { type ChunkTable, chunkTable } from './chunk-table.ts';
import { type DiskRow, type DiskTable, diskTable } from './disk-table.ts';
import { Hasher } from './hasher.ts';
import { FILES_AT_ONCE, type PieceContent, PieceStorage } from './piece-storage.ts';
import { PieceTree } from './piece-tree.ts';
import { type DiskWrite, pieceCount, pieceLength, splitWrites } from './pieces.ts';
import { Reclaimer } from './reclaimer.ts';
import { Room, type RoomLimits } from './room.ts';
import { sideBySide } from './side-by-side.ts';
import { Turns } from './turns.ts';
import { usageOf } from './usage.ts';

export interface ChunkStoreOptions {
  /** Where the index and the chunk files are; made where there is none. */
  readonly folder: string;
  /** Bytes of the file system that disks never use. Default 0. */
  readonly floorBytes?: number;
  /** Bytes that the chunk files may take in all. Default: no limit but the file system's. */
  readonly quotaBytes?: number;
}

/** Sizes of disks are multiples of this, in bytes. */
const SECTOR = 4096;

/**
 * Opens the disk store for Node alone: disks are trees of 1 MiB chunks, equal chunks are kept once, holes are free.
 * What a crash left half-made is removed in the background.
 */
export async function openChunkStore({ folder, floorBytes = 0, quotaBytes = Infinity }: ChunkStoreOptions): Promise<ChunkStore> {
  const unlock = lock(folder);
  try {
    const index = openIndex(join(folder, 'index.db'));
    return new ChunkStore(folder, index, { floorBytes, quotaBytes }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Two processes with one index would each free what the other is about to use. */
function lock(folder: string): () => void {
  try {
    return lockState(folder);
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw asDiskStoreError(error, folder);
    throw new DiskStoreError('unavailable', `another process has the disk store ${folder} open`, { cause: error });
  }
}

export class ChunkStore implements DiskStore {
  readonly kind = 'chunks';
  readonly #folder: string;
  readonly #unlock: () => void;
  readonly #db: Index;
  readonly #checkpoints: BackgroundCheckpoints;
  readonly #disks: DiskTable;
  readonly #chunks: ChunkTable;
  readonly #tree: PieceTree;
  readonly #files: ChunkFiles;
  readonly #ids: ChunkIds;
  readonly #room: Room;
  readonly #storage: PieceStorage;
  readonly #reclaimer: Reclaimer;
  readonly #hasher = new Hasher();
  readonly #locks = new DiskLocks();
  readonly #turns = new Turns();
  readonly #atWork = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** See openChunkStore. */
  constructor(folder: string, db: Index, limits: RoomLimits, unlock: () => void) {
    const inTransaction = <T>(work: () => T): T => this.#inTransaction(work);
    this.#folder = folder;
    this.#unlock = unlock;
    this.#db = db;
    this.#checkpoints = new BackgroundCheckpoints(db);
    this.#disks = diskTable(db);
    this.#chunks = chunkTable(db);
    this.#tree = new PieceTree(db, this.#chunks);
    this.#files = new ChunkFiles(join(folder, 'chunks'));
    this.#ids = new ChunkIds(db);
    this.#room = new Room(folder, limits, this.#chunks.stored);
    this.#storage = new PieceStorage({
      chunks: this.#chunks,
      files: this.#files,
      ids: this.#ids,
      room: this.#room,
      hasher: this.#hasher,
      inTransaction,
      onRelease: () => this.#reclaimer.released(),
    });
    this.#reclaimer = new Reclaimer({
      tree: this.#tree,
      chunks: this.#chunks,
      files: this.#files,
      held: this.#storage.held,
      inTransaction,
    });
    // Whatever fails here is tried again at the next opening, and by whoever frees space until then.
    this.#work(() => this.#sweep()).catch(() => undefined);
  }

  create(id: DiskId, size: number): Promise<void> {
    return this.#change([id], () => {
      assertSize(id, size);
      const existing = this.#disks.find(id);
      if (existing === undefined) this.#disks.put(id, { size, ...this.#tree.raise({ node: 0, height: 0 }, pieceCount(size)) });
      else if (existing.size !== size) throw new DiskStoreError('exists', `disk ${id} exists with ${existing.size} bytes`);
    });
  }

  async snapshot(copies: readonly DiskCopy[]): Promise<void> {
    for (const { source } of copies) assertDiskId(source);
    const targets = copies.map(copy => copy.target);
    return this.#change(targets, () => {
      this.#inTransaction(() => {
        const points = copies.map(copy => ({ ...copy, disk: this.#disks.require(copy.source) }));
        for (const { disk } of points) this.#tree.retain(disk);
        for (const { target, disk } of points) {
          const replaced = this.#disks.find(target);
          if (replaced !== undefined) this.#tree.release(replaced);
          this.#disks.put(target, disk);
        }
      });
      this.#reclaimer.start();
    });
  }

  stat(id: DiskId): Promise<{ size: number } | undefined> {
    return this.#look(id, () => {
      const disk = this.#disks.find(id);
      return disk && { size: disk.size };
    });
  }

  list(): Promise<DiskId[]> {
    return this.#work(() => this.#disks.ids());
  }

  read(id: DiskId, range: ByteRange): Promise<Buffer> {
    return this.#look(id, async () => {
      const disk = this.#disks.require(id);
      assertRange(id, disk, range);
      const { offset, length } = range;
      const pieces = this.#tree.lookup(disk, Math.floor(offset / PIECE), pieceCount(offset + length));
      const into = Buffer.alloc(length);
      await this.#storage.holding(
        pieces.map(([, chunk]) => chunk),
        () =>
          sideBySide(pieces, FILES_AT_ONCE, async ([piece, chunk]) => {
            const content = await this.#storage.load(chunk, pieceLength(disk.size, piece), id);
            const start = piece * PIECE - offset;
            content.copy(into, Math.max(start, 0), Math.max(-start, 0));
          }),
      );
      return into;
    });
  }

  write(id: DiskId, offset: number, data: Uint8Array): Promise<void> {
    return this.writeAll(id, [{ offset, data }]);
  }

  /** Several writes to one disk, in the order given, all or nothing. */
  writeAll(id: DiskId, writes: readonly DiskWrite[]): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#disks.require(id);
      for (const { offset, data } of writes) assertRange(id, disk, { offset, length: data.length });
      const contents: PieceContent[] = [];
      await sideBySide(splitWrites(writes), FILES_AT_ONCE, async ([piece, parts]) => {
        const length = pieceLength(disk.size, piece);
        const [only] = parts;
        if (parts.length === 1 && only?.data.length === length) {
          contents.push({ piece, content: asBuffer(only.data), isOwn: false });
          return;
        }
        const content = await this.#copyOfPiece(id, disk, piece);
        for (const { at, data } of parts) content.set(data, at);
        contents.push({ piece, content, isOwn: true });
      });
      await this.#store(id, contents);
    });
  }

  grow(id: DiskId, size: number): Promise<void> {
    return this.#change([id], async () => {
      assertSize(id, size);
      const disk = this.#disks.require(id);
      if (size < disk.size)
        throw new DiskStoreError('out-of-range', `disk ${id} has ${disk.size} bytes and cannot become smaller`);
      const last = pieceCount(disk.size) - 1;
      const contents: PieceContent[] = [];
      // A digest is taken over the whole piece, so a last piece that was short is stored anew at its new length.
      if (pieceLength(disk.size, last) < pieceLength(size, last)) {
        const content = Buffer.alloc(pieceLength(size, last));
        content.set(await this.#copyOfPiece(id, disk, last));
        contents.push({ piece: last, content, isOwn: true });
      }
      await this.#store(id, contents, row => ({ size, ...this.#tree.raise(row, pieceCount(size)) }));
    });
  }

  discard(id: DiskId, range: ByteRange): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#disks.require(id);
      assertRange(id, disk, range);
      const end = range.offset + range.length;
      const from = Math.ceil(range.offset / PIECE);
      const to = end === disk.size ? pieceCount(end) : Math.floor(end / PIECE);
      const contents: PieceContent[] = [];
      for (const piece of new Set([Math.floor(range.offset / PIECE), Math.floor((end - 1) / PIECE)])) {
        if (range.length === 0 || (piece >= from && piece < to)) continue;
        const content = await this.#copyOfPiece(id, disk, piece);
        content.fill(0, Math.max(range.offset - piece * PIECE, 0), Math.min(end - piece * PIECE, content.length));
        contents.push({ piece, content, isOwn: true });
      }
      await this.#store(id, contents, row => ({ size: row.size, ...this.#tree.clear(row, from, to) }));
    });
  }

  remove(id: DiskId): Promise<void> {
    return this.#change([id], async () => {
      const disk = this.#disks.find(id);
      if (disk === undefined) return;
      this.#inTransaction(() => {
        this.#disks.remove(id);
        this.#tree.release(disk);
      });
      await this.#reclaimer.finish();
    });
  }

  async changedBetween(from: DiskId, to: DiskId): Promise<ByteRange[]> {
    assertDiskId(from);
    return this.#look(to, () => {
      const before = this.#disks.require(from);
      const after = this.#disks.require(to);
      return byteRanges(this.#tree.differences(before, after), Math.max(before.size, after.size));
    });
  }

  checksum(id: DiskId, options: WorkOptions = {}): Promise<string> {
    return this.#look(id, async () => {
      options.signal?.throwIfAborted();
      const { size, ...root } = this.#disks.require(id);
      const pieces = this.#tree.lookup(root, 0, pieceCount(size));
      const parts = { chunks: this.#chunks, files: this.#files, hasher: this.#hasher, storage: this.#storage };
      return this.#storage.holding(
        pieces.map(([, chunk]) => chunk),
        () => checksumOf(parts, { id, size, pieces }, options),
      );
    });
  }

  /** Under the lock of the disk, since large disks are looked at in slices. */
  usage(id: DiskId): Promise<DiskUsage> {
    return this.#change([id], async () => {
      const disk = this.#disks.require(id);
      // What is being freed still counts its references: only afterwards is it certain who shares what.
      await this.#reclaimer.finish();
      return usageOf(disk, this.#tree, this.#chunks, this.#turns);
    });
  }

  free(): Promise<number> {
    return this.#work(() => this.#room.free());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#atWork);
    await this.#reclaimer.stop();
    await this.#hasher.close();
    await this.#checkpoints.settled();
    this.#ids.close();
    this.#db.close();
    this.#unlock();
  }

  /** A piece as the disk has it, for the caller to change. */
  async #copyOfPiece(id: DiskId, disk: DiskRow, piece: number): Promise<Buffer> {
    const length = pieceLength(disk.size, piece);
    const [found] = this.#tree.lookup(disk, piece, piece + 1);
    if (found === undefined) return Buffer.alloc(length);
    const [, chunk] = found;
    return this.#storage.holding([chunk], async () => Buffer.from(await this.#storage.load(chunk, length, id)));
  }

  /** Stores pieces of a disk. In the same transaction, and before them, `reshape` may change the disk. */
  async #store(id: DiskId, contents: readonly PieceContent[], reshape = (disk: DiskRow): DiskRow => disk): Promise<void> {
    const store = () =>
      this.#storage.store(contents, changes => {
        const disk = reshape(this.#disks.require(id));
        this.#disks.put(id, { size: disk.size, ...this.#tree.set(disk, changes) });
      });
    try {
      await store();
    } catch (error) {
      if (!(error instanceof DiskStoreError && error.problem === 'no-space')) throw error;
      // Space may be on its way back: once all of it is, the answer is final.
      await this.#reclaimer.finish();
      await store();
    }
    this.#reclaimer.start();
  }

  async #sweep(): Promise<void> {
    await this.#files.remove(this.#ids.leftBehind());
    this.#reclaimer.start();
  }

  #inTransaction<T>(work: () => T): T {
    const result = this.#db.transaction(work).immediate();
    this.#checkpoints.committed();
    return result;
  }

  async #change<T>(ids: readonly DiskId[], work: () => Promise<T> | T): Promise<T> {
    for (const id of ids) assertDiskId(id);
    return this.#work(() =>
      this.#locks.run(ids, async () => {
        await this.#turns.next();
        return work();
      }),
    );
  }

  async #look<T>(id: DiskId, work: () => Promise<T> | T): Promise<T> {
    assertDiskId(id);
    return this.#work(async () => {
      await this.#turns.next();
      return work();
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
      throw asDiskStoreError(error, this.#folder);
    } finally {
      this.#atWork.delete(running);
    }
  }
}

function assertSize(id: DiskId, size: number): void {
  if (Number.isSafeInteger(size) && size > 0 && size % SECTOR === 0) return;
  throw new DiskStoreError('out-of-range', `the size of disk ${id} must be a multiple of ${SECTOR} bytes, not ${size}`);
}

function assertRange(id: DiskId, disk: DiskRow, { offset, length }: ByteRange): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (isRange && offset + length <= disk.size) return;
  throw new DiskStoreError('out-of-range', `disk ${id} has ${disk.size} bytes; ${length} at ${offset} are not all on it`);
}

const asBuffer = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
