/** How many ids one query asks for: a statement takes about a thousand parameters. */
const SLICE = 500;

/** Many ids in portions that fit into a query. */
export function slices<Id>(ids: readonly Id[]): Id[][] {
  return Array.from({ length: Math.ceil(ids.length / SLICE) }, (_, index) => ids.slice(index * SLICE, (index + 1) * SLICE));
}
