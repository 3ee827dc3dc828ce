/**
 * Pieces as blocks of 4 KiB: what a file system changes at once. A chunk file holds only some blocks of its piece, and a bitmap says
 * which. Plain JavaScript with checked types, since the worker thread (piece-worker.mjs) loads it, too.
 */

export const BLOCK = 4096;

/**
 * A bit for each block in which a piece differs from `base`, or from zeros where there is none.
 * @param {Uint8Array} piece
 * @param {Uint8Array} [base] as long as the piece
 * @returns {{ blocks: Buffer, count: number }}
 */
export function differingBlocks(piece, base) {
  const blocks = Buffer.alloc(Math.ceil(piece.length / BLOCK / 8));
  const bytes = asBuffer(piece);
  let count = 0;
  for (let block = 0; block * BLOCK < piece.length; block += 1) {
    const [start, end] = [block * BLOCK, Math.min((block + 1) * BLOCK, piece.length)];
    const isEqual = base
      ? bytes.compare(base, start, end, start, end) === 0
      : bytes.compare(ZEROS, 0, end - start, start, end) === 0;
    if (isEqual) continue;
    blocks[block >> 3] = (blocks[block >> 3] ?? 0) | (1 << (block & 7));
    count += 1;
  }
  return { blocks, count };
}

/**
 * The blocks of a piece that the bitmap names, one after the other.
 * @param {Uint8Array} piece
 * @param {Uint8Array} blocks
 * @returns {Buffer}
 */
export function gatherBlocks(piece, blocks) {
  return Buffer.concat(blockNumbers(blocks).map(block => piece.subarray(block * BLOCK, (block + 1) * BLOCK)));
}

/**
 * Puts the content of a chunk file in its places: those of the bitmap, or without one from the start on.
 * @param {Uint8Array} piece
 * @param {Uint8Array} stored
 * @param {Uint8Array | null} blocks
 */
export function layOver(piece, stored, blocks) {
  if (blocks === null) {
    piece.set(stored);
    return;
  }
  for (const [at, block] of blockNumbers(blocks).entries()) {
    piece.set(stored.subarray(at * BLOCK, (at + 1) * BLOCK), block * BLOCK);
  }
}

/**
 * The blocks of a bitmap, in ascending order.
 * @param {Uint8Array} blocks
 * @returns {number[]}
 */
export function blockNumbers(blocks) {
  /** @type {number[]} */
  const numbers = [];
  for (const [at, byte] of blocks.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if ((byte >> bit) % 2 === 1) numbers.push(at * 8 + bit);
  }
  return numbers;
}

const ZEROS = Buffer.alloc(BLOCK);

/** @param {Uint8Array} bytes */
const asBuffer = bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
