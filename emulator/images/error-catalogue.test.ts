import { expect, test } from 'vitest';
import { imageErrorCatalogue } from './error-catalogue.ts';
import { imageErrors } from './errors.ts';

const published = [
  ...Array.from({ length: 198 }, (_, index) => `IMG.${String(index + 1).padStart(4, '0')}`),
  ...['IMG.0212', 'IMG.0238', 'IMG.0239', 'IMG.0241', 'IMG.0242', 'IMG.1075'],
];

test('every published code is listed once, in order', () => {
  expect(imageErrorCatalogue.map(({ code }) => code)).toEqual(published);
});

test('exactly the codes without an error have a reason', () => {
  const answered = new Set(Object.values(imageErrors).map(({ code }) => code));
  for (const { code, absent } of imageErrorCatalogue) expect(absent === null, code).toBe(answered.has(code));
});

test('all errors have status 400, but for the one about permission', () => {
  const others = Object.values(imageErrors).filter(({ status }) => status !== 400);
  expect(others).toEqual([imageErrors.notPermitted]);
});
