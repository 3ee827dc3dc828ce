import { pageLimits } from '../../emulator/paging.ts';
import { documentLimits } from './limits.ts';

/** Looking up a page costs this much, whatever is selected of it. */
const PAGE_COST = 5;
/** Counting a whole list. */
export const COUNT_COST = 100;
/** What a document can do once: half of what it may cost, and a little. */
export const ONCE = documentLimits.cost / 2 + 1;

/** What a page costs: that of one entry, times the entries asked for. See cost.ts. */
export function pageCost({ first, last }: { first?: number | null | undefined; last?: number | null | undefined }) {
  return { field: PAGE_COST, multiplier: first ?? last ?? pageLimits.default };
}
