import type { Piscina } from 'piscina';
import { digestAll, firstDamaged, type StoredPiece } from './piece-worker.mjs';

/** Two, as the design has it: hashing is never to take the whole machine. */
const WORKERS = 2;
/** Idle workers end, and give their memory back. */
const IDLE_MS = 5_000;
/** From so many pieces on, work goes to the workers: below, starting and feeding them takes longer than it saves. */
const WORTH_A_WORKER = 8;

/** SHA-256 of pieces: a few in place (0.7 ms each), many in worker threads that start at the first use. */
export class Hasher {
  #pool: Promise<Piscina> | undefined;

  async digests(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
    if (pieces.length < WORTH_A_WORKER) return digestAll(pieces);
    return this.#run<Uint8Array[]>('digestAll', pieces);
  }

  /** The place of the first piece whose file is damaged or missing, or -1. */
  async firstDamaged(pieces: readonly StoredPiece[], partOfMany: boolean): Promise<number> {
    return partOfMany ? this.#run<number>('firstDamaged', pieces) : firstDamaged(pieces);
  }

  isWorthAWorker(pieces: number): boolean {
    return pieces >= WORTH_A_WORKER;
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = undefined;
    await pool?.destroy();
  }

  async #run<T>(name: string, pieces: readonly unknown[]): Promise<T> {
    this.#pool ??= startPool();
    const pool = await this.#pool;
    return pool.run(pieces, { name });
  }
}

async function startPool(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const filename = new URL('./piece-worker.mjs', import.meta.url).href;
  return new Piscina({ filename, minThreads: 0, maxThreads: WORKERS, idleTimeout: IDLE_MS });
}
