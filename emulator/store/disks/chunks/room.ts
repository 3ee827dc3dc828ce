import { statfs } from 'node:fs/promises';
import { DiskStoreError } from '../disk-store.ts';

export interface RoomLimits {
  /** Bytes of the file system that are never used. */
  readonly floorBytes: number;
  /** Bytes that chunk files may take in all. */
  readonly quotaBytes: number;
}

/** How much the store may still write: what the file system has above the floor, and no more than the quota leaves. */
export class Room {
  readonly #folder: string;
  readonly #limits: RoomLimits;
  readonly #stored: () => number;
  #promised = 0;

  constructor(folder: string, limits: RoomLimits, stored: () => number) {
    this.#folder = folder;
    this.#limits = limits;
    this.#stored = stored;
  }

  async free(): Promise<number> {
    return this.#free(await statfs(this.#folder));
  }

  /** Sets bytes aside for a file that is about to be written, until `giveBack`. Throws `no-space`. */
  async take(bytes: number): Promise<void> {
    const free = this.#free(await statfs(this.#folder));
    if (bytes > free) throw new DiskStoreError('no-space', `no space left for disks: ${bytes} bytes wanted, ${free} free`);
    this.#promised += bytes;
  }

  /** The file is counted among the stored ones now, or was not written. */
  giveBack(bytes: number): void {
    this.#promised -= bytes;
  }

  #free({ bavail, bsize }: { bavail: number; bsize: number }): number {
    const ofFileSystem = bavail * bsize - this.#limits.floorBytes;
    const ofQuota = this.#limits.quotaBytes - this.#stored();
    return Math.max(0, Math.min(ofFileSystem, ofQuota) - this.#promised);
  }
}
