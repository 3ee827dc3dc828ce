/** The names of a batch: `web`, or `web-0001`, `web-0002`, … */
export const batchNames = (name: string, count: number): string[] =>
  count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(4, '0')}`);
