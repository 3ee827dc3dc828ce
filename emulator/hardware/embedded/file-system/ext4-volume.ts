import { HardwareError } from '../../hardware.ts';
import { type Extent, extentsIn, POINTER, pointersIn } from './block-maps.ts';
import { damaged } from './damaged.ts';
import { type Inode, parseInode } from './inode.ts';
import { NO_FILE_SYSTEM, parseSuperblock, SUPERBLOCK, type Superblock } from './superblock.ts';

/** Bytes of a disk. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

/**
 * An ext2, ext3 or ext4 file system on a disk, to be read. Everything on it may be hostile: numbers are checked before they are
 * used, and whatever does not fit is a HardwareError `failed`.
 *
 * Layout as documented in "ext4 Data Structures and Algorithms" (Linux kernel, Documentation/filesystems/ext4).
 */
export class Ext4Volume {
  readonly #read: ReadBytes;
  readonly #super: Superblock;

  private constructor(read: ReadBytes, superblock: Superblock) {
    this.#read = read;
    this.#super = superblock;
  }

  /** Throws `failed` where the disk, of `size` bytes, holds no such file system, or one with features that are not known here. */
  static async open(read: ReadBytes, size: number): Promise<Ext4Volume> {
    if (size < SUPERBLOCK.offset + SUPERBLOCK.length) throw new HardwareError('failed', NO_FILE_SYSTEM);
    const superblock = parseSuperblock(await read(SUPERBLOCK.offset, SUPERBLOCK.length));
    if (superblock.blocks * superblock.blockSize > size) throw damaged('it is larger than the disk');
    return new Ext4Volume(read, superblock);
  }

  /** Writing beside a journal that is not replayed would lose one or the other. */
  assertWritable(): void {
    if (!this.#super.needsRecovery) return;
    throw new HardwareError(
      'failed',
      'the file system on the disk was not unmounted cleanly: its journal has to be replayed first',
    );
  }

  async inode(number: number): Promise<Inode> {
    const { inodes, inodesPerGroup, inodeSize, descriptorSize, blockSize, firstDataBlock } = this.#super;
    if (number < 1 || number > inodes) throw damaged(`inode ${number} does not exist`);
    const group = Math.floor((number - 1) / inodesPerGroup);
    const at = (firstDataBlock + 1) * blockSize + group * descriptorSize;
    const descriptor = await this.#bytes(at, descriptorSize);
    const table = wide(descriptor.readUInt32LE(8), descriptorSize >= 64 ? descriptor.readUInt32LE(40) : 0);
    const offset = table * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
    return parseInode(number, await this.#bytes(offset, inodeSize));
  }

  /** Bytes of a file, folder or long link; what is beyond its end is left out, holes are zeros. */
  async contents(inode: Inode, offset: number, length: number): Promise<Buffer> {
    const { blockSize } = this.#super;
    const end = Math.min(inode.size, offset + length);
    if (offset >= end) return Buffer.alloc(0);
    const bytes = Buffer.alloc(end - offset);
    const first = Math.floor(offset / blockSize);
    const last = Math.ceil(end / blockSize);
    for await (const { logical, physical, count } of this.#extents(inode, first, last)) {
      const from = Math.max(logical * blockSize, offset);
      const to = Math.min((logical + count) * blockSize, end);
      if (from >= to) continue;
      const part = await this.#bytes(physical * blockSize + (from - logical * blockSize), to - from);
      part.copy(bytes, from - offset);
    }
    return bytes;
  }

  /** Where the bytes of a file are, in ascending order; neighbours are one extent. In blocks of `blockSize`. */
  async *mapOf(inode: Inode): AsyncGenerator<Extent> {
    let last: Extent | undefined;
    for await (const next of this.#extents(inode, 0, Math.ceil(inode.size / this.#super.blockSize))) {
      const end = last === undefined ? 0 : last.logical + last.count;
      if (next.logical < end) throw damaged('the map of a file goes back and forth');
      if (last !== undefined && next.logical === end && next.physical === last.physical + last.count) {
        last = { ...last, count: last.count + next.count };
      } else {
        if (last !== undefined) yield last;
        last = next;
      }
    }
    if (last !== undefined) yield last;
  }

  get blockSize(): number {
    return this.#super.blockSize;
  }

  #extents(inode: Inode, from: number, to: number): AsyncIterable<Extent> {
    const readBlock = (block: number): Promise<Buffer> => this.#bytes(block * this.#super.blockSize, this.#super.blockSize);
    return inode.hasExtents
      ? extentsIn(inode.map, from, to, readBlock)
      : pointersIn(inode.map, from, to, readBlock, this.#super.blockSize / POINTER);
  }

  async #bytes(offset: number, length: number): Promise<Buffer> {
    const { blocks, blockSize } = this.#super;
    if (offset < 0 || offset + length > blocks * blockSize) throw damaged(`it refers to byte ${offset}, beyond its end`);
    return this.#read(offset, length);
  }
}

const wide = (low: number, high: number): number => high * 2 ** 32 + low;
