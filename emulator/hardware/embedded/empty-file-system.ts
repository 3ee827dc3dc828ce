import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { DiskWrite } from '../../store/disks/chunks/pieces.ts';

/** The file that scripts/make-file-system.mjs makes: a gzip of one line of JSON (Head), then the blocks, in the same order. */
const FILE = join('assets', 'filesystems', 'ext4-1g.gz');

interface Head {
  /** Bytes. */
  readonly size: number;
  readonly blockSize: number;
  /** Numbers of the blocks that are not all zeros. */
  readonly blocks: readonly number[];
}

/** An empty ext4 file system: its size, and what has to be written to a disk of that size (a few hundred KiB; the rest are holes). */
export async function emptyFileSystem(): Promise<{ size: number; blocks: DiskWrite[] }> {
  const content = await promisify(gunzip)(await readFile(assetPath()));
  const endOfHead = content.indexOf('\n') + 1;
  const { size, blockSize, blocks }: Head = JSON.parse(content.toString('utf8', 0, endOfHead));
  return {
    size,
    blocks: blocks.map((block, at) => {
      const start = endOfHead + at * blockSize;
      return { offset: block * blockSize, data: content.subarray(start, start + blockSize) };
    }),
  };
}

/** Beside the sources, or beside the built program: the first folder up that has it. */
function assetPath(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, FILE);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`${FILE} is missing from this installation`);
  }
}
