import { pageLimits } from '../../emulator/paging.ts';

/** Looking up a page costs this much, whatever is selected of it. */
const PAGE_COST = 5;
/** Counting a whole list. */
export const COUNT_COST = 100;

/** What a page costs: that of one entry, times the entries asked for; less than none are not asked for. See cost.ts. */
export function pageCost({ first, last }: { first?: number | null | undefined; last?: number | null | undefined }) {
  return { field: PAGE_COST, multiplier: Math.max(1, first ?? last ?? pageLimits.default) };
}
