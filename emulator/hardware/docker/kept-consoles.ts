/** What replaced containers said on their consoles: one file for each, `<server>/<place>-<container>`, in the order of the places. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export class KeptConsoles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes of a range of what the containers before this one said, one after the other, and the length of all of it. */
  async read(id: string, container: string, offset: number, limit: number): Promise<{ data: Buffer; length: number }> {
    const parts: Buffer[] = [];
    let [length, left] = [0, limit];
    for (const name of (await this.#names(id)).filter(file => !file.includes(container))) {
      const file = join(this.#folderOf(id), name);
      const { size } = await stat(file);
      const start = Math.max(0, offset - length);
      if (left > 0 && start < size) {
        const part = await readRange(file, start, Math.min(left, size - start));
        left -= part.length;
        parts.push(part);
      }
      length += size;
    }
    return { data: Buffer.concat(parts), length };
  }

  /** Made again after a crash, it takes the same place. */
  async keep(id: string, container: string, said: AsyncIterable<Buffer>): Promise<void> {
    const folder = this.#folderOf(id);
    await mkdir(folder, { recursive: true });
    const names = await this.#names(id);
    const name = names.find(file => file.includes(container)) ?? `${String(names.length).padStart(6, '0')}-${container}`;
    await pipeline(Readable.from(said), createWriteStream(join(folder, `.${name}`)));
    await rename(join(folder, `.${name}`), join(folder, name));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #names(id: string): Promise<string[]> {
    try {
      return (await readdir(this.#folderOf(id))).filter(file => !file.startsWith('.')).sort();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #folderOf(id: string): string {
    return join(this.#folder, encodeURIComponent(id));
  }
}

async function readRange(file: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
