import { COUNT_COST } from './paging-cost.ts';

/** Names and descriptions of a list's connection and edge. */
export const connectionOf = (type: string, plural: string) => ({
  name: `${type}Connection`,
  description: `A page of ${plural}.`,
});

export const edgeOf = (type: string) => ({ name: `${type}Edge`, description: 'An entry of a page.' });

/** For t.int() of a connection whose page can count. */
export const totalCount = {
  description: 'How many there are in all. They are counted one by one: ask for it only where it is needed.',
  complexity: COUNT_COST,
  resolve: (page: { count(): Promise<number> }) => page.count(),
};
