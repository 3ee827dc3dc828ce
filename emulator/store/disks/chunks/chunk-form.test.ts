import { expect, test } from 'vitest';
import { formOf } from './chunk-form.ts';
import { layOver } from './piece-blocks.mjs';

const PIECE = 64 * 1024;
const filled = (...blocks: number[]): Buffer => {
  const piece = Buffer.alloc(PIECE);
  for (const block of blocks) piece.fill(block + 1, block * 4096, (block + 1) * 4096);
  return piece;
};
const all = Array.from({ length: 16 }, (_, block) => block);

test('zeros have no form', () => {
  expect(formOf(Buffer.alloc(PIECE))).toBeUndefined();
});

test.each([
  ['full', filled(...all), undefined, { bytes: PIECE, base: 0 }],
  ['zeros at the end', filled(0, 1), undefined, { bytes: 8192, base: 0 }],
  ['zeros elsewhere', filled(3, 15), undefined, { bytes: 8192, base: 0 }],
  ['hardly changed', Buffer.from(filled(...all)).fill(0, 0, 10), filled(...all), { bytes: 4096, base: 7 }],
  ['changed to zeros', filled(1, 2, 3), filled(0, 1, 2, 3), { bytes: 4096, base: 7 }],
  ['changed so much that nothing is saved', filled(0, 1), filled(5, 6, 7), { bytes: 8192, base: 0 }],
] as const)('a piece that is %s takes least, and comes back', (_, piece, base, expected) => {
  const made = formOf(piece, base && { chunk: 7, piece: base });
  expect(made?.form).toMatchObject(expected);
  expect(made?.file.length).toBe(expected.bytes);
  const back = Buffer.from(expected.base === 0 || base === undefined ? Buffer.alloc(PIECE) : base);
  layOver(back, made?.file ?? Buffer.alloc(0), made?.form.blocks ?? null);
  expect(back.equals(piece)).toBe(true);
});
