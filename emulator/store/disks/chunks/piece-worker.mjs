/**
 * Hashing away from the event loop. Plain JavaScript with checked types, so that a worker thread can load it as it is, from the
 * sources as well as from the build.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { layOver } from './piece-blocks.mjs';

/**
 * The file of a chunk.
 * @typedef {object} StoredFile
 * @property {string} path
 * @property {number} bytes length of the file
 * @property {Uint8Array | null} blocks which blocks of the piece it has; null for all from the start on
 */

/**
 * What makes up a piece, and what comes of it.
 * @typedef {object} StoredPiece
 * @property {StoredFile[]} files to be laid over zeros, one after the other
 * @property {number} length of the piece
 * @property {Uint8Array} digest SHA-256 of the piece
 */

/**
 * SHA-256 of each piece.
 * @param {readonly Uint8Array[]} pieces
 * @returns {Uint8Array[]}
 */
export function digestAll(pieces) {
  return pieces.map(piece => createHash('sha256').update(piece).digest());
}

/**
 * Reads pieces from their files; the place in the list of the first that is damaged or missing, -1 if all are good.
 * @param {readonly StoredPiece[]} pieces
 * @returns {number}
 */
export function firstDamaged(pieces) {
  const buffer = new Uint8Array(Math.max(...pieces.map(piece => piece.length)));
  return pieces.findIndex(piece => !isWhole(piece, buffer.subarray(0, piece.length)));
}

/**
 * @param {StoredPiece} piece
 * @param {Uint8Array} into
 * @returns {boolean}
 */
function isWhole({ files, digest }, into) {
  into.fill(0);
  for (const { path, bytes, blocks } of files) {
    const stored = readWhole(path, bytes);
    if (stored === undefined || bytes > into.length) return false;
    layOver(into, stored, blocks);
  }
  return createHash('sha256').update(into).digest().equals(digest);
}

/**
 * @param {string} path
 * @param {number} bytes
 * @returns {Uint8Array | undefined} undefined where the file is missing, cannot be read or is not so long
 */
function readWhole(path, bytes) {
  let file;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    if (fstatSync(file).size !== bytes) return undefined;
    const into = new Uint8Array(bytes);
    for (let at = 0; at < bytes; ) {
      const count = readSync(file, into, at, bytes - at, at);
      if (count === 0) return undefined;
      at += count;
    }
    return into;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
