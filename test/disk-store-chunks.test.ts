/** The chunk store keeps the contract of disk stores; what it stores of a disk, and how much room it has. */
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { ChunkStoreBench } from './chunk-store-bench.ts';
import { MIB, pattern } from './contracts/bytes.ts';
import { diskStoreContract, type OpenStore } from './contracts/disk-store.ts';
import { checkIndex, chunkFiles } from './disk-crash/index-check.ts';

const openInFolder: OpenStore = async ({ room } = {}) => {
  const bench = new ChunkStoreBench();
  const options = room === undefined ? {} : { quotaBytes: room };
  return {
    store: await bench.open(options),
    async reopen() {
      await bench.store.close();
      return await bench.open(options);
    },
    async dispose() {
      await bench.store.close();
      expect(checkIndex(bench.folder).faults).toEqual([]);
      await bench.remove();
    },
  };
};

diskStoreContract('chunks', openInFolder);

describe('the chunk store', () => {
  const bench = new ChunkStoreBench();
  const { bytesOf, onlyFile } = bench;
  beforeEach(async () => {
    await bench.open();
  });
  afterEach(bench.remove);

  test('keeps equal pieces once, and zeros not at all', async () => {
    const { store } = bench;
    for (const id of ['a', 'b']) {
      await store.create(id, 6 * MIB);
      for (let piece = 0; piece < 4; piece += 1) await store.write(id, piece * MIB, pattern(0, MIB));
      await store.write(id, 4 * MIB, Buffer.alloc(2 * MIB));
    }
    expect(chunkFiles(bench.folder)).toHaveLength(1);
    expect(await store.usage('a')).toEqual({ logical: 6 * MIB, stored: MIB, shared: MIB });
    await store.remove('a');
    expect(await store.usage('b')).toEqual({ logical: 6 * MIB, stored: MIB, shared: 0 });
    await store.remove('b');
    expect(chunkFiles(bench.folder)).toEqual([]);
  });

  test('stores a piece without its zeros, in steps of 4 KiB', async () => {
    const { store } = bench;
    await store.create('a', MIB);
    await store.write('a', 5_000, Buffer.from('x'));
    expect(readFileSync(onlyFile())).toHaveLength(4096);
    await store.write('a', 0, Buffer.from('y'));
    await store.write('a', 500_000, Buffer.from('z'));
    expect((await store.usage('a')).stored).toBe(3 * 4096);
    expect((await store.read('a', { offset: 500_000, length: 1 })).toString()).toBe('z');
  });

  test('writes several ranges of a disk or none of them', async () => {
    const { store } = bench;
    await store.create('a', 4 * MIB);
    const writes = [
      { offset: 0, data: Buffer.from('one') },
      { offset: 2 * MIB, data: Buffer.from('two') },
      { offset: 1, data: Buffer.from('ut') },
    ];
    await expect(store.writeAll('a', [...writes, { offset: 4 * MIB, data: Buffer.from('x') }])).rejects.toMatchObject({
      problem: 'out-of-range',
    });
    expect((await store.usage('a')).stored).toBe(0);
    await store.writeAll('a', writes);
    expect((await bytesOf('a', 3)).toString()).toBe('out');
    expect((await store.read('a', { offset: 2 * MIB, length: 3 })).toString()).toBe('two');
  });

  describe('that is full', () => {
    beforeEach(async () => {
      await bench.store.close();
      const store = await bench.open({ quotaBytes: 4 * MIB });
      await store.create('a', 64 * MIB);
    });

    test('says how much is left, and counts what is shared once', async () => {
      const { store } = bench;
      expect(await store.free()).toBe(4 * MIB);
      await store.write('a', 0, pattern(0, 3 * MIB));
      await store.snapshot([{ source: 'a', target: 'b' }]);
      expect(await store.free()).toBe(MIB);
      await store.remove('a');
      expect(await store.free()).toBe(MIB);
      await store.remove('b');
      expect(await store.free()).toBe(4 * MIB);
    });

    test('takes all of a write or nothing, and leaves no files of what it refused', async () => {
      const { store } = bench;
      await expect(store.write('a', 0, pattern(0, 5 * MIB))).rejects.toMatchObject({ problem: 'no-space' });
      expect(chunkFiles(bench.folder)).toEqual([]);
      expect(await store.free()).toBe(4 * MIB);
      await store.write('a', 0, pattern(0, 4 * MIB));
      await expect(store.write('a', 5 * MIB, Buffer.from('x'))).rejects.toMatchObject({ problem: 'no-space' });
      // What is stored already needs no room.
      await store.write('a', 8 * MIB, pattern(0, 4 * MIB));
      await store.discard('a', { offset: 0, length: 12 * MIB });
      await store.write('a', 20 * MIB, pattern(9, 4 * MIB));
    });

    test('keeps the floor of the file system free', async () => {
      await bench.store.close();
      const store = await bench.open({ floorBytes: Number.MAX_SAFE_INTEGER });
      expect(await store.free()).toBe(0);
      await expect(store.write('a', 0, Buffer.from('x'))).rejects.toMatchObject({ problem: 'no-space' });
    });
  });

  test('lets nobody else open its folder, and several stores live side by side', async () => {
    const { store } = bench;
    await expect(bench.open()).rejects.toMatchObject({ problem: 'unavailable' });
    const other = await openChunkStore({ folder: join(bench.folder, 'other') });
    await other.create('a', MIB);
    expect(await store.list()).toEqual([]);
    await other.close();
  });

  test('keeps the disks of a store of the first version', async () => {
    let { store } = bench;
    await store.create('a', 2 * MIB);
    await store.write('a', 0, pattern(0, MIB + 4096));
    const checksum = await store.checksum('a');
    await store.close();
    const db = new Sqlite(join(bench.folder, 'index.db'));
    db.exec('ALTER TABLE chunk DROP COLUMN base; ALTER TABLE chunk DROP COLUMN blocks; PRAGMA user_version = 1');
    db.close();
    store = await bench.open();
    expect(await store.checksum('a')).toBe(checksum);
    await store.snapshot([{ source: 'a', target: 'b' }]);
    await store.write('b', 0, Buffer.from('new'));
    const { stored, shared } = await store.usage('b');
    expect(stored - shared).toBe(4096);
  });

  test('of a later version is not touched', async () => {
    await bench.store.close();
    const db = new Sqlite(join(bench.folder, 'index.db'));
    db.pragma('user_version = 99');
    db.close();
    await expect(bench.open()).rejects.toMatchObject({ problem: 'unavailable' });
    unlinkSync(join(bench.folder, 'index.db'));
    await bench.open();
  });
});
