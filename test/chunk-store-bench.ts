/** A chunk store in a folder of its own, for one test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ChunkStore, type ChunkStoreOptions, openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { chunkFiles } from './disk-crash/index-check.ts';

export class ChunkStoreBench {
  #folder = '';
  #store: ChunkStore | undefined;

  get folder(): string {
    return this.#folder;
  }

  get store(): ChunkStore {
    if (!this.#store) throw new Error('the store is not open');
    return this.#store;
  }

  /** Opens it; again after it was closed. */
  readonly open = async (options: Partial<ChunkStoreOptions> = {}): Promise<ChunkStore> => {
    if (this.#folder === '') this.#folder = await mkdtemp(join(tmpdir(), 'chunks-'));
    this.#store = await openChunkStore({ folder: this.#folder, ...options });
    return this.#store;
  };

  readonly remove = async (): Promise<void> => {
    await this.store.close();
    await rm(this.#folder, { recursive: true });
    this.#folder = '';
  };

  readonly bytesOf = (id: string, length: number): Promise<Buffer> => this.store.read(id, { offset: 0, length });

  /** The only chunk that there is. */
  readonly onlyFile = (): string => {
    const [file, ...others] = chunkFiles(this.#folder);
    expect(others).toEqual([]);
    return file ?? '';
  };
}
