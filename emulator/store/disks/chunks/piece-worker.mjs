/**
 * Hashing away from the event loop. Plain JavaScript with checked types, so that a worker thread can load it as it is, from the
 * sources as well as from the build.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * A chunk file and what it must hold.
 * @typedef {object} StoredPiece
 * @property {string} path
 * @property {number} bytes length of the file; the zeros after it are not stored
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
function isWhole(piece, into) {
  let file;
  try {
    file = openSync(piece.path, 'r');
  } catch {
    return false;
  }
  try {
    if (fstatSync(file).size !== piece.bytes) return false;
    for (let at = 0; at < piece.bytes; ) {
      const count = readSync(file, into, at, piece.bytes - at, at);
      if (count === 0) return false;
      at += count;
    }
    into.fill(0, piece.bytes);
    return createHash('sha256').update(into).digest().equals(piece.digest);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
