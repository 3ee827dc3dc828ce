import { expect, test } from 'vitest';
import { bareMetalErrorCatalogue } from './error-catalogue.ts';
import { bareMetalErrors } from './errors.ts';

/** Codes that the facts name (compute 3.2), wherever they ended up. */
const named = ['0001', '0011', '0022', '0040', '0222', '0223'].map(number => `BMS.${number}`);

test('every code of the facts is listed, each once and in order', () => {
  const codes = bareMetalErrorCatalogue.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(named));
  expect(codes).toEqual([...new Set(codes)].sort());
});

test('exactly the codes without an error have a reason', () => {
  const answered = new Set(Object.values(bareMetalErrors).map(({ code }) => code));
  for (const { code, absent } of bareMetalErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});
