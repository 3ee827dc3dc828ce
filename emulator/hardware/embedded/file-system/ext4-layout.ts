import { GIB, KIB } from '../../../units.ts';
import { HardwareError } from '../../hardware.ts';

/** What mke2fs takes on disks of usual sizes, in bytes; and an inode for each 16 KiB. */
export const BLOCK = 4096;
export const INODE = 256;
export const DESCRIPTOR = 64;
const BLOCKS_PER_INODE = 4;
/** As many as one block of bitmap has bits. */
export const BLOCKS_PER_GROUP = BLOCK * 8;
const INODES_PER_BLOCK = BLOCK / INODE;
const FEWEST_INODES = 2 * INODES_PER_BLOCK;
/** A last group with less to give than this is left out, as mke2fs does. */
const FEWEST_BLOCKS = 50;
/** In bytes. Below, hardly anything would be left beside the tables. */
const SMALLEST = 256 * KIB;
/**
 * The largest file system, in bytes. The library that writes files (ext4-writer.ts) keeps the bitmaps of all groups in its 16 MiB of memory,
 * and has room for a little more than this.
 */
const MOST_BYTES = 200 * GIB;

/** The group that has the one copy of superblock and descriptors (feature sparse_super2): none where there is no second group. */
const BACKUP_GROUP = 1;

/** The shape of an empty file system. Counts are of blocks, unless they say otherwise. */
export interface Ext4Layout {
  readonly blocks: number;
  /** How many. */
  readonly groups: number;
  readonly inodesPerGroup: number;
  readonly descriptorBlocks: number;
  /** Group with the copy of the superblock; 0 for none. */
  readonly backupGroup: number;
  /** What superblocks, descriptors, bitmaps and inode tables take. */
  readonly tables: number;
}

export interface Group {
  readonly start: number;
  readonly length: number;
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  /** The first block after the tables. */
  readonly data: number;
}

/** The layout for a disk of `size` bytes; what is beyond MOST_BYTES stays unused. Throws `failed` where that is too small for any. */
export function ext4Layout(size: number): Ext4Layout {
  if (size < SMALLEST) throw new HardwareError('failed', `a file system takes at least ${SMALLEST} bytes, the disk has ${size}`);
  const layout = layoutOf(Math.floor(Math.min(size, MOST_BYTES) / BLOCK));
  const last = groupAt(layout, layout.groups - 1);
  if (last.start === 0 || last.start + last.length - last.data >= FEWEST_BLOCKS) return layout;
  return layoutOf(last.start);
}

export function groupAt({ blocks, inodesPerGroup, descriptorBlocks, backupGroup }: Ext4Layout, number: number): Group {
  const start = number * BLOCKS_PER_GROUP;
  const blockBitmap = start + (number === 0 || number === backupGroup ? 1 + descriptorBlocks : 0);
  const inodeTable = blockBitmap + 2;
  return {
    start,
    length: Math.min(BLOCKS_PER_GROUP, blocks - start),
    blockBitmap,
    inodeBitmap: blockBitmap + 1,
    inodeTable,
    data: inodeTable + inodesPerGroup / INODES_PER_BLOCK,
  };
}

function layoutOf(blocks: number): Ext4Layout {
  const groups = Math.ceil(blocks / BLOCKS_PER_GROUP);
  const descriptorBlocks = Math.ceil((groups * DESCRIPTOR) / BLOCK);
  const wanted = Math.ceil(blocks / BLOCKS_PER_INODE / groups / INODES_PER_BLOCK) * INODES_PER_BLOCK;
  const inodesPerGroup = Math.max(wanted, FEWEST_INODES);
  const backupGroup = groups > BACKUP_GROUP ? BACKUP_GROUP : 0;
  const superblocks = backupGroup === 0 ? 1 : 2;
  const tables = superblocks * (1 + descriptorBlocks) + groups * (2 + inodesPerGroup / INODES_PER_BLOCK);
  return { blocks, groups, inodesPerGroup, descriptorBlocks, backupGroup, tables };
}
