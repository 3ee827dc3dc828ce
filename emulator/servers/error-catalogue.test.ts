import { expect, test } from 'vitest';
import { serverErrorCatalogue } from './error-catalogue.ts';
import { serverErrors } from './errors.ts';

/** Codes that the facts name, wherever they ended up. */
const named = [
  ...[
    '0001',
    '0003',
    '0005',
    '0007',
    '0009',
    '0010',
    '0011',
    '0012',
    '0014',
    '0015',
    '0021',
    '0023',
    '0029',
    '0031',
    '0032',
    '0034',
  ],
  ...[
    '0038',
    '0042',
    '0043',
    '0048',
    '0057',
    '0100',
    '0103',
    '0111',
    '0114',
    '0202',
    '0203',
    '0204',
    '0314',
    '0319',
    '0605',
    '0614',
  ],
  ...['0905', '0906', '0907', '0908', '0913', '0914', '0915'],
].map(number => `Ecs.${number}`);

test('every code of the facts is listed, each once and in order', () => {
  const codes = serverErrorCatalogue.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(named));
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).toHaveLength(155);
});

test('exactly the codes without an error have a reason', () => {
  const answered = new Set(Object.values(serverErrors).map(({ code }) => code));
  for (const { code, absent } of serverErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});
