import { createCipheriv } from 'node:crypto';

/** Bytes for tests: patterns that are the same everywhere, and numbers that are random but can be repeated. */

export const MIB = 1 << 20;
export const GIB = 1024 * MIB;

/** Byte number i of the pattern is i·7 + ⌊i/2¹⁰⌋·13 + ⌊i/2²⁰⌋·101, modulo 256: no two pieces of a small disk are equal. */
export function pattern(start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) {
    const i = start + at;
    bytes[at] = i * 7 + (i >> 10) * 13 + (i >> 20) * 101;
  }
  return bytes;
}

/** Bytes without any pattern, the same for the same seed; faster than `pattern`, for many mebibytes. */
export function noise(seed: number, length: number): Buffer {
  const key = Buffer.alloc(16, seed);
  return createCipheriv('aes-128-ctr', key, key).update(Buffer.alloc(length));
}

/** Where two rows of bytes first differ; -1 where they are equal. (Matchers that print a diff take seconds over a megabyte.) */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): number {
  if (Buffer.from(actual.buffer, actual.byteOffset, actual.length).equals(expected)) return -1;
  for (let at = 0; ; at += 1) if (actual[at] !== expected[at]) return at;
}

export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  bytes(length: number): Buffer;
}

/** Numbers from a seed (a linear congruential generator with the constants of Numerical Recipes): every run is the same run. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    below: below => Math.floor(next() * below),
    bytes: length => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))),
  };
}
