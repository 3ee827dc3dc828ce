/**
 * What replaced containers said on their consoles, the end of it: a file for each, `<server>/<begin>-<end>-<container>`. Begin and end are offsets
 * in the server's console, so they stay what they are when the oldest goes; a file that is shorter than that has the end of it.
 */
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MIB } from '../../units.ts';

/** Bytes that are kept of a server's console at least, as on the embedded hardware; up to twice as many with the rest of the oldest file. */
const CONSOLE_KEPT = MIB;
/** What a file takes, however short. */
const BLOCK = 4096;

interface KeptFile {
  readonly path: string;
  readonly container: string;
  readonly size: number;
  /** Where the container's console begins and ends; the file has the last `size` bytes of it. */
  readonly begin: number;
  readonly end: number;
}

interface KeptPart {
  readonly data: Buffer;
  /** Where the first byte is: the offset that was asked for, or that of the first byte that is left. */
  readonly offset: number;
  /** Of all that was said before this container, kept or not. */
  readonly length: number;
}

export class KeptConsoles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** At most `limit` bytes of what the containers before this one said, one after the other, from an offset on. */
  async read(id: string, container: string, offset: number, limit: number): Promise<KeptPart> {
    const { before, length } = saidBefore(container, await this.#files(id));
    const start = before[0] ? before[0].end - before[0].size : length;
    const from = Math.max(offset, start);
    const parts: Buffer[] = [];
    let at = from;
    for (const { path, size, end } of before) {
      const wanted = Math.min(from + limit, end) - at;
      if (wanted <= 0) continue;
      parts.push(await readRange(path, at - (end - size), wanted));
      at = Math.min(from + limit, end);
    }
    return { data: Buffer.concat(parts), offset: from, length };
  }

  /** Kept again after a crash, it takes the same place. */
  async keep(id: string, container: string, said: AsyncIterable<Buffer>): Promise<void> {
    const files = await this.#files(id);
    const { data, length } = await endOf(said);
    if (length === 0) return;
    const { before, length: begin } = saidBefore(container, files);
    const folder = this.#folderOf(id);
    const end = begin + length;
    const path = join(folder, [offsetName(begin), offsetName(end), container].join('-'));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, HALF_WRITTEN), data);
    await rename(join(folder, HALF_WRITTEN), path);
    const left = lastOf([...before, { path, container, size: data.length, begin, end }]).map(file => file.path);
    for (const file of files) if (!left.includes(file.path)) await rm(file.path, { force: true });
  }

  async remove(id: string): Promise<void> {
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** In the order of the containers. */
  async #files(id: string): Promise<KeptFile[]> {
    const names = (await this.#names(id)).sort();
    const files = await Promise.all(
      names.map(async name => {
        const [, begin, end, container] = /^(\d+)-(\d+)-(.+)$/.exec(name) ?? [];
        if (container === undefined) return [];
        const path = join(this.#folderOf(id), name);
        return [{ path, container, size: (await stat(path)).size, begin: Number(begin), end: Number(end) }];
      }),
    );
    return files.flat();
  }

  async #names(id: string): Promise<string[]> {
    try {
      return await readdir(this.#folderOf(id));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #folderOf(id: string): string {
    return join(this.#folder, encodeURIComponent(id));
  }
}

const HALF_WRITTEN = '.next';

/** Names of equal length sort as the offsets do. */
const offsetName = (offset: number): string => String(offset).padStart(16, '0');

/**
 * The files of the containers before this one, and how much they said in all. The container's own file is there where it was kept and its
 * removal was cut off.
 */
function saidBefore(container: string, files: readonly KeptFile[]): { before: KeptFile[]; length: number } {
  const own = files.findIndex(file => file.container === container);
  const before = lastOf(own === -1 ? files : files.slice(0, own));
  return { before, length: files[own]?.begin ?? before.at(-1)?.end ?? 0 };
}

/** The last files that together hold what is kept. One that is not the first of them is whole, so there are no gaps. */
function lastOf(files: readonly KeptFile[]): KeptFile[] {
  let first = files.length;
  for (let taken = 0; first > 0 && taken < CONSOLE_KEPT; first -= 1) taken += Math.max(BLOCK, files[first - 1]?.size ?? 0);
  return files.slice(first);
}

/** The last bytes of what was said, as many as are kept, and the length of all of it. */
async function endOf(said: AsyncIterable<Buffer>): Promise<{ data: Buffer; length: number }> {
  const parts: Buffer[] = [];
  let [length, held] = [0, 0];
  for await (const part of said) {
    // A copy: a piece of the engine's answer would keep all of the answer's piece in memory.
    parts.push(Buffer.from(part));
    length += part.length;
    held += part.length;
    for (let [first] = parts; first && held - first.length >= CONSOLE_KEPT; [first] = parts) {
      held -= first.length;
      parts.shift();
    }
  }
  return { data: Buffer.concat(parts).subarray(-CONSOLE_KEPT), length };
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
