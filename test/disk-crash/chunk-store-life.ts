/**
 * The life of some disks as a list of steps, the same for the process that lives it and is killed, and for the one that looks at what
 * is left: both know what the bytes must be after any number of steps.
 */
import type { DiskStore } from '../../emulator/store/disks/disk-store.ts';
import { MIB, pattern, seeded } from '../contracts/bytes.ts';

const STEPS = 400;
export const LANES = 3;

type Step =
  | { readonly does: 'create'; readonly disk: string }
  | { readonly does: 'write'; readonly disk: string; readonly offset: number; readonly length: number; readonly from: number }
  | { readonly does: 'discard'; readonly disk: string; readonly offset: number; readonly length: number }
  | { readonly does: 'grow'; readonly disk: string; readonly by: number }
  | { readonly does: 'snapshot'; readonly disk: string; readonly target: string }
  | { readonly does: 'remove'; readonly disk: string };

export type Disks = Map<string, Buffer>;

const SIZE = 3 * MIB + 4096;

/** Steps of one lane. Lanes run side by side on disks of their own; what they write is alike, so that they share chunks. */
export function* lifeOf(lane: number): Generator<Step> {
  const random = seeded(100 + lane);
  const disks: Disks = new Map();
  for (let step = 0; step < STEPS; step += 1) {
    const next = choose(lane, [...disks.keys()].sort(), disks, random);
    imagine(disks, next);
    yield next;
  }
}

function choose(lane: number, names: readonly string[], disks: Disks, random: ReturnType<typeof seeded>): Step {
  const fresh = `lane${lane}-${random.below(4)}`;
  const disk = names[random.below(Math.max(names.length, 1))];
  if (disk === undefined) return { does: 'create', disk: fresh };
  const size = disks.get(disk)?.length ?? 0;
  const offset = random.below(size);
  const kind = random.below(10);
  if (kind < 5) {
    const length = Math.min(1 + random.below(kind === 0 ? 2 * MIB : 20_000), size - offset);
    return { does: 'write', disk, offset, length, from: random.below(4) * MIB };
  }
  if (kind < 6) return { does: 'discard', disk, offset, length: Math.min(random.below(MIB), size - offset) };
  if (kind < 7 && size < 5 * MIB) return { does: 'grow', disk, by: 4096 * (1 + random.below(300)) };
  if (kind < 9) return { does: 'snapshot', disk, target: fresh };
  return { does: 'remove', disk };
}

/** What a step does to disks in memory. */
function imagine(disks: Disks, step: Step): void {
  const bytes = disks.get(step.disk) ?? Buffer.alloc(0);
  if (step.does === 'create') disks.set(step.disk, Buffer.alloc(SIZE));
  else if (step.does === 'write') pattern(step.from, step.length).copy(bytes, step.offset);
  else if (step.does === 'discard') bytes.fill(0, step.offset, step.offset + step.length);
  else if (step.does === 'grow') disks.set(step.disk, Buffer.concat([bytes, Buffer.alloc(step.by)]));
  else if (step.does === 'snapshot') disks.set(step.target, Buffer.from(bytes));
  else disks.delete(step.disk);
}

/** The same on a store. */
export async function take(store: DiskStore, step: Step): Promise<void> {
  if (step.does === 'create') await store.create(step.disk, SIZE);
  else if (step.does === 'write') await store.write(step.disk, step.offset, pattern(step.from, step.length));
  else if (step.does === 'discard') await store.discard(step.disk, step);
  else if (step.does === 'grow') await store.grow(step.disk, ((await store.stat(step.disk))?.size ?? 0) + step.by);
  else if (step.does === 'snapshot') await store.snapshot([{ source: step.disk, target: step.target }]);
  else await store.remove(step.disk);
}

/** The disks of a lane after so many steps. */
export function imagined(lane: number, steps: number): Disks {
  const disks: Disks = new Map();
  let taken = 0;
  for (const step of lifeOf(lane)) {
    if (taken === steps) break;
    imagine(disks, step);
    taken += 1;
  }
  return disks;
}
