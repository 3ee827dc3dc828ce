import type { DiskWrite } from '../../../store/disks/chunks/pieces.ts';
import { crc16 } from './crc16.ts';
import { emptyFolders, FIRST_INODES, FOLDER_BLOCKS, FOLDERS } from './ext4-first-folders.ts';
import { BLOCK, BLOCKS_PER_GROUP, DESCRIPTOR, type Ext4Layout, ext4Layout, type Group, groupAt, INODE } from './ext4-layout.ts';
import { SUPERBLOCK } from './superblock.ts';

/** What makes one file system differ from the next. */
export interface Ext4Identity {
  /** 16 bytes. */
  readonly uuid: Buffer;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Of a group: its inode table holds nothing; its block bitmap follows from its tables; its inode table is zeros already. */
const INODES_UNUSED = 0x1;
const BLOCKS_UNUSED = 0x2;
const TABLE_ZEROED = 0x4;

/**
 * What has to be written to a disk of `size` bytes, all zeros, for an empty ext4 that fills it (see ext4-layout.ts for the largest): a few pages for each disk and 64 bytes for
 * each 128 MiB of it. Bitmaps and inode tables that say nothing stay holes (feature gdt_csum). There is no journal: nothing writes to the
 * file system in steps that could be cut off. Fields are named in "ext4 Data Structures and Algorithms" (Linux kernel documentation).
 */
export function ext4Format(size: number, identity: Ext4Identity): DiskWrite[] {
  const layout = ext4Layout(size);
  const first = groupAt(layout, 0);
  const descriptors = descriptorsOf(layout, identity.uuid);
  const writes: DiskWrite[] = [
    { offset: SUPERBLOCK.offset, data: superblockOf(layout, identity, 0) },
    { offset: BLOCK, data: descriptors },
    { offset: first.inodeBitmap * BLOCK, data: bitmap(FIRST_INODES, layout.inodesPerGroup) },
    ...emptyFolders(first.inodeTable, first.data, identity.time),
  ];
  if (layout.backupGroup !== 0) {
    const { start } = groupAt(layout, layout.backupGroup);
    writes.push({ offset: start * BLOCK, data: superblockOf(layout, identity, layout.backupGroup) });
    writes.push({ offset: (start + 1) * BLOCK, data: descriptors });
  }
  for (const number of new Set([0, layout.groups - 1])) {
    const group = groupAt(layout, number);
    writes.push({ offset: group.blockBitmap * BLOCK, data: bitmap(usedBlocks(group), group.length) });
  }
  return writes;
}

/** Whether a file system is as it was made: with nothing in it, and never mounted. */
export function isUntouched(superblock: Buffer): boolean {
  const usedInodes = superblock.readUInt32LE(0) - superblock.readUInt32LE(16);
  return superblock.readUInt16LE(56) === MAGIC && superblock.readUInt32LE(44) === 0 && usedInodes <= FIRST_INODES;
}

const MAGIC = 0xef53;

/** Tables are at the start of their group, folders after those of the first: what is used has no gaps. */
function usedBlocks({ start, data }: Group): number {
  return data - start + (start === 0 ? FOLDER_BLOCKS : 0);
}

/** A block with the bits of what is used, and of what is beyond the end of the group. */
function bitmap(used: number, length: number): Buffer {
  const bits = Buffer.alloc(BLOCK);
  const set = (from: number, to: number): void => {
    for (let bit = from; bit < to; bit += 1) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  };
  set(0, used);
  set(length, BLOCKS_PER_GROUP);
  return bits;
}

function descriptorsOf(layout: Ext4Layout, uuid: Buffer): Buffer {
  const descriptors = Buffer.alloc(layout.descriptorBlocks * BLOCK);
  const sumOfUuid = crc16(0xffff, uuid);
  for (let number = 0; number < layout.groups; number += 1) {
    const at = number * DESCRIPTOR;
    writeDescriptor(descriptors.subarray(at, at + DESCRIPTOR), layout, number, sumOfUuid);
  }
  return descriptors;
}

function writeDescriptor(bytes: Buffer, layout: Ext4Layout, number: number, sumOfUuid: number): void {
  const group = groupAt(layout, number);
  const isFirst = number === 0;
  const isLast = number === layout.groups - 1;
  const freeInodes = layout.inodesPerGroup - (isFirst ? FIRST_INODES : 0);
  // The last bitmap has bits beyond its group: it is written (ext4Format), as are those of the first group.
  const flags = TABLE_ZEROED | (isFirst ? 0 : INODES_UNUSED) | (isFirst || isLast ? 0 : BLOCKS_UNUSED);
  for (const [at, block] of [group.blockBitmap, group.inodeBitmap, group.inodeTable].entries()) {
    bytes.writeUInt32LE(block % 2 ** 32, at * 4);
    bytes.writeUInt32LE(Math.floor(block / 2 ** 32), 32 + at * 4);
  }
  bytes.writeUInt16LE(group.length - usedBlocks(group), 12);
  bytes.writeUInt16LE(freeInodes, 14);
  bytes.writeUInt16LE(isFirst ? FOLDERS : 0, 16);
  bytes.writeUInt16LE(flags, 18);
  bytes.writeUInt16LE(freeInodes, 28);
  const ofGroup = Buffer.alloc(4);
  ofGroup.writeUInt32LE(number);
  bytes.writeUInt16LE([ofGroup, bytes.subarray(0, 30), bytes.subarray(32)].reduce(crc16, sumOfUuid), 30);
}

/** Features: by themselves, to be understood for reading, to be understood for writing. */
const COMPATIBLE = { ext_attr: 0x8, dir_index: 0x20, sparse_super2: 0x200 };
const INCOMPATIBLE = { filetype: 0x2, extents: 0x40, '64bit': 0x80 };
const READ_ONLY = { large_file: 0x2, huge_file: 0x8, gdt_csum: 0x10, dir_nlink: 0x20, extra_isize: 0x40 };

function superblockOf(layout: Ext4Layout, { uuid, time }: Ext4Identity, group: number): Buffer {
  const inodes = layout.inodesPerGroup * layout.groups;
  const free = layout.blocks - layout.tables - FOLDER_BLOCKS;
  const words: Readonly<Record<number, number>> = {
    0: inodes,
    4: layout.blocks % 2 ** 32,
    12: free % 2 ** 32,
    16: inodes - FIRST_INODES,
    // Blocks, and clusters of one block, of 1 KiB times two to this.
    24: 2,
    28: 2,
    32: BLOCKS_PER_GROUP,
    36: BLOCKS_PER_GROUP,
    40: layout.inodesPerGroup,
    48: time,
    64: time,
    // Revision: with the fields that follow.
    76: 1,
    84: FIRST_INODES,
    92: sumOf(COMPATIBLE),
    96: sumOf(INCOMPATIBLE),
    100: sumOf(READ_ONLY),
    // Mount options user_xattr and acl.
    256: 0xc,
    264: time,
    336: Math.floor(layout.blocks / 2 ** 32),
    344: Math.floor(free / 2 ** 32),
    // Names in folders are hashed as signed characters.
    352: 1,
    588: layout.backupGroup,
  };
  const halves: Readonly<Record<number, number>> = {
    // No check after so many mounts; clean; errors are passed over.
    54: 0xffff,
    56: MAGIC,
    58: 1,
    60: 1,
    88: INODE,
    90: group,
    254: DESCRIPTOR,
    348: 32,
    350: 32,
  };
  const bytes = Buffer.alloc(SUPERBLOCK.length);
  for (const [at, value] of Object.entries(words)) bytes.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries(halves)) bytes.writeUInt16LE(value, Number(at));
  uuid.copy(bytes, 104);
  // The seed of the hash of names, and the hash: half of MD4.
  uuid.copy(bytes, 236);
  bytes.writeUInt8(1, 252);
  return bytes;
}

const sumOf = (features: Readonly<Record<string, number>>): number => Object.values(features).reduce((sum, bit) => sum + bit, 0);
