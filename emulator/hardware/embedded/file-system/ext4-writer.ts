import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { DiskWrite } from '../../../store/disks/chunks/pieces.ts';
import { HardwareError, type HardwareProblem } from '../../hardware.ts';
import type { ReadBytes } from './ext4-volume.ts';
import type { Change, Outcome, Task } from './writer-worker.mjs';

/** An idle worker ends, and gives the memory of its WebAssembly module back. */
const IDLE_MS = 10_000;
/** Far more than 8 MiB take; a damaged file system may keep the library busy for ever. */
const LIMIT_MS = 60_000;

interface Disk {
  readonly size: number;
  readonly read: ReadBytes;
}

/** Errors of the package (WASI numbers) and of libext2fs that mean something to a user. */
const PROBLEMS: Readonly<Record<number, readonly [HardwareProblem, string]>> = {
  22: ['too-large', 'the file is larger than the file system allows'],
  51: ['no-space', 'the file system on the disk is full'],
  2133571366: ['no-space', 'the folder is full'],
  2133571372: ['no-space', 'the file system on the disk is full'],
  2133571400: ['no-space', 'the file system on the disk is full'],
  2133571401: ['no-space', 'the file system on the disk has no inodes left'],
  2133571410: ['too-large', 'the file is larger than the file system allows'],
};

const UNKNOWN_DAMAGE = 'the file system on the disk cannot be written: it is damaged, or has features that are not known here';

/** Works out what has to be written to a disk for files to be on it, in a worker thread that starts at the first use. */
export class Ext4Writer {
  #pool: Promise<Piscina> | undefined;

  /** The bytes that make the changes, all of them, in the order given; the disk itself is only read. */
  async prepare(disk: Disk, changes: readonly Change[]): Promise<DiskWrite[]> {
    this.#pool ??= startPool();
    const pool = await this.#pool;
    const { port1: here, port2: port } = new MessageChannel();
    let unreadable: unknown;
    here.on('message', async ({ offset, length }: { offset: number; length: number }) => {
      try {
        const onDisk = Math.min(length, disk.size - offset);
        here.postMessage(onDisk > 0 ? await disk.read(offset, onDisk) : new Uint8Array());
      } catch (error) {
        unreadable = error;
        here.postMessage(null);
      }
    });
    const task: Task = { port, changes };
    try {
      const outcome: Outcome = await pool.run(task, { transferList: [port], signal: AbortSignal.timeout(LIMIT_MS) });
      if ('pages' in outcome) return joined(outcome.pages);
      const [problem, words] = PROBLEMS[outcome.errno] ?? ['failed', UNKNOWN_DAMAGE];
      throw new HardwareError(problem, words, { cause: new Error(outcome.message) });
    } catch (error) {
      if (unreadable !== undefined) throw unreadable;
      if (error instanceof HardwareError) throw error;
      throw new HardwareError('failed', UNKNOWN_DAMAGE, { cause: error });
    } finally {
      here.close();
    }
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = undefined;
    await pool?.destroy();
  }
}

async function startPool(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const filename = new URL('./writer-worker.mjs', import.meta.url).href;
  return new Piscina({ filename, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS });
}

/** Neighbouring pages become one write. */
function joined(pages: readonly DiskWrite[]): DiskWrite[] {
  const runs: { offset: number; parts: Uint8Array[]; end: number }[] = [];
  for (const { offset, data } of pages) {
    const last = runs.at(-1);
    if (last?.end === offset) {
      last.parts.push(data);
      last.end += data.length;
    } else {
      runs.push({ offset, parts: [data], end: offset + data.length });
    }
  }
  return runs.map(({ offset, parts }) => ({ offset, data: Buffer.concat(parts) }));
}
