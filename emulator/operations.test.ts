import { expect, test } from 'vitest';
import { permits } from './identity/permissions.ts';
import { operations } from './operations.ts';

test('every operation stands in the table under its own name', () => {
  for (const [noun, verbs] of Object.entries(operations)) {
    for (const [verb, { name }] of Object.entries(verbs)) expect(name).toBe(`${noun}.${verb}`);
  }
});

test('a reader can change nothing', () => {
  const all = Object.values(operations).flatMap(verbs => Object.values(verbs));
  const writing = all.filter(({ access, permission }) => access === 'write' && permission !== 'public');
  for (const { name, permission } of writing) expect(permits(['READER'], permission), name).toBe(false);
  for (const { name, permission } of writing) expect(permits(['ADMINISTRATOR'], permission), name).toBe(true);
});
