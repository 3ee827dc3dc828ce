import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operationPage } from './operation-page.ts';

/** Operations that GraphQL reaches in another way than by a field of their own, and how. */
const ELSEWHERE: Readonly<Record<string, string>> = {};

test('every operation can be reached through GraphQL', () => {
  const page = operationPage(join(import.meta.dirname, '..', '..'));
  const rows = [...page.matchAll(/^\| `(\w+\.\w+)` \|.*\| ([^|]*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(50);
  const missing = rows.filter(([, name = '', through = '']) => !through.includes('GraphQL') && !(name in ELSEWHERE));
  expect(missing.map(([, name]) => name)).toEqual([]);
});
