import { expect, test } from 'vitest';
import { defaultRegions } from './regions.ts';

test('two regions by default, with three zones each that bear their name', () => {
  expect(defaultRegions.map(region => region.id)).toEqual(['eu-de', 'eu-nl']);
  for (const { id, zones } of defaultRegions) expect(zones).toEqual([`${id}-01`, `${id}-02`, `${id}-03`]);
});
