import { type FileDifference, type FileEntry, HardwareError } from '../../hardware.ts';
import { damaged } from './damaged.ts';
import type { Ext4Volume } from './ext4-volume.ts';
import { entryOf } from './files.ts';
import { namesIn } from './folder.ts';
import type { Inode } from './inode.ts';
import { follow, splitPath } from './paths.ts';

/** Most names that are kept to be sorted: of one folder, and of all on the way together. */
const MAX_NAMES = 1_000_000;

export interface CompareOptions {
  readonly path: string;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface CompareParts {
  /** Whether two files of one size hold the same bytes. */
  readonly isSameContent: (before: Inode, after: Inode) => Promise<boolean>;
  /** Called between any two pieces of work; what it throws ends the comparison. */
  readonly step: () => Promise<void>;
}

/** One of the two file systems. A folder has one parent, so one that is met twice is a ring or worse. */
interface Side {
  readonly volume: Ext4Volume;
  readonly folders: Set<number>;
}

/** What is at one path on both sides. */
interface Pair {
  readonly path: readonly Buffer[];
  readonly before: Inode | undefined;
  readonly after: Inode | undefined;
}

/**
 * The first differences below a path, in the order in which a walk meets them: a folder, then what is in it, names by their bytes.
 * Throws `not-found` where the path is on neither side.
 */
export async function compareFolders(
  before: Ext4Volume,
  after: Ext4Volume,
  options: CompareOptions,
  parts: CompareParts,
): Promise<FileDifference[]> {
  const root: Pair = {
    path: splitPath(Buffer.from(options.path)),
    before: (await follow(before, options.path)).inode,
    after: (await follow(after, options.path)).inode,
  };
  if (root.before === undefined && root.after === undefined) {
    throw new HardwareError('not-found', `there is no ${options.path} on either disk`);
  }
  const walk = new Walk({ volume: before, folders: new Set() }, { volume: after, folders: new Set() }, parts);
  const found: FileDifference[] = [];
  if (options.limit <= 0) return found;
  for await (const difference of walk.differences(root, restOf(options, root.path))) {
    found.push(difference);
    if (found.length >= options.limit) break;
  }
  return found;
}

/** Names of the path after which to go on, below the one that is compared; undefined for all. */
function restOf({ after }: CompareOptions, path: readonly Buffer[]): readonly Buffer[] | undefined {
  if (after === undefined) return undefined;
  const names = splitPath(Buffer.from(after));
  const isBelow = path.every((name, at) => names[at]?.equals(name));
  if (!after.startsWith('/') || !isBelow)
    throw new HardwareError('bad-path', `${JSON.stringify(after)} is not below the path that is compared`);
  return names.slice(path.length);
}

class Walk {
  readonly #before: Side;
  readonly #after: Side;
  readonly #parts: CompareParts;
  /** Names of the folders on the way to where it is. */
  #kept = 0;

  constructor(before: Side, after: Side, parts: CompareParts) {
    this.#before = before;
    this.#after = after;
    this.#parts = parts;
  }

  /** What differs at a path and below. With `rest`, only what comes after that path below this one. */
  async *differences(pair: Pair, rest: readonly Buffer[] | undefined): AsyncGenerator<FileDifference> {
    const difference = rest === undefined ? await this.#difference(pair) : undefined;
    if (difference !== undefined) yield difference;
    const [before, after] = [await this.#names(this.#before, pair.before), await this.#names(this.#after, pair.after)];
    const names = [...new Map([...before, ...after]).keys()].map(name => Buffer.from(name, 'latin1')).sort(Buffer.compare);
    this.#kept += names.length;
    if (this.#kept > MAX_NAMES)
      throw new HardwareError('too-large', `folders with more than ${MAX_NAMES} names on the way to one file`);
    const [next, ...further] = rest ?? [];
    for (const name of names) {
      await this.#parts.step();
      const order = next === undefined ? 1 : Buffer.compare(name, next);
      if (order < 0) continue;
      const key = name.toString('latin1');
      const child: Pair = {
        path: [...pair.path, name],
        before: await inodeOf(this.#before, before.get(key)),
        after: await inodeOf(this.#after, after.get(key)),
      };
      yield* this.differences(child, order === 0 ? further : undefined);
    }
    this.#kept -= names.length;
  }

  async #names({ volume, folders }: Side, inode: Inode | undefined): Promise<Map<string, number>> {
    const names = new Map<string, number>();
    if (inode?.type !== 'DIRECTORY') return names;
    if (folders.has(inode.number)) throw damaged(`folder ${inode.number} is in several places`);
    folders.add(inode.number);
    for await (const { name, inode: number } of namesIn(volume, inode)) {
      if (names.size === MAX_NAMES) throw new HardwareError('too-large', `a folder with more than ${MAX_NAMES} names`);
      names.set(name.toString('latin1'), number);
    }
    return names;
  }

  async #difference({ path, before, after }: Pair): Promise<FileDifference | undefined> {
    const aspects = before && after ? await this.#aspects(before, after) : [];
    if (before && after && aspects.length === 0) return undefined;
    const name = path.at(-1) ?? Buffer.alloc(0);
    return {
      path: `/${Buffer.concat(path.flatMap((part, at) => (at === 0 ? [part] : [SLASH, part])))}`,
      change: before === undefined ? 'ADDED' : after === undefined ? 'REMOVED' : 'CHANGED',
      aspects,
      before: before ? await entryOf(this.#before.volume, name, before) : null,
      after: after ? await entryOf(this.#after.volume, name, after) : null,
    };
  }

  async #aspects(before: Inode, after: Inode): Promise<string[]> {
    const isOfOneType = before.type === after.type;
    const entries = async (): Promise<[FileEntry, FileEntry]> => [
      await entryOf(this.#before.volume, Buffer.alloc(0), before),
      await entryOf(this.#after.volume, Buffer.alloc(0), after),
    ];
    const differs = {
      type: !isOfOneType,
      content:
        isOfOneType &&
        before.type === 'FILE' &&
        (before.size !== after.size || !(await this.#parts.isSameContent(before, after))),
      mode: before.mode !== after.mode,
      owner: before.uid !== after.uid || before.gid !== after.gid,
      target: isOfOneType && before.type === 'LINK' && (await entries().then(([a, b]) => a.linkTarget !== b.linkTarget)),
    };
    return Object.entries(differs).flatMap(([aspect, isDifferent]) => (isDifferent ? [aspect] : []));
  }
}

const SLASH = Buffer.from('/');

async function inodeOf({ volume }: Side, number: number | undefined): Promise<Inode | undefined> {
  return number === undefined ? undefined : volume.inode(number);
}
