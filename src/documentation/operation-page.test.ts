import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operationPage } from './operation-page.ts';

test('every operation can be reached through GraphQL', () => {
  const page = operationPage(join(import.meta.dirname, '..', '..'));
  const rows = [...page.matchAll(/^\| `(\w+\.\w+)` \|.*\| ([^|]*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(50);
  const missing = rows.filter(([, , through = '']) => !through.includes('GraphQL'));
  expect(missing.map(([, name]) => name)).toEqual([]);
});
