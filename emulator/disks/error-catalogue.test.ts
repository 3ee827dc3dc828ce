import { expect, test } from 'vitest';
import { diskErrorCatalogue } from './error-catalogue.ts';
import { diskErrors } from './errors.ts';

/** Codes that the facts name, wherever they ended up. */
const named = [
  ...['1002', '1010', '1015', '1016', '1020', '1034', '1036', '1042', '1043', '1046', '1048', '1064'],
  ...['2045', '2046', '2071', '5404', '5413'],
].map(number => `EVS.${number}`);

test('every code of the facts is listed, each once and in order', () => {
  const codes = diskErrorCatalogue.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(named));
  expect(codes).toEqual([...new Set(codes)].sort());
});

test('exactly the codes without an error have a reason', () => {
  const answered = new Set(Object.values(diskErrors).map(({ code }) => code));
  for (const { code, absent } of diskErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});
