import { expect, test } from 'vitest';
import { networkErrorCatalogue } from './error-catalogue.ts';
import { networkErrors } from './errors.ts';

test('every code is listed once, in order', () => {
  const codes = networkErrorCatalogue.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort());
});

test('exactly the codes without an error have a reason', () => {
  const answered = new Set(Object.values(networkErrors).map(({ code }) => code));
  for (const { code, absent } of networkErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});
