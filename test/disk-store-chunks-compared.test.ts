/** Two disks of a chunk store are compared as they were when that was asked for, and nobody waits for it. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChunkStoreBench } from './chunk-store-bench.ts';
import { firstDifference, MIB, pattern } from './contracts/bytes.ts';
import { chunkFiles } from './disk-crash/index-check.ts';

describe('the chunk store', () => {
  const bench = new ChunkStoreBench();
  beforeEach(async () => {
    await bench.open();
  });
  afterEach(bench.remove);

  describe('comparing two disks', () => {
    const LEAF = 128 * MIB;

    test('lets others have their turns while it looks for what differs, however little that is', async () => {
      const { store } = bench;
      // Equal bytes in trees that share nothing: all leaves are looked at, and nothing is found in them.
      const leaves = 128;
      const writes = Array.from({ length: leaves }, (_, leaf) => ({ offset: leaf * LEAF, data: Buffer.from('equal') }));
      for (const id of ['a', 'b']) {
        await store.create(id, leaves * LEAF);
        await store.writeAll(id, writes);
      }
      const roughly = () => store.comparing('a', 'b', async (_before, _after, changed) => changed);
      for (const compare of [() => store.changedBetween('a', 'b'), roughly]) {
        const { answer, turns } = await countingTurns(compare());
        expect(answer).toEqual([]);
        expect(turns).toBeGreaterThanOrEqual(leaves / 16);
      }
    });

    test('tells of the disks as they were when it was asked, whatever becomes of them', async () => {
      const { store } = bench;
      await store.create('a', 40 * LEAF);
      for (let leaf = 0; leaf < 40; leaf += 1) await store.write('a', leaf * LEAF, pattern(leaf, 8192));
      await store.snapshot([{ source: 'a', target: 'b' }]);
      for (let leaf = 0; leaf < 40; leaf += 1) await store.write('b', leaf * LEAF + 4096, pattern(leaf + 7, 4096));
      const compared = store.changedBetween('a', 'b');
      await Promise.all([store.remove('a'), store.discard('b', { offset: 0, length: 40 * LEAF })]);
      expect(await compared).toEqual(Array.from({ length: 40 }, (_, leaf) => ({ offset: leaf * LEAF + 4096, length: 4096 })));
      await store.remove('b');
      expect(chunkFiles(bench.folder)).toEqual([]);
    });
  });

  test('lets two disks be read as they were, by whole pieces where they differ, whatever becomes of them', async () => {
    const { store } = bench;
    await store.create('a', 4 * MIB);
    await store.write('a', 0, pattern(0, 2 * MIB));
    await store.snapshot([{ source: 'a', target: 'b' }]);
    await store.write('b', MIB + 5, Buffer.from('written'));
    const expected = Buffer.alloc(6 * MIB);
    pattern(0, 2 * MIB).copy(expected);
    expected.write('written', MIB + 5);
    await store.grow('b', 6 * MIB);
    await store.comparing('a', 'b', async (before, after, changed) => {
      expect(changed).toEqual([{ offset: MIB, length: MIB }]);
      await store.remove('a');
      await store.write('b', 0, pattern(5, 6 * MIB));
      expect([before.size, after.size]).toEqual([4 * MIB, 6 * MIB]);
      expect(firstDifference(await before.read(0, 2 * MIB), pattern(0, 2 * MIB))).toBe(-1);
      expect(firstDifference(await after.read(0, 6 * MIB), expected)).toBe(-1);
      expect((await after.read(MIB + 5, 7)).toString()).toBe('written');
      await expect(before.read(4 * MIB - 1, 2)).rejects.toMatchObject({ problem: 'out-of-range' });
    });
    await expect(store.comparing('a', 'b', async () => undefined)).rejects.toMatchObject({ problem: 'not-found' });
    await store.remove('b');
    expect(chunkFiles(bench.folder)).toEqual([]);
  });
});

/** How often the event loop turned until there was an answer. */
async function countingTurns<T>(work: Promise<T>): Promise<{ answer: T; turns: number }> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let turns = 0;
  while (!isDone) {
    await setImmediate();
    turns += 1;
  }
  return { answer: await done, turns };
}
