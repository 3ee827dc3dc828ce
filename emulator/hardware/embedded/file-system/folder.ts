import { KIB, MIB } from '../../../units.ts';
import { HardwareError } from '../../hardware.ts';
import { damaged } from './damaged.ts';
import type { Ext4Volume } from './ext4-volume.ts';
import type { Inode } from './inode.ts';

export interface Name {
  readonly name: Buffer;
  readonly inode: number;
}

/** Bytes of a folder that are looked at in one go, and the most that a folder may have. */
const STEP = 64 * KIB;
const MAX_BYTES = 64 * MIB;
const HEADER = 8;

/** The names in a folder, without `.` and `..`, in the order they are stored in. Hashed folders read the same, by design of ext3. */
export async function* namesIn(volume: Ext4Volume, folder: Inode): AsyncGenerator<Name> {
  if (folder.size > MAX_BYTES) throw new HardwareError('too-large', `a folder of ${folder.size} bytes is not read`);
  for (let offset = 0; offset < folder.size; offset += STEP) {
    const bytes = await volume.contents(folder, offset, STEP);
    for (let at = 0; at + HEADER <= bytes.length; ) {
      const inode = bytes.readUInt32LE(at);
      const length = bytes.readUInt16LE(at + 4);
      const nameLength = bytes.readUInt8(at + 6);
      if (length < HEADER || at + length > bytes.length || HEADER + nameLength > length) throw damaged('a folder makes no sense');
      const name = bytes.subarray(at + HEADER, at + HEADER + nameLength);
      if (inode !== 0 && !isDots(name)) yield { name, inode };
      at += length;
    }
  }
}

const isDots = (name: Buffer): boolean => name.equals(Buffer.from('.')) || name.equals(Buffer.from('..'));
