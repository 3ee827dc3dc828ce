import type { DiskWrite } from '../../../store/disks/chunks/pieces.ts';
import { BLOCK, INODE } from './ext4-layout.ts';

/** Inodes 1 to 10 are set aside by ext4; 2 is the root. After them comes the folder for what a check of the file system finds. */
const ROOT = { inode: 2, mode: 0o40755, links: 3, blocks: 1 };
const LOST_AND_FOUND = { inode: 11, mode: 0o40700, links: 2, blocks: 4 };

/** Inodes, folders and blocks of folders of an empty file system. */
export const FIRST_INODES = LOST_AND_FOUND.inode;
export const FOLDERS = 2;
export const FOLDER_BLOCKS = ROOT.blocks + LOST_AND_FOUND.blocks;

/** The inodes (into the table at block `table`) and the contents (from block `data` on) of the root and of lost+found. */
export function emptyFolders(table: number, data: number, time: number): DiskWrite[] {
  const inodes = Buffer.alloc(FIRST_INODES * INODE);
  const contents = Buffer.alloc(FOLDER_BLOCKS * BLOCK);
  writeInode(inodes, ROOT, data, time);
  writeInode(inodes, LOST_AND_FOUND, data + ROOT.blocks, time);
  const dots = [
    ['.', ROOT.inode],
    ['..', ROOT.inode],
  ] as const;
  writeNames(contents.subarray(0, BLOCK), [...dots, ['lost+found', LOST_AND_FOUND.inode]]);
  const [first, ...rest] = Array.from({ length: LOST_AND_FOUND.blocks }, (_, at) => (ROOT.blocks + at) * BLOCK);
  writeNames(contents.subarray(first, (first ?? 0) + BLOCK), [
    ['.', LOST_AND_FOUND.inode],
    ['..', ROOT.inode],
  ]);
  // A block without names is one name of no inode.
  for (const at of rest) contents.writeUInt16LE(BLOCK, at + 4);
  return [
    { offset: table * BLOCK, data: inodes },
    { offset: data * BLOCK, data: contents },
  ];
}

const EXTENTS = 0x80000;
const EXTENT_MAGIC = 0xf30a;

function writeInode(table: Buffer, { inode, mode, links, blocks }: typeof ROOT, start: number, time: number): void {
  const bytes = table.subarray((inode - 1) * INODE, inode * INODE);
  bytes.writeUInt16LE(mode, 0);
  bytes.writeUInt32LE(blocks * BLOCK, 4);
  for (const at of [8, 12, 16, 144]) bytes.writeUInt32LE(time, at);
  bytes.writeUInt16LE(links, 26);
  // In sectors of 512 bytes.
  bytes.writeUInt32LE((blocks * BLOCK) / 512, 28);
  bytes.writeUInt32LE(EXTENTS, 32);
  bytes.writeUInt16LE(EXTENT_MAGIC, 40);
  bytes.writeUInt16LE(1, 42);
  bytes.writeUInt16LE(4, 44);
  bytes.writeUInt16LE(blocks, 56);
  bytes.writeUInt32LE(start, 60);
  bytes.writeUInt16LE(32, 128);
}

const HEADER = 8;
const FOLDER_TYPE = 2;

/** The last name takes the rest of the block. */
function writeNames(block: Buffer, names: readonly (readonly [name: string, inode: number])[]): void {
  let at = 0;
  for (const [place, [name, inode]] of names.entries()) {
    const length = place === names.length - 1 ? BLOCK - at : HEADER + Math.ceil(name.length / 4) * 4;
    block.writeUInt32LE(inode, at);
    block.writeUInt16LE(length, at + 4);
    block.writeUInt8(name.length, at + 6);
    block.writeUInt8(FOLDER_TYPE, at + 7);
    block.write(name, at + HEADER, 'latin1');
    at += length;
  }
}
