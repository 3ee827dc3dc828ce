import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Chunks in one folder: folders of many thousand files are slow in some file systems, and slow for people. */
const PER_FOLDER = 1024;

/**
 * The files that hold the chunks, named by the chunk's id. A file is written once, before the index knows it, and never changed:
 * so a crash can leave at most a file that the index does not know (chunk-ids.ts finds it).
 *
 * Files are not forced to the device. They survive the death of the process; after a loss of power the youngest may be missing or
 * short, which a read finds by their digest (`corrupt`) and never passes on as data.
 */
export class ChunkFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(id: number): string {
    return join(this.#folder, String(Math.floor(id / PER_FOLDER)), String(id));
  }

  async write(id: number, content: Uint8Array): Promise<void> {
    const file = await this.#create(this.path(id));
    try {
      for (let at = 0; at < content.length; ) at += (await file.write(content, at)).bytesWritten;
    } finally {
      await file.close();
    }
  }

  /** Puts the content of a fresh chunk in the place of a damaged one. */
  async replace(id: number, fresh: number): Promise<void> {
    await mkdir(dirname(this.path(id)), { recursive: true });
    await rename(this.path(fresh), this.path(id));
  }

  /** Fills `into` from the file; false where the file is missing or has not exactly `bytes` bytes. */
  async read(id: number, bytes: number, into: Uint8Array): Promise<boolean> {
    const file = await open(this.path(id), constants.O_RDONLY).catch(ifMissing(undefined));
    if (file === undefined) return false;
    try {
      if ((await file.stat()).size !== bytes) return false;
      for (let at = 0; at < bytes; ) {
        const { bytesRead } = await file.read(into, at, bytes - at, at);
        if (bytesRead === 0) return false;
        at += bytesRead;
      }
      return true;
    } finally {
      await file.close();
    }
  }

  /** Whether the file is there at its full length: a cheap look before another disk comes to rely on it. */
  async isWhole(id: number, bytes: number): Promise<boolean> {
    const found = await stat(this.path(id)).catch(ifMissing(undefined));
    return found?.size === bytes;
  }

  /** Removes files, those that are there, and the folders that they leave empty. */
  async remove(ids: readonly number[]): Promise<void> {
    await Promise.all(ids.map(id => unlink(this.path(id)).catch(ifMissing(undefined))));
    const folders = new Set(ids.map(id => dirname(this.path(id))));
    // Not empty, as a rule; and a writer that finds its folder gone makes it again.
    await Promise.all([...folders].map(folder => rmdir(folder).catch(() => undefined)));
  }

  /** The folder may have to be made; and `remove`, which finds it empty just then, may take it away again. */
  async #create(path: string, tries = 5): Promise<FileHandle> {
    try {
      return await open(path, 'wx');
    } catch (error) {
      if (!isMissing(error) || tries === 1) throw error;
    }
    await mkdir(dirname(path), { recursive: true });
    return this.#create(path, tries - 1);
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const ifMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return instead;
    throw error;
  };
