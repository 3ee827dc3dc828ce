import { expect, test } from 'vitest';
import { beyond, encodeRowCursor, planPage, readDirection, toPage } from './paging.ts';

const rows = [1, 2, 3].map(n => ({ id: `id-${n}`, name: `name-${n}` }));
const cursorOf = (row: { id: string; name: string }): string => encodeRowCursor(row.name, row.id);

test('a page says whether there is more in either direction', () => {
  const first = toPage(rows, planPage({ first: 2 }), cursorOf);
  expect(first.rows.map(({ id }) => id)).toEqual(['id-1', 'id-2']);
  expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const after = toPage(rows.slice(2), planPage({ first: 2, after: cursorOf({ id: 'id-2', name: 'name-2' }) }), cursorOf);
  expect(after).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('a page from the end comes in the order of the list', () => {
  const plan = planPage({ last: 2 });
  expect(readDirection('asc', plan)).toBe('desc');
  const page = toPage([...rows].reverse(), plan, cursorOf);
  expect(page.rows.map(({ id }) => id)).toEqual(['id-2', 'id-3']);
  expect(page).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('a cursor goes on after its sort value and id', () => {
  const plan = planPage({ first: 1, after: encodeRowCursor(new Date(5), 'x') });
  expect(beyond('createdAt', 'id', plan, 'desc', true)).toEqual({
    createdAt: { lte: new Date(5) },
    OR: [{ createdAt: { lt: new Date(5) } }, { id: { lt: 'x' } }],
  });
});

test.each([
  ['both ends at once', { first: 1, last: 1 }],
  ['more than a page may have', { first: 501 }],
  ['less than nothing', { last: -1 }],
  ['half an entry', { first: 1.5 }],
  ['a cursor that is not one', { first: 1, after: 'x' }],
  ['a cursor of something else', { first: 1, after: Buffer.from('{"a":1}').toString('base64url') }],
])('%s is refused', (_, request) => {
  expect(() => planPage(request)).toThrow(expect.objectContaining({ code: 'APIGW.0201' }));
});

test('a cursor whose date is none is refused', () => {
  const plan = planPage({ first: 1, after: encodeRowCursor('yesterday', 'x') });
  expect(() => beyond('createdAt', 'id', plan, 'desc', true)).toThrow(expect.objectContaining({ code: 'APIGW.0201' }));
});
