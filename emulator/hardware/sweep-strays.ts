import type { KnownIds, SweptKind } from './hardware.ts';

/** One kind of what a driver holds. */
export interface Sweepable {
  readonly kind: SweptKind;
  list(): Promise<readonly string[]>;
  remove(id: string): Promise<void>;
}

/**
 * Removes what no record knows of, kind by kind. Records are written before what they speak of is made: whatever is listed before the
 * question either has a record at that time or never will. A subnet may get its first server later, so each is asked about once more.
 */
export async function sweepStrays(kinds: readonly Sweepable[], known: KnownIds): Promise<string[]> {
  const removed: string[] = [];
  for (const { kind, list, remove } of kinds) {
    const present = await list();
    const kept = present.length > 0 ? await known(kind, present) : new Set();
    for (const id of present.filter(one => !kept.has(one))) {
      if ((await known(kind, [id])).has(id)) continue;
      await remove(id);
      removed.push(`${kind} ${id}`);
    }
  }
  return removed;
}
