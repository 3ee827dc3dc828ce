/** What is written to one of two disks that share their bytes is stored as a difference. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChunkStoreBench } from './chunk-store-bench.ts';
import { firstDifference, MIB, pattern } from './contracts/bytes.ts';
import { checkIndex, chunkFiles } from './disk-crash/index-check.ts';

describe('the chunk store', () => {
  const bench = new ChunkStoreBench();
  const { bytesOf } = bench;
  beforeEach(async () => {
    await bench.open();
  });
  afterEach(bench.remove);

  describe('a change after a copy', () => {
    beforeEach(async () => {
      const { store } = bench;
      await store.create('a', 4 * MIB);
      await store.write('a', 0, pattern(0, 4 * MIB));
      await store.snapshot([{ source: 'a', target: 'b' }]);
      await store.write('b', MIB + 100, Buffer.from('changed'));
      await store.write('b', MIB + 50_000, Buffer.from('again'));
    });
    const expected = (): Buffer => {
      const bytes = pattern(0, 4 * MIB);
      bytes.write('changed', MIB + 100);
      bytes.write('again', MIB + 50_000);
      return bytes;
    };
    const alone = async (id: string): Promise<number> => {
      const { stored, shared } = await bench.store.usage(id);
      return stored - shared;
    };

    test('is stored as its blocks, and read with what is below it', async () => {
      let { store } = bench;
      expect(await alone('b')).toBe(2 * 4096);
      expect(await store.usage('b')).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB });
      expect(await store.usageOf(['a', 'b'])).toEqual({ logical: 8 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB });
      await store.close();
      store = await bench.open();
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      await store.checksum('b');
      expect(await store.changedBetween('a', 'b')).toEqual([
        { offset: MIB, length: 4096 },
        { offset: MIB + 49_152, length: 4096 },
      ]);
    });

    test('keeps what it needs when the copy is removed, and nothing else', async () => {
      const { store } = bench;
      await store.remove('a');
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      expect(await store.usage('b')).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 0 });
      // Nobody else keeps the piece below any more: it is written as a whole, and that goes.
      await store.write('b', MIB + 200, Buffer.from('once more'));
      expect((await store.usage('b')).stored).toBe(4 * MIB);
      await store.remove('b');
      expect(chunkFiles(bench.folder)).toEqual([]);
    });

    test('that others have too is stored once', async () => {
      const { store } = bench;
      await store.snapshot([{ source: 'a', target: 'c' }]);
      await store.write('c', MIB, expected().subarray(MIB, 2 * MIB));
      expect(await store.usageOf(['c'])).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB + 2 * 4096 });
      expect(await store.changedBetween('b', 'c')).toEqual([]);
    });

    test('is never a difference from a difference', async () => {
      let { store } = bench;
      for (let round = 0; round < 5; round += 1) {
        await store.snapshot([{ source: 'b', target: `b${round}` }]);
        await store.write('b', MIB + round * 8192, Buffer.from(`round ${round}`));
      }
      await store.close();
      const db = new Sqlite(join(bench.folder, 'index.db'), { readonly: true });
      const chains = db.prepare('SELECT count(*) FROM chunk JOIN chunk AS below ON below.id = chunk.base WHERE below.base <> 0');
      expect(chains.pluck().get()).toBe(0);
      db.close();
      store = await bench.open();
      const bytes = expected();
      for (let round = 0; round < 5; round += 1) {
        expect(firstDifference(await bytesOf(`b${round}`, 4 * MIB), bytes)).toBe(-1);
        bytes.write(`round ${round}`, MIB + round * 8192);
      }
      expect(firstDifference(await bytesOf('b', 4 * MIB), bytes)).toBe(-1);
    });

    const victims: [string, (file: Buffer) => boolean, number][] = [
      ['the change', file => file.length === 2 * 4096, 4096],
      ['what is below it', file => file.equals(pattern(MIB, MIB)), 20_000],
    ];
    test.each(victims)('is found damaged where %s is, and mended by the same bytes', async (_, isVictim, at) => {
      let { store } = bench;
      await store.close();
      const file = chunkFiles(bench.folder).find(path => isVictim(readFileSync(path))) ?? '';
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill((bytes[at] ?? 0) + 1, at, at + 1));
      store = await bench.open();
      const corrupt = { problem: 'corrupt', message: expect.stringContaining('disk b ') };
      await expect(store.checksum('b')).rejects.toMatchObject(corrupt);
      await expect(store.read('b', { offset: MIB, length: 1 })).rejects.toMatchObject(corrupt);
      expect(await store.changedBetween('a', 'b')).not.toEqual([]);
      await store.create('again', MIB);
      await store.write('again', 0, expected().subarray(MIB, 2 * MIB));
      await store.checksum('again');
      await store.checksum('b');
      await store.close();
      expect(checkIndex(bench.folder).faults).toEqual([]);
      store = await bench.open();
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
    });

    test('that is damaged is mended by several who bring the same bytes at once, and what is below it stays', async () => {
      let { store } = bench;
      await store.snapshot([{ source: 'a', target: 'other' }]);
      await store.write('other', MIB + 300_000, Buffer.from('other'));
      await store.close();
      truncateSync(chunkFiles(bench.folder).find(path => readFileSync(path).length === 2 * 4096) ?? '', 0);
      store = await bench.open();
      const again = ['again-1', 'again-2', 'again-3'];
      for (const id of again) await store.create(id, MIB);
      await Promise.all(again.map(id => store.write(id, 0, expected().subarray(MIB, 2 * MIB))));
      const other = pattern(0, 4 * MIB);
      other.write('other', MIB + 300_000);
      await store.remove('again-1');
      await store.close();
      expect(checkIndex(bench.folder).faults).toEqual([]);
      store = await bench.open();
      for (const id of ['a', 'b', 'other']) await store.checksum(id);
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      expect(firstDifference(await bytesOf('other', 4 * MIB), other)).toBe(-1);
    });
  });
});
