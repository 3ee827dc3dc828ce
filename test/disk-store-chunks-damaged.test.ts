/** A chunk store with damaged files names the disks that are hurt, and goes on with the others. */
import { readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChunkStoreBench } from './chunk-store-bench.ts';
import { firstDifference, MIB, pattern } from './contracts/bytes.ts';
import { chunkFiles } from './disk-crash/index-check.ts';

describe('the chunk store', () => {
  const bench = new ChunkStoreBench();
  const { bytesOf, onlyFile } = bench;
  beforeEach(async () => {
    await bench.open();
  });
  afterEach(bench.remove);

  test('with a node missing from its index names the disk, and goes on with the others', async () => {
    let { store } = bench;
    for (const id of ['bad', 'good']) {
      await store.create(id, 300 * MIB);
      await store.write(id, 0, pattern(id.length, 4096));
      await store.write(id, 200 * MIB, pattern(id.length, 4096));
    }
    await store.close();
    const db = new Sqlite(join(bench.folder, 'index.db'));
    const { node } = db.prepare<[], { node: number }>(`SELECT node FROM disk WHERE id = 'bad'`).get() ?? { node: 0 };
    db.prepare('DELETE FROM node WHERE id = ?').run(node);
    db.close();
    store = await bench.open();
    const corrupt = {
      name: 'DiskStoreError',
      problem: 'corrupt',
      message: expect.stringMatching(/^disk bad is damaged: .*node/),
    };
    await expect(store.checksum('bad')).rejects.toMatchObject(corrupt);
    await expect(store.read('bad', { offset: 0, length: 1 })).rejects.toMatchObject(corrupt);
    await expect(store.write('bad', 0, Buffer.from('x'))).rejects.toMatchObject(corrupt);
    expect(await store.usageOf(['bad', 'good'])).toMatchObject({ logical: 600 * MIB, stored: 4096 });
    await store.checksum('good');
    await store.write('good', 100 * MIB, Buffer.from('x'));
    await store.remove('bad');
    expect(await store.list()).toEqual(['good']);
  });

  describe('with a damaged chunk', () => {
    beforeEach(async () => {
      const { store } = bench;
      await store.create('bad', 2 * MIB);
      await store.write('bad', MIB, pattern(0, MIB));
      // Not from memory.
      await store.close();
      await bench.open();
    });

    const damages: [string, (file: string) => void][] = [
      ['changed', file => writeFileSync(file, Buffer.from('!'), { flag: 'r+' })],
      ['cut short', file => truncateSync(file, 4096)],
      ['made longer', file => writeFileSync(file, Buffer.alloc(1), { flag: 'a' })],
      ['missing', file => unlinkSync(file)],
    ];

    test.each(damages)('that is %s, names the disk and goes on with the others', async (_, damage) => {
      const { store } = bench;
      damage(onlyFile());
      await store.snapshot([{ source: 'bad', target: 'bad-copy' }]);
      await store.create('good', MIB);
      await store.write('good', 0, pattern(7, MIB));
      for (const id of ['bad', 'bad-copy']) {
        const corrupt = { name: 'DiskStoreError', problem: 'corrupt', message: expect.stringContaining(`disk ${id} `) };
        await expect(store.read(id, { offset: MIB + 5, length: 1 })).rejects.toMatchObject(corrupt);
        await expect(store.checksum(id)).rejects.toMatchObject(corrupt);
        await expect(store.write(id, MIB, Buffer.from('x'))).rejects.toMatchObject(corrupt);
      }
      expect(firstDifference(await bytesOf('good', MIB), pattern(7, MIB))).toBe(-1);
      expect(await store.read('bad', { offset: 0, length: 10 })).toEqual(Buffer.alloc(10));
      await store.checksum('good');
      await store.remove('bad-copy');
    });

    test.each(damages)('that is %s, is mended by whoever brings the same bytes again', async (_, damage) => {
      const { store } = bench;
      damage(onlyFile());
      await expect(store.checksum('bad')).rejects.toMatchObject({ problem: 'corrupt' });
      await store.create('again', MIB);
      await store.write('again', 0, pattern(0, MIB));
      expect(firstDifference(await store.read('bad', { offset: MIB, length: MIB }), pattern(0, MIB))).toBe(-1);
      await store.checksum('bad');
      onlyFile();
    });

    test('among many, is found by the workers', async () => {
      const { store } = bench;
      await store.create('large', 40 * MIB);
      await store.write('large', 0, pattern(1, 40 * MIB));
      const usual = await store.checksum('large');
      await store.snapshot([{ source: 'large', target: 'copy' }]);
      expect(await store.checksum('copy')).toBe(usual);
      for (const [at, file] of chunkFiles(bench.folder).entries()) if (at === 20) truncateSync(file, 100);
      await expect(store.checksum('large')).rejects.toMatchObject({ problem: 'corrupt' });
    });
  });

  test('with an index that is no index says so, and leaves the file alone', async () => {
    await bench.store.close();
    const file = join(bench.folder, 'index.db');
    const garbage = Buffer.alloc(10_000, 'no index');
    writeFileSync(file, garbage);
    await expect(bench.open()).rejects.toMatchObject({
      problem: 'corrupt',
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file).equals(garbage)).toBe(true);
    unlinkSync(file);
    await bench.open();
  });
});
