import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { defineJob, type StepContext } from '../jobs/job-type.ts';
import { DiskStoreError } from '../store/disks/disk-store.ts';
import { type KeptDisk, keptDisks, machinesAtRest } from './kept-disks.ts';
import { recordVerdict, settleWholes, type Verdict } from './record-verdict.ts';

const Nothing = z.strictObject({});
const State = z
  .object({
    damaged: z.number(),
    /** Bare-metal servers whose own disks are damaged. Such a disk has no row, and nothing is made of it that could be refused. */
    machines: z.array(z.object({ serverId: z.string(), damage: z.string() })),
  })
  .partial();
type State = z.infer<typeof State>;

/**
 * Reads every byte that is kept (images, backups, snapshots, disks, bare-metal servers' own disks) and notes on each record what is wrong with it, or that nothing is. A backup whose
 * own check broke off gets its checksum now. What is damaged is refused from then on; nothing is repaired or removed. A public
 * image is made again when it is used next.
 */
export const verifyDisksJob = defineJob<z.infer<typeof Nothing>, State>({
  name: 'verifyDisks',
  queue: 'bulk',
  input: Nothing,
  state: State,
  errors: [],
  resources: () => [],
  steps: [{ name: 'read', weight: 1, seconds: 60, run: readAll }],
});

async function readAll({ cloud, report, signal }: StepContext<z.infer<typeof Nothing>, State>): Promise<State> {
  await cloud.reconciler.hardwareReady(signal);
  const disks = await keptDisks(cloud);
  const total = disks.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  let damaged = 0;
  const machines: { serverId: string; damage: string }[] = [];
  for (const kept of disks) {
    signal.throwIfAborted();
    const onProgress = (done: number): void => report(before + done, total);
    const verdict = await judge(cloud, kept, { onProgress, signal });
    if (verdict.damage !== null) damaged += 1;
    if (kept.kind !== 'SERVER') await recordVerdict(cloud, kept, verdict);
    else if (verdict.damage !== null && (await isAtRest(cloud, kept.id)))
      machines.push({ serverId: kept.id, damage: `its own disk: ${verdict.damage}` });
    before += kept.size;
    report(before, total);
  }
  await settleWholes(cloud);
  return { damaged, machines };
}

/** One that is being given its system anew, or deleted, by now is no longer what was read. */
async function isAtRest({ database }: Cloud, id: string): Promise<boolean> {
  return (await database.read.server.count({ where: { ...machinesAtRest, id } })) > 0;
}

interface Reading {
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** Throws what says nothing about the bytes: hardware that is gone. */
async function judge(cloud: Cloud, { disk, checksum, size }: KeptDisk, reading: Reading): Promise<Verdict> {
  const damaged = (damage: string): Verdict => ({ damage, checksum });
  try {
    const found = await cloud.hardware.disks.stat(disk);
    if (!found) return damaged('its bytes are gone');
    if (found.size !== size) return damaged(`it has ${found.size} bytes instead of ${size}`);
    const sum = await cloud.hardware.disks.checksum(disk, reading);
    const isWhole = checksum === null || sum === checksum;
    return isWhole ? { damage: null, checksum: sum } : damaged('its bytes are not those that were kept');
  } catch (error) {
    if (!(error instanceof DiskStoreError) || error.problem === 'unavailable') throw error;
    return damaged(error.problem === 'not-found' ? 'its bytes are gone' : `its bytes are damaged (${error.message})`);
  }
}
