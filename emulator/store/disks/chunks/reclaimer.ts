import { setImmediate } from 'node:timers/promises';
import type { ChunkFiles } from './chunk-files.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { PieceTree } from './piece-tree.ts';

/** Files removed between two looks at the event loop. */
const FILES_PER_SLICE = 64;
/** Milliseconds of changes in one transaction: to commit them takes several times as long. */
const CHANGES_MS = 1;

interface ReclaimerParts {
  readonly tree: PieceTree;
  readonly chunks: ChunkTable;
  readonly files: ChunkFiles;
  /** Chunks that a read or a write still relies on, and how often. */
  readonly held: ReadonlyMap<number, number>;
  readonly inTransaction: <T>(work: () => T) => T;
}

/**
 * Frees what no disk refers to any more, in small transactions with a look at the event loop after each. What is to be done is written in the index (references of
 * zero, and the trash), so it goes on where it stopped after a crash.
 */
export class Reclaimer {
  readonly #parts: ReclaimerParts;
  #running: Promise<void> | undefined;
  #again = false;
  #waitsForHolders = false;
  #stopped = false;

  constructor(parts: ReclaimerParts) {
    this.#parts = parts;
  }

  /** Starts in the background. A failure is kept for whoever waits in `finish`; the work itself is repeated at the next start. */
  start(): void {
    this.finish().catch(() => undefined);
  }

  /** Resolves when all that was free at the time of the call is freed. */
  finish(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Chunks are held no longer: some of them may have been waited for. */
  released(): void {
    if (this.#waitsForHolders) this.start();
  }

  /** Stops at the end of the slice; the rest is left for the next opening. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      while (!this.#stopped && this.#reclaimNodes()) await setImmediate();
      while (!this.#stopped && (await this.#reclaimChunks())) await setImmediate();
    }
  }

  #reclaimNodes(): boolean {
    const { tree, inTransaction } = this.#parts;
    const end = performance.now() + CHANGES_MS;
    return inTransaction(() => {
      while (tree.reclaimOne()) if (performance.now() >= end) return true;
      return false;
    });
  }

  async #reclaimChunks(): Promise<boolean> {
    const { chunks, files, held, inTransaction } = this.#parts;
    const { buried, kept } = inTransaction(() => chunks.bury(FILES_PER_SLICE, held));
    this.#waitsForHolders = kept > 0;
    const trash = chunks.trash();
    if (trash.length === 0) return false;
    await files.remove(trash);
    inTransaction(() => chunks.forgetTrash(trash));
    return buried > 0;
  }
}
