import { HardwareError } from '../../hardware.ts';
import { damaged } from './damaged.ts';

export const NO_FILE_SYSTEM = 'the disk holds no ext2, ext3 or ext4 file system';

/** Where the superblock is, in bytes. */
export const SUPERBLOCK = { offset: 1024, length: 1024 } as const;

export interface Superblock {
  readonly blockSize: number;
  readonly blocks: number;
  readonly firstDataBlock: number;
  readonly inodes: number;
  readonly inodesPerGroup: number;
  readonly inodeSize: number;
  readonly descriptorSize: number;
  /** The journal holds changes that are not in their places yet: a kernel was stopped in the middle of its work. */
  readonly needsRecovery: boolean;
}

const MAGIC = 0xef53;

/** Incompatible features, by bit: whether a file system with it can be read here. */
const FEATURES: Readonly<Record<number, readonly [name: string, isReadable: boolean]>> = {
  1: ['compression', false],
  2: ['filetype', true],
  // The journal is not replayed: what it holds back is not seen, and nothing is written (Ext4Volume.assertWritable).
  4: ['recover', true],
  8: ['journal_dev', false],
  16: ['meta_bg', false],
  64: ['extent', true],
  128: ['64bit', true],
  256: ['mmp', true],
  512: ['flex_bg', true],
  1024: ['ea_inode', true],
  4096: ['dirdata', false],
  8192: ['metadata_csum_seed', true],
  16384: ['large_dir', true],
  32768: ['inline_data', false],
  65536: ['encrypt', false],
  131072: ['casefold', false],
};

const RECOVER = 0x4;
const BIT_64 = 0x80;

export function parseSuperblock(bytes: Buffer): Superblock {
  if (bytes.readUInt16LE(56) !== MAGIC) throw new HardwareError('failed', NO_FILE_SYSTEM);
  const features = bytes.readUInt32LE(96);
  for (let bit = 0; bit < 32; bit += 1) {
    const flag = 2 ** bit;
    const [name, isReadable] = FEATURES[flag] ?? [`feature ${flag}`, false];
    if (Math.floor(features / flag) % 2 === 1 && !isReadable) {
      throw new HardwareError('failed', `the file system on the disk has the feature ${name}, which cannot be read here`);
    }
  }
  const is64Bit = (features & BIT_64) !== 0;
  const isOld = bytes.readUInt32LE(76) === 0;
  const superblock = {
    blockSize: 1024 * 2 ** bytes.readUInt32LE(24),
    blocks: bytes.readUInt32LE(4) + (is64Bit ? bytes.readUInt32LE(336) * 2 ** 32 : 0),
    firstDataBlock: bytes.readUInt32LE(20),
    inodes: bytes.readUInt32LE(0),
    inodesPerGroup: bytes.readUInt32LE(40),
    inodeSize: isOld ? 128 : bytes.readUInt16LE(88),
    descriptorSize: is64Bit ? bytes.readUInt16LE(254) : 32,
    needsRecovery: (features & RECOVER) !== 0,
  };
  const { blockSize, inodeSize, inodesPerGroup, descriptorSize } = superblock;
  const isSane =
    blockSize <= 65_536 &&
    inodeSize >= 128 &&
    inodeSize <= blockSize &&
    inodesPerGroup > 0 &&
    descriptorSize >= 32 &&
    descriptorSize <= 1024;
  if (!isSane) throw damaged('its superblock makes no sense');
  return superblock;
}
