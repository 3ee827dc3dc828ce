import type { ChunkStore, DiskView } from '../../store/disks/chunks/chunk-store.ts';
import { type DiskId, DiskStoreError } from '../../store/disks/disk-store.ts';
import { Turns } from '../../store/turns.ts';
import { type FileDifference, type FileEntry, HardwareError } from '../hardware.ts';
import { type CompareOptions, compareFolders } from './file-system/compare-folders.ts';
import { Ext4Volume } from './file-system/ext4-volume.ts';
import { Ext4Writer } from './file-system/ext4-writer.ts';
import { listFolder, MAX_BYTES, readFile } from './file-system/files.ts';
import { badPath, follow } from './file-system/paths.ts';
import { readAhead } from './file-system/read-ahead.ts';
import { contentComparer } from './file-system/same-content.ts';
import type { Change } from './file-system/writer-worker.mjs';

export interface NewFile {
  readonly path: string;
  readonly data: Uint8Array;
  /** Permission bits; by default those of the file that is there, else 0644. */
  readonly mode?: number | undefined;
}

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** Files on the disks of the chunk store. The caller sees to it that nothing else changes the disk meanwhile, but where disks are compared. */
export class DiskFiles {
  readonly #store: ChunkStore;
  readonly #compareMs: number;
  readonly #writer = new Ext4Writer();

  constructor(store: ChunkStore, compareMs: number) {
    this.#store = store;
    this.#compareMs = compareMs;
  }

  async list(disk: DiskId, path: string): Promise<FileEntry[]> {
    return listFolder(await this.#volume(disk), path);
  }

  /** The first differences between two disks; see Hardware.compareFiles. */
  async compare(from: DiskId, to: DiskId, options: CompareOptions): Promise<FileDifference[]> {
    const step = stepsUntil(performance.now() + this.#compareMs);
    return this.#store.comparing(from, to, async (ofFrom, ofTo, changed) => {
      const [before, after] = [await volumeOf(ofFrom), await volumeOf(ofTo)];
      return compareFolders(before, after, options, { isSameContent: contentComparer(before, after, changed, step), step });
    });
  }

  async read(disk: DiskId, path: string, { offset, length } = { offset: 0, length: MAX_BYTES }): Promise<Buffer> {
    return readFile(await this.#volume(disk), path, offset, length);
  }

  /** Writes files, all or none: whatever happens, the disk has them wholly or is as it was. */
  async write(disk: DiskId, files: readonly NewFile[]): Promise<void> {
    const volume = await this.#volume(disk);
    volume.assertWritable();
    const changes = new Map<string, Change>();
    for (const file of files)
      for (const change of await changesFor(volume, file)) changes.set(change.path.toString('latin1'), change);
    await this.apply(disk, [...changes.values()]);
  }

  /** Makes changes as they are: their paths go through no links, and parents come first. */
  async apply(disk: DiskId, changes: readonly Change[]): Promise<void> {
    const writes = await this.#writer.prepare(await this.#disk(disk), changes);
    await this.#store.writeAll(disk, writes);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  async #volume(id: DiskId): Promise<Ext4Volume> {
    return volumeOf(await this.#disk(id));
  }

  async #disk(id: DiskId) {
    const disk = await this.#store.stat(id);
    if (disk === undefined) throw new DiskStoreError('not-found', `there is no disk ${id}`);
    return { size: disk.size, read: (offset: number, length: number) => this.#store.read(id, { offset, length }) };
  }
}

function volumeOf({ size, read }: DiskView): Promise<Ext4Volume> {
  return Ext4Volume.open(readAhead(read, size), size);
}

/** Lets others have their turn, and ends what takes too long. `end`: as `performance.now()`. */
function stepsUntil(end: number): () => Promise<void> {
  const turns = new Turns();
  return async () => {
    if (performance.now() >= end)
      throw new HardwareError('too-large', 'to compare this much takes too long: compare a folder of it');
    await turns.next();
  };
}

/** The folders that are missing, and the file. */
async function changesFor(volume: Ext4Volume, { path, data, mode }: NewFile): Promise<(Change & { path: Buffer })[]> {
  if (data.length > MAX_BYTES) throw new HardwareError('too-large', `at most ${MAX_BYTES} bytes are written at once`);
  if (/(^|\/)\.{0,2}$/.test(path.replace(/\/+$/, ''))) throw badPath(path, 'it names no file');
  const { names, inode, existing } = await follow(volume, path);
  if (names.length === 0 || (inode !== undefined && inode.type !== 'FILE')) throw badPath(path, 'it is not a file');
  const pathTo = (count: number): Buffer => Buffer.concat(names.slice(0, count).flatMap(name => [SLASH, name]));
  const folders: (Change & { path: Buffer })[] = [];
  for (let count = existing + 1; count < names.length; count += 1) {
    folders.push({ type: 'DIRECTORY', path: pathTo(count), mode: FOLDER_MODE });
  }
  return [...folders, { type: 'FILE', path: pathTo(names.length), data, mode: mode ?? inode?.mode ?? FILE_MODE }];
}

const SLASH = Buffer.from('/');
