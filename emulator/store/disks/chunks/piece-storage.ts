import { LRUCache } from 'lru-cache';
import { DiskStoreError } from '../disk-store.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { ChunkIds } from './chunk-ids.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { Hasher } from './hasher.ts';
import type { PieceChange } from './piece-tree.ts';
import { storedLength } from './pieces.ts';
import type { Room } from './room.ts';
import { sideBySide } from './side-by-side.ts';

/** Chunk files read or written at once by one call: the threads of Node's file pool. */
export const FILES_AT_ONCE = 4;
/** Checked pieces kept in memory, in bytes: enough for the tables of a file system that is being worked on. */
const CACHE_BYTES = 16 << 20;

export interface PieceContent {
  readonly piece: number;
  readonly content: Buffer;
  /** Nobody else has this memory: it may be kept. */
  readonly isOwn: boolean;
}

/** Equal pieces of one write: stored once. */
interface Candidate {
  readonly content: PieceContent;
  readonly digest: Buffer;
  readonly pieces: number[];
  /** Bytes to be stored; 0 for a hole. */
  bytes: number;
  /** Bytes set aside for the file. */
  taken: number;
  /** The chunk that has these bytes already. */
  existing?: number;
  /** The chunk whose file was written for them. */
  fresh?: number;
}

interface StorageParts {
  readonly chunks: ChunkTable;
  readonly files: ChunkFiles;
  readonly ids: ChunkIds;
  readonly room: Room;
  readonly hasher: Hasher;
  readonly inTransaction: <T>(work: () => T) => T;
  /** Called when chunks are held no longer. */
  readonly onRelease: () => void;
}

/** Brings pieces to their chunk files and back. Nothing leaves it unchecked: bytes that do not match their digest are `corrupt`. */
export class PieceStorage {
  readonly #parts: StorageParts;
  readonly #held = new Map<number, number>();
  readonly #cache = new LRUCache<number, Buffer>({ maxSize: CACHE_BYTES, sizeCalculation: piece => piece.length });
  /** Chunks that were found damaged. The next writer of the same bytes mends them. */
  readonly #damaged = new Set<number>();

  constructor(parts: StorageParts) {
    this.#parts = parts;
  }

  /** Chunks whose files must stay, though no disk may refer to them any more: somebody is at work with them. */
  get held(): ReadonlyMap<number, number> {
    return this.#held;
  }

  async holding<T>(chunks: readonly number[], work: () => Promise<T>): Promise<T> {
    for (const chunk of chunks) this.#hold(chunk);
    try {
      return await work();
    } finally {
      for (const chunk of chunks) this.#letGo(chunk);
      this.#parts.onRelease();
    }
  }

  /** The bytes of a held chunk as a piece of `length` bytes; not to be changed by the caller. `where` names the disk in errors. */
  async load(chunk: number, length: number, where: string): Promise<Buffer> {
    const cached = this.#cache.get(chunk);
    if (cached !== undefined) return cached;
    const row = this.#parts.chunks.get(chunk);
    const content = Buffer.alloc(length);
    const isRead = row !== undefined && row.bytes <= length && (await this.#parts.files.read(chunk, row.bytes, content));
    const [digest] = isRead ? await this.#parts.hasher.digests([content]) : [];
    if (row === undefined || digest === undefined || !row.digest.equals(digest)) throw this.damaged(chunk, where);
    this.#cache.set(chunk, content);
    return content;
  }

  damaged(chunk: number, where: string): DiskStoreError {
    this.#damaged.add(chunk);
    return new DiskStoreError(
      'corrupt',
      `disk ${where} is damaged: ${this.#parts.files.path(chunk)} is missing or not as written`,
    );
  }

  /**
   * Stores pieces, then calls `commit` in a transaction with the chunks that now hold them, in ascending order of pieces.
   * All or nothing: where anything fails, the files written so far are removed.
   */
  async store(contents: readonly PieceContent[], commit: (changes: PieceChange[]) => void): Promise<void> {
    const candidates = await this.#candidates(contents);
    try {
      await sideBySide(candidates, FILES_AT_ONCE, candidate => this.#settle(candidate));
      this.#parts.inTransaction(() => {
        const changes = candidates.flatMap(candidate => {
          const chunk = this.#adopt(candidate);
          return candidate.pieces.map((piece): PieceChange => [piece, chunk]);
        });
        commit(changes.sort(([a], [b]) => a - b));
      });
      for (const candidate of candidates) this.#keep(candidate);
    } finally {
      await this.#tidy(candidates);
    }
  }

  async #candidates(contents: readonly PieceContent[]): Promise<Candidate[]> {
    const digests = await this.#parts.hasher.digests(contents.map(({ content }) => content));
    const byDigest = new Map<string, Candidate>();
    for (const [at, content] of contents.entries()) {
      const digest = Buffer.from(digests[at] ?? []);
      const key = digest.toString('latin1');
      const equal = byDigest.get(key);
      if (equal) equal.pieces.push(content.piece);
      else byDigest.set(key, { content, digest, pieces: [content.piece], bytes: 0, taken: 0 });
    }
    return [...byDigest.values()];
  }

  /** Finds the chunk that has these bytes, or writes its file. */
  async #settle(candidate: Candidate): Promise<void> {
    const { chunks, files } = this.#parts;
    candidate.bytes = storedLength(candidate.content.content);
    if (candidate.bytes === 0) return;
    const known = chunks.find(candidate.digest);
    if (known === undefined) {
      await this.#write(candidate);
      return;
    }
    this.#hold(known.id);
    candidate.existing = known.id;
    if (!this.#damaged.has(known.id) && (await files.isWhole(known.id, known.bytes))) return;
    // Every disk with this chunk is mended by the bytes that have just come in.
    const fresh = await this.#write(candidate);
    await files.replace(known.id, fresh);
    this.#damaged.delete(known.id);
  }

  async #write(candidate: Candidate): Promise<number> {
    const { files, ids, room } = this.#parts;
    await room.take(candidate.bytes);
    candidate.taken = candidate.bytes;
    const fresh = ids.next();
    candidate.fresh = fresh;
    await files.write(fresh, candidate.content.content.subarray(0, candidate.bytes));
    return fresh;
  }

  /** The chunk of a candidate, entered into the table where it is new. 0 for a hole. */
  #adopt(candidate: Candidate): number {
    const { chunks } = this.#parts;
    if (candidate.existing !== undefined) return candidate.existing;
    if (candidate.fresh === undefined) return 0;
    // Another write may have stored the same bytes in the meantime: then its chunk serves, and our file goes.
    const known = chunks.find(candidate.digest);
    if (known !== undefined) return known.id;
    chunks.add({ id: candidate.fresh, digest: candidate.digest, bytes: candidate.bytes });
    return candidate.fresh;
  }

  #keep({ content, existing, fresh }: Candidate): void {
    const chunk = existing ?? fresh;
    if (chunk !== undefined && content.isOwn) this.#cache.set(chunk, content.content);
  }

  async #tidy(candidates: readonly Candidate[]): Promise<void> {
    const { chunks, files, ids, room } = this.#parts;
    for (const { existing, fresh, taken } of candidates) {
      if (existing !== undefined) this.#letGo(existing);
      room.giveBack(taken);
      if (fresh === undefined) continue;
      if (chunks.get(fresh) === undefined) await files.remove([fresh]);
      ids.settled(fresh);
    }
    this.#parts.onRelease();
  }

  #hold(chunk: number): void {
    this.#held.set(chunk, (this.#held.get(chunk) ?? 0) + 1);
  }

  #letGo(chunk: number): void {
    const holders = (this.#held.get(chunk) ?? 0) - 1;
    if (holders > 0) this.#held.set(chunk, holders);
    else this.#held.delete(chunk);
  }
}
