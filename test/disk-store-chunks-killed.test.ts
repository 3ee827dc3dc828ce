/** A chunk store whose process is killed while it works. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChunkStoreBench } from './chunk-store-bench.ts';
import { firstDifference } from './contracts/bytes.ts';
import { imagined, LANES } from './disk-crash/chunk-store-life.ts';
import { checkIndex, chunkFiles } from './disk-crash/index-check.ts';
import { killAfterLines } from './disk-crash/kill-after-lines.ts';

describe('the chunk store', () => {
  const bench = new ChunkStoreBench();
  const { bytesOf } = bench;
  beforeEach(async () => {
    await bench.open();
  });
  afterEach(bench.remove);

  test.each([1, 7, 40, 160])(
    'killed after %i steps, has what it answered, and nothing half-made',
    { timeout: 60_000 },
    async steps => {
      await bench.store.close();
      const answered = await liveUntilKilled(bench.folder, steps);
      let store = await bench.open();
      const ids = await store.list();
      for (let lane = 0; lane < LANES; lane += 1) {
        const ofLane = ids.filter(id => id.startsWith(`lane${lane}-`));
        // The step that was under way is done or not begun.
        const candidates = [answered[lane] ?? 0, (answered[lane] ?? 0) + 1].map(count => imagined(lane, count));
        const faults: string[] = [];
        for (const disks of candidates) faults.push(await differences(ofLane, disks));
        expect(faults, `lane ${lane}`).toContain('');
      }
      for (const id of ids) await store.checksum(id);
      await store.close();
      const { faults, chunks, files } = checkIndex(bench.folder);
      expect({ faults, files }).toEqual({ faults: [], files: chunks });

      store = await bench.open();
      await Promise.all(ids.map(id => store.remove(id)));
      expect(chunkFiles(bench.folder)).toEqual([]);
      expect(existsSync(join(bench.folder, 'index.db'))).toBe(true);
    },
  );

  /** How a lane's disks differ from those imagined, in words; empty where they do not. */
  async function differences(ids: readonly string[], disks: ReadonlyMap<string, Buffer>): Promise<string> {
    if (ids.join() !== [...disks.keys()].sort().join()) return `there are ${ids}`;
    for (const [id, bytes] of disks) {
      if ((await bench.store.stat(id))?.size !== bytes.length) return `${id} has another size`;
      const at = firstDifference(await bytesOf(id, bytes.length), bytes);
      if (at !== -1) return `${id} differs at ${at}`;
    }
    return '';
  }
});

/** Steps that a process on the store answered in each lane, until it was killed. */
async function liveUntilKilled(folder: string, steps: number): Promise<number[]> {
  const lines = await killAfterLines('chunk-store-victim.ts', [folder], steps);
  return Array.from({ length: LANES }, (_, lane) => lines.filter(line => line === String(lane)).length);
}
