import { MIB } from '../../../units.ts';
import { type FileEntry, HardwareError } from '../../hardware.ts';
import type { Ext4Volume } from './ext4-volume.ts';
import { namesIn } from './folder.ts';
import type { Inode } from './inode.ts';
import { badPath, follow, linkTarget } from './paths.ts';

/** Most bytes of a file that are read or written at once, and most names in one list. */
export const MAX_BYTES = 8 * MIB;
const MAX_NAMES = 10_000;

/** What is in a folder, by name. */
export async function listFolder(volume: Ext4Volume, path: string): Promise<FileEntry[]> {
  const folder = await existing(volume, path);
  if (folder.type !== 'DIRECTORY') throw badPath(path, 'it is not a folder');
  const entries: FileEntry[] = [];
  for await (const { name, inode } of namesIn(volume, folder)) {
    if (entries.length === MAX_NAMES) {
      throw new HardwareError('too-large', `${path} has more than ${MAX_NAMES} entries, which is more than are listed`);
    }
    entries.push(await entryOf(volume, name, await volume.inode(inode)));
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Bytes of a file; without a length as many as may be read at once. */
export async function readFile(volume: Ext4Volume, path: string, offset: number, length: number): Promise<Buffer> {
  if (length > MAX_BYTES) throw new HardwareError('too-large', `at most ${MAX_BYTES} bytes are read at once`);
  const file = await existing(volume, path);
  if (file.type !== 'FILE') throw badPath(path, 'it is not a file');
  return volume.contents(file, offset, length);
}

async function existing(volume: Ext4Volume, path: string): Promise<Inode> {
  const { inode } = await follow(volume, path);
  if (inode === undefined) throw new HardwareError('not-found', `there is no ${path} on the disk`);
  return inode;
}

export async function entryOf(volume: Ext4Volume, name: Buffer, inode: Inode): Promise<FileEntry> {
  const { type, size, mode, uid, gid, mtime } = inode;
  const entry = { name: name.toString(), type, size, mode, uid, gid, mtime };
  return type === 'LINK' ? { ...entry, linkTarget: (await linkTarget(volume, inode)).toString() } : entry;
}
