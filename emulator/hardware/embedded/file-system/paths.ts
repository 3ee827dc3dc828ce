import { HardwareError } from '../../hardware.ts';
import type { Ext4Volume } from './ext4-volume.ts';
import { namesIn } from './folder.ts';
import type { Inode } from './inode.ts';

/** Limits of Linux: PATH_MAX and NAME_MAX in bytes, links followed in one path. */
const MAX_PATH = 4096;
const MAX_NAME = 255;
const MAX_LINKS = 40;
const ROOT_INODE = 2;

/** Where a path leads. */
export interface Place {
  /** From the root, without links, `.` and `..`. */
  readonly names: readonly Buffer[];
  /** What is there; undefined where there is nothing yet. */
  readonly inode: Inode | undefined;
  /** How many of the names exist: all, or the folders that are there. */
  readonly existing: number;
}

interface Step {
  readonly name: Buffer;
  readonly inode: Inode | undefined;
}

/**
 * Follows a path as a process on the server would see it: absolute links and `..` end at the disk's own root, so nothing leads off
 * the disk. What is missing is allowed at the end of the path; throws `bad-path` for what no path can be.
 */
export async function follow(volume: Ext4Volume, path: string): Promise<Place> {
  assertPath(path);
  const root = await volume.inode(ROOT_INODE);
  const steps: Step[] = [];
  const ahead = splitPath(Buffer.from(path));
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    const parent = steps.length === 0 ? root : steps.at(-1)?.inode;
    if (parent !== undefined && parent.type !== 'DIRECTORY') throw badPath(path, 'something on the way is not a folder');
    if (name.length > MAX_NAME) throw badPath(path, `a name has more than ${MAX_NAME} bytes`);
    if (name.equals(Buffer.from('..'))) {
      steps.pop();
      continue;
    }
    const inode = parent && (await lookUp(volume, parent, name));
    if (inode?.type !== 'LINK') {
      steps.push({ name, inode });
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw badPath(path, `more than ${MAX_LINKS} links`);
    const target = await linkTarget(volume, inode);
    if (target[0] === SLASH) steps.length = 0;
    ahead.unshift(...splitPath(target));
  }
  return {
    names: steps.map(step => step.name),
    inode: steps.length === 0 ? root : steps.at(-1)?.inode,
    existing: steps.filter(step => step.inode !== undefined).length,
  };
}

/** Where a link leads, as it says itself. */
export async function linkTarget(volume: Ext4Volume, link: Inode): Promise<Buffer> {
  // Shorter targets are kept in the inode itself, in the place of the map.
  if (link.size < link.map.length) return link.map.subarray(0, link.size);
  return volume.contents(link, 0, MAX_PATH);
}

async function lookUp(volume: Ext4Volume, folder: Inode, wanted: Buffer): Promise<Inode | undefined> {
  for await (const { name, inode } of namesIn(volume, folder)) if (name.equals(wanted)) return volume.inode(inode);
  return undefined;
}

const SLASH = '/'.charCodeAt(0);

/** The names of a path, without those that say nothing. */
export function splitPath(path: Buffer): Buffer[] {
  const names: Buffer[] = [];
  for (let start = 0; start < path.length; ) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    const name = path.subarray(start, end);
    if (name.length > 0 && !name.equals(Buffer.from('.'))) names.push(name);
    start = end + 1;
  }
  return names;
}

function assertPath(path: string): void {
  if (!path.startsWith('/')) throw badPath(path, 'it does not begin with /');
  if (path.includes('\0')) throw badPath(path, 'it holds a zero byte');
  if (Buffer.byteLength(path) > MAX_PATH) throw badPath(`${path.slice(0, 60)}…`, `it has more than ${MAX_PATH} bytes`);
}

export function badPath(path: string, why: string): HardwareError {
  return new HardwareError('bad-path', `${JSON.stringify(path)} is not a path that can be used: ${why}`);
}
