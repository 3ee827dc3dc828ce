import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { MIB } from '../../../units.ts';
import { DiskStoreError } from '../disk-store.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { type ChunkForm, formOf } from './chunk-form.ts';
import type { ChunkIds } from './chunk-ids.ts';
import type { Chunk, ChunkTable } from './chunk-table.ts';
import type { Hasher } from './hasher.ts';
import { layOver } from './piece-blocks.mjs';
import type { PieceChange } from './piece-tree.ts';
import { storedLength } from './pieces.ts';
import type { Room } from './room.ts';
import { sideBySide } from './side-by-side.ts';

/** Chunk files read or written at once by one call: the threads of Node's file pool. */
export const FILES_AT_ONCE = 4;
/** Chunks that are let go in one turn of the event loop: a large disk has hundreds of thousands. */
const LET_GO_PER_TURN = 8192;
/** Checked pieces kept in memory, in bytes: enough for the tables of a file system that is being worked on. */
const CACHE_BYTES = 16 * MIB;

export interface PieceContent {
  readonly piece: number;
  readonly content: Buffer;
  /** Nobody else has this memory: it may be kept. */
  readonly isOwn: boolean;
  /** A chunk over which it may be stored as a difference; 0 or none for no such chunk. */
  readonly base?: number;
}

/** Equal pieces of one write: stored once. */
interface Candidate {
  readonly content: PieceContent;
  readonly digest: Buffer;
  readonly pieces: number[];
  /** Bytes set aside for the file. */
  taken: number;
  /** Chunks that have to stay until all is settled. */
  readonly held: number[];
  /** The chunk that has these bytes already. */
  existing?: Chunk;
  /** The chunk whose file was written for them, and how. */
  fresh?: number;
  form?: ChunkForm;
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

  /** Keeps the files of chunks while `work` lasts, and of those that it adds. */
  async holding<T>(chunks: readonly number[], work: (hold: (chunk: number) => void) => Promise<T>): Promise<T> {
    const held: number[] = [];
    const hold = (chunk: number): void => {
      this.#hold(chunk);
      held.push(chunk);
    };
    chunks.forEach(hold);
    try {
      return await work(hold);
    } finally {
      for (const [at, chunk] of held.entries()) {
        if (at > 0 && at % LET_GO_PER_TURN === 0) await setImmediate();
        this.#letGo(chunk);
      }
      this.#parts.onRelease();
    }
  }

  /** The bytes of a held chunk as a piece of `length` bytes; not to be changed by the caller. `where` names the disk in errors. */
  async load(chunk: number, length: number, where: string): Promise<Buffer> {
    const cached = this.#cache.get(chunk);
    if (cached !== undefined) return cached;
    const row = this.#parts.chunks.get(chunk);
    const content = Buffer.alloc(length);
    const isRead = row !== undefined && (await this.#fill(row, content));
    const [digest] = isRead ? await this.#parts.hasher.digests([content]) : [];
    if (row === undefined || digest === undefined || !row.digest.equals(digest)) throw this.damaged(chunk, where);
    this.#cache.set(chunk, content);
    return content;
  }

  /** Lays the bytes of a chunk's file, and before them those of its base, into a piece of zeros; false where one is missing or cut. */
  async #fill({ id, bytes, base, blocks }: Chunk, piece: Buffer): Promise<boolean> {
    const below = base === 0 ? undefined : this.#parts.chunks.get(base);
    if (base !== 0 && (below === undefined || !(await this.#fill(below, piece)))) return false;
    if (bytes > piece.length) return false;
    const stored = blocks === null ? piece.subarray(0, bytes) : Buffer.alloc(bytes);
    if (!(await this.#parts.files.read(id, bytes, stored))) return false;
    if (blocks !== null) layOver(piece, stored, blocks);
    return true;
  }

  /** Whether it is the file of the chunk or that of its base is not known, so both are mended at the next chance. */
  damaged(chunk: number, where: string): DiskStoreError {
    const base = this.#parts.chunks.get(chunk)?.base ?? 0;
    for (const id of base === 0 ? [chunk] : [chunk, base]) this.#damaged.add(id);
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
      else byDigest.set(key, { content, digest, pieces: [content.piece], taken: 0, held: [] });
    }
    return [...byDigest.values()];
  }

  /** Finds the chunk that has these bytes, or writes its file. */
  async #settle(candidate: Candidate): Promise<void> {
    const { chunks, files } = this.#parts;
    if (storedLength(candidate.content.content) === 0) return;
    const known = chunks.find(candidate.digest);
    if (known === undefined) {
      await this.#write(candidate, await this.#baseOf(candidate));
      return;
    }
    this.#keepUntilSettled(candidate, known.id);
    candidate.existing = known;
    if (await this.#isWhole(known)) return;
    // Every disk with this chunk is mended by the bytes that have just come in: by all of them, since its base may be what is damaged.
    const fresh = await this.#write(candidate);
    await files.replace(known.id, fresh);
  }

  /** A cheap look before another disk comes to rely on a chunk. */
  async #isWhole({ id, bytes, base }: Chunk): Promise<boolean> {
    if (this.#damaged.has(id) || !(await this.#parts.files.isWhole(id, bytes))) return false;
    const below = this.#parts.chunks.get(base);
    return base === 0 || (below !== undefined && this.#isWhole(below));
  }

  /** The chunk over which to store a difference, and its piece; undefined where there is none that can be relied on. */
  async #baseOf(candidate: Candidate): Promise<{ chunk: number; piece: Buffer } | undefined> {
    const { base: chunk = 0, content } = candidate.content;
    if (chunk === 0 || this.#parts.chunks.get(chunk) === undefined) return undefined;
    this.#keepUntilSettled(candidate, chunk);
    try {
      return { chunk, piece: await this.load(chunk, content.length, 'that is written to') };
    } catch (error) {
      if (error instanceof DiskStoreError && error.problem === 'corrupt') return undefined;
      throw error;
    }
  }

  async #write(candidate: Candidate, base?: { chunk: number; piece: Buffer }): Promise<number> {
    const { files, ids, room } = this.#parts;
    const made = formOf(candidate.content.content, base);
    const fileBytes = made?.file ?? Buffer.alloc(0);
    await room.take(fileBytes.length);
    candidate.taken = fileBytes.length;
    const fresh = ids.next();
    candidate.fresh = fresh;
    if (made) candidate.form = made.form;
    await files.write(fresh, fileBytes);
    return fresh;
  }

  /** The chunk of a candidate, entered into the table where it is new. 0 for a hole. */
  #adopt({ existing, fresh, form, digest }: Candidate): number {
    const { chunks } = this.#parts;
    if (existing !== undefined) {
      if (form !== undefined) chunks.reform(existing.id, form);
      return existing.id;
    }
    if (fresh === undefined || form === undefined) return 0;
    // Another write may have stored the same bytes in the meantime: then its chunk serves, and our file goes.
    const known = chunks.find(digest);
    if (known !== undefined) return known.id;
    chunks.add({ id: fresh, digest, ...form });
    return fresh;
  }

  #keep({ content, existing, fresh, form }: Candidate): void {
    if (existing !== undefined && form !== undefined) this.#damaged.delete(existing.id);
    const chunk = existing?.id ?? fresh;
    if (chunk !== undefined && content.isOwn) this.#cache.set(chunk, content.content);
  }

  async #tidy(candidates: readonly Candidate[]): Promise<void> {
    const { chunks, files, ids, room } = this.#parts;
    for (const { held, fresh, taken } of candidates) {
      for (const chunk of held) this.#letGo(chunk);
      room.giveBack(taken);
      if (fresh === undefined) continue;
      if (chunks.get(fresh) === undefined) await files.remove([fresh]);
      ids.settled(fresh);
    }
    this.#parts.onRelease();
  }

  #keepUntilSettled(candidate: Candidate, chunk: number): void {
    this.#hold(chunk);
    candidate.held.push(chunk);
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
