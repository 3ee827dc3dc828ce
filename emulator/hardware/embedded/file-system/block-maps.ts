import { damaged } from './damaged.ts';

/** A run of blocks: `count` blocks of the file from `logical` on are on the disk from `physical` on. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly count: number;
}

type ReadBlock = (block: number) => Promise<Buffer>;

const EXTENT_MAGIC = 0xf30a;
const ENTRY = 12;
/** Longer lengths mean: so many less this, allocated but never written. */
const UNWRITTEN = 32_768;
/** As deep as an extent tree can be (ext4's own limit). */
const MAX_DEPTH = 5;

/** The extents of a tree (ext4) that lie in blocks `from` up to, not including, `to` of the file. */
export async function* extentsIn(
  node: Buffer,
  from: number,
  to: number,
  read: ReadBlock,
  depthLimit = MAX_DEPTH,
): AsyncGenerator<Extent> {
  const entries = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  if (node.readUInt16LE(0) !== EXTENT_MAGIC || depth > depthLimit || (entries + 1) * ENTRY > node.length) {
    throw damaged('an extent tree makes no sense');
  }
  for (let entry = 0; entry < entries; entry += 1) {
    const at = (entry + 1) * ENTRY;
    const logical = node.readUInt32LE(at);
    if (logical >= to) return;
    if (depth === 0) {
      const count = node.readUInt16LE(at + 4);
      const physical = node.readUInt32LE(at + 8) + node.readUInt16LE(at + 6) * 2 ** 32;
      if (count <= UNWRITTEN && logical + count > from) yield { logical, physical, count };
    } else {
      const next = entry + 1 < entries ? node.readUInt32LE(at + ENTRY) : Number.POSITIVE_INFINITY;
      if (next <= from) continue;
      const child = node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32;
      yield* extentsIn(await read(child), from, to, read, depth - 1);
    }
  }
}

/** Bytes of a block pointer (ext2 and ext3). */
export const POINTER = 4;
/** Direct pointers in an inode; after them come one simply, one doubly and one triply indirect pointer. */
const DIRECT = 12;

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly read: ReadBlock;
  /** Pointers in a block. */
  readonly perBlock: number;
}

/** The same for the block pointers of ext2 and ext3. */
export async function* pointersIn(
  map: Buffer,
  from: number,
  to: number,
  read: ReadBlock,
  perBlock: number,
): AsyncGenerator<Extent> {
  const wanted = { from, to, read, perBlock };
  let first = 0;
  for (let slot = 0; slot < DIRECT + 3 && first < to; slot += 1) {
    const level = Math.max(0, slot - DIRECT + 1);
    yield* below(map.readUInt32LE(slot * POINTER), level, first, wanted);
    first += perBlock ** level;
  }
}

/** What is below a pointer of this level (0: the block itself), which covers the file from block `first` on. */
async function* below(pointer: number, level: number, first: number, wanted: Wanted): AsyncGenerator<Extent> {
  const { from, to, read, perBlock } = wanted;
  if (pointer === 0 || first >= to || first + perBlock ** level <= from) return;
  if (level === 0) {
    yield { logical: first, physical: pointer, count: 1 };
    return;
  }
  const pointers = await read(pointer);
  const span = perBlock ** (level - 1);
  const start = Math.max(0, Math.floor((from - first) / span));
  for (let slot = start; slot < perBlock && first + slot * span < to; slot += 1) {
    yield* below(pointers.readUInt32LE(slot * POINTER), level - 1, first + slot * span, wanted);
  }
}
