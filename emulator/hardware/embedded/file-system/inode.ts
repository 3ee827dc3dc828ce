import type { FileEntry } from '../../hardware.ts';

export interface Inode extends Pick<FileEntry, 'type' | 'size' | 'mode' | 'uid' | 'gid' | 'mtime'> {
  readonly number: number;
  readonly hasExtents: boolean;
  /** The 60 bytes that say where the contents are, or (a short link) are the contents. */
  readonly map: Buffer;
}

const TYPES: Readonly<Record<number, FileEntry['type']>> = { 32768: 'FILE', 16384: 'DIRECTORY', 40960: 'LINK' };
const EXTENTS = 0x80000;
/** Length of the classic inode; extra fields follow where the file system has room for them. */
const CLASSIC = 128;

export function parseInode(number: number, bytes: Buffer): Inode {
  const mode = bytes.readUInt16LE(0);
  const extraFields = bytes.length > CLASSIC ? bytes.readUInt16LE(CLASSIC) : 0;
  // Two bits of the extra field extend the seconds beyond the year 2038.
  const epoch = extraFields >= 12 ? bytes.readUInt32LE(CLASSIC + 8) % 4 : 0;
  return {
    number,
    type: TYPES[mode & 0xf000] ?? 'OTHER',
    mode: mode & 0o7777,
    uid: bytes.readUInt16LE(2) + bytes.readUInt16LE(120) * 2 ** 16,
    gid: bytes.readUInt16LE(24) + bytes.readUInt16LE(122) * 2 ** 16,
    size: bytes.readUInt32LE(4) + bytes.readUInt32LE(108) * 2 ** 32,
    mtime: bytes.readInt32LE(16) + epoch * 2 ** 32,
    hasExtents: (bytes.readUInt32LE(32) & EXTENTS) !== 0,
    map: bytes.subarray(40, 100),
  };
}
