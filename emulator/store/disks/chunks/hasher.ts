import { setImmediate } from 'node:timers/promises';
import type { Piscina } from 'piscina';
import { digestAll, firstDamaged, type StoredPiece } from './piece-worker.mjs';
import { sideBySide } from './side-by-side.ts';

/** Two, as the design has it: hashing is never to take the whole machine. */
const WORKERS = 2;
/** Idle workers end, and give their memory back. */
const IDLE_MS = 5_000;
/** From so many pieces on, work goes to the workers: below, starting and feeding them takes longer than it saves. */
const WORTH_A_WORKER = 8;

/** Pieces that a worker takes at once to be hashed: handing them over copies them, which is work for the event loop. */
const PIECES_PER_TASK = 4;

/** SHA-256 of pieces: a few in place (0.7 ms each), many in worker threads that start at the first use. */
export class Hasher {
  #pool: Promise<Piscina> | undefined;

  async digests(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const digests: Uint8Array[] = [];
    const isMany = this.isWorthAWorker(pieces.length);
    const step = isMany ? PIECES_PER_TASK : 1;
    const tasks = Array.from({ length: Math.ceil(pieces.length / step) }, (_, at) => at * step);
    await sideBySide(tasks, isMany ? WORKERS : 1, async at => {
      const some = pieces.slice(at, at + step);
      const found = isMany ? await this.#run<Uint8Array[]>('digestAll', some) : await afterTurn(at, () => digestAll(some));
      for (const [next, digest] of found.entries()) digests[at + next] = digest;
    });
    return digests;
  }

  /** The place of the first piece whose file is damaged or missing, or -1. */
  async firstDamaged(pieces: readonly StoredPiece[], partOfMany: boolean): Promise<number> {
    if (partOfMany) return this.#run<number>('firstDamaged', pieces);
    for (const [at, piece] of pieces.entries()) if ((await afterTurn(at, () => firstDamaged([piece]))) === 0) return at;
    return -1;
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

/** Does work in place; a piece after the first waits for a turn of the event loop. */
async function afterTurn<T>(at: number, work: () => T): Promise<T> {
  if (at > 0) await setImmediate();
  return work();
}

async function startPool(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const filename = new URL('./piece-worker.mjs', import.meta.url).href;
  return new Piscina({ filename, minThreads: 0, maxThreads: WORKERS, idleTimeout: IDLE_MS });
}
