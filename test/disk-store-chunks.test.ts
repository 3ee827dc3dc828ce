import { existsSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChunkStore, openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { firstDifference, MIB, pattern } from './contracts/bytes.ts';
import { diskStoreContract, type OpenStore } from './contracts/disk-store.ts';
import { imagined, LANES } from './disk-crash/chunk-store-life.ts';
import { checkIndex, chunkFiles } from './disk-crash/index-check.ts';
import { killAfterLines } from './disk-crash/kill-after-lines.ts';

const openInFolder: OpenStore = async ({ room } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  const options = { folder, ...(room === undefined ? {} : { quotaBytes: room }) };
  let store = await openChunkStore(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openChunkStore(options);
      return store;
    },
    async dispose() {
      await store.close();
      expect(checkIndex(folder).faults).toEqual([]);
      await rm(folder, { recursive: true });
    },
  };
};

diskStoreContract('chunks', openInFolder);

describe('the chunk store', () => {
  let folder: string;
  let store: ChunkStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chunks-'));
    store = await openChunkStore({ folder });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const bytesOf = (id: string, length: number) => store.read(id, { offset: 0, length });
  const onlyFile = (): string => {
    const [file, ...others] = chunkFiles(folder);
    expect(others).toEqual([]);
    return file ?? '';
  };

  test('keeps equal pieces once, and zeros not at all', async () => {
    for (const id of ['a', 'b']) {
      await store.create(id, 6 * MIB);
      for (let piece = 0; piece < 4; piece += 1) await store.write(id, piece * MIB, pattern(0, MIB));
      await store.write(id, 4 * MIB, Buffer.alloc(2 * MIB));
    }
    expect(chunkFiles(folder)).toHaveLength(1);
    expect(await store.usage('a')).toEqual({ logical: 6 * MIB, stored: MIB, shared: MIB });
    await store.remove('a');
    expect(await store.usage('b')).toEqual({ logical: 6 * MIB, stored: MIB, shared: 0 });
    await store.remove('b');
    expect(chunkFiles(folder)).toEqual([]);
  });

  test('stores a piece without its zeros, in steps of 4 KiB', async () => {
    await store.create('a', MIB);
    await store.write('a', 5_000, Buffer.from('x'));
    expect(readFileSync(onlyFile())).toHaveLength(4096);
    await store.write('a', 0, Buffer.from('y'));
    await store.write('a', 500_000, Buffer.from('z'));
    expect((await store.usage('a')).stored).toBe(3 * 4096);
    expect((await store.read('a', { offset: 500_000, length: 1 })).toString()).toBe('z');
  });

  describe('a change after a copy', () => {
    beforeEach(async () => {
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
      const { stored, shared } = await store.usage(id);
      return stored - shared;
    };

    test('is stored as its blocks, and read with what is below it', async () => {
      expect(await alone('b')).toBe(2 * 4096);
      expect(await store.usage('b')).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB });
      expect(await store.usageOf(['a', 'b'])).toEqual({ logical: 8 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB });
      await store.close();
      store = await openChunkStore({ folder });
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      await store.checksum('b');
      expect(await store.changedBetween('a', 'b')).toEqual([
        { offset: MIB, length: 4096 },
        { offset: MIB + 49_152, length: 4096 },
      ]);
    });

    test('keeps what it needs when the copy is removed, and nothing else', async () => {
      await store.remove('a');
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      expect(await store.usage('b')).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 0 });
      // Nobody else keeps the piece below any more: it is written as a whole, and that goes.
      await store.write('b', MIB + 200, Buffer.from('once more'));
      expect((await store.usage('b')).stored).toBe(4 * MIB);
      await store.remove('b');
      expect(chunkFiles(folder)).toEqual([]);
    });

    test('that others have too is stored once', async () => {
      await store.snapshot([{ source: 'a', target: 'c' }]);
      await store.write('c', MIB, expected().subarray(MIB, 2 * MIB));
      expect(await store.usageOf(['c'])).toEqual({ logical: 4 * MIB, stored: 4 * MIB + 2 * 4096, shared: 4 * MIB + 2 * 4096 });
      expect(await store.changedBetween('b', 'c')).toEqual([]);
    });

    test('is never a difference from a difference', async () => {
      for (let round = 0; round < 5; round += 1) {
        await store.snapshot([{ source: 'b', target: `b${round}` }]);
        await store.write('b', MIB + round * 8192, Buffer.from(`round ${round}`));
      }
      await store.close();
      const db = new Sqlite(join(folder, 'index.db'), { readonly: true });
      const chains = db.prepare('SELECT count(*) FROM chunk JOIN chunk AS below ON below.id = chunk.base WHERE below.base <> 0');
      expect(chains.pluck().get()).toBe(0);
      db.close();
      store = await openChunkStore({ folder });
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
      await store.close();
      const file = chunkFiles(folder).find(path => isVictim(readFileSync(path))) ?? '';
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill((bytes[at] ?? 0) + 1, at, at + 1));
      store = await openChunkStore({ folder });
      const corrupt = { problem: 'corrupt', message: expect.stringContaining('disk b ') };
      await expect(store.checksum('b')).rejects.toMatchObject(corrupt);
      await expect(store.read('b', { offset: MIB, length: 1 })).rejects.toMatchObject(corrupt);
      expect(await store.changedBetween('a', 'b')).not.toEqual([]);
      await store.create('again', MIB);
      await store.write('again', 0, expected().subarray(MIB, 2 * MIB));
      await store.checksum('again');
      await store.checksum('b');
      await store.close();
      expect(checkIndex(folder).faults).toEqual([]);
      store = await openChunkStore({ folder });
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
    });

    test('that is damaged is mended by several who bring the same bytes at once, and what is below it stays', async () => {
      await store.snapshot([{ source: 'a', target: 'other' }]);
      await store.write('other', MIB + 300_000, Buffer.from('other'));
      await store.close();
      truncateSync(chunkFiles(folder).find(path => readFileSync(path).length === 2 * 4096) ?? '', 0);
      store = await openChunkStore({ folder });
      const again = ['again-1', 'again-2', 'again-3'];
      for (const id of again) await store.create(id, MIB);
      await Promise.all(again.map(id => store.write(id, 0, expected().subarray(MIB, 2 * MIB))));
      const other = pattern(0, 4 * MIB);
      other.write('other', MIB + 300_000);
      await store.remove('again-1');
      await store.close();
      expect(checkIndex(folder).faults).toEqual([]);
      store = await openChunkStore({ folder });
      for (const id of ['a', 'b', 'other']) await store.checksum(id);
      expect(firstDifference(await bytesOf('b', 4 * MIB), expected())).toBe(-1);
      expect(firstDifference(await bytesOf('other', 4 * MIB), other)).toBe(-1);
    });
  });

  test('keeps the disks of a store of the first version', async () => {
    await store.create('a', 2 * MIB);
    await store.write('a', 0, pattern(0, MIB + 4096));
    const checksum = await store.checksum('a');
    await store.close();
    const db = new Sqlite(join(folder, 'index.db'));
    db.exec('ALTER TABLE chunk DROP COLUMN base; ALTER TABLE chunk DROP COLUMN blocks; PRAGMA user_version = 1');
    db.close();
    store = await openChunkStore({ folder });
    expect(await store.checksum('a')).toBe(checksum);
    await store.snapshot([{ source: 'a', target: 'b' }]);
    await store.write('b', 0, Buffer.from('new'));
    const { stored, shared } = await store.usage('b');
    expect(stored - shared).toBe(4096);
  });

  test('with a node missing from its index names the disk, and goes on with the others', async () => {
    for (const id of ['bad', 'good']) {
      await store.create(id, 300 * MIB);
      await store.write(id, 0, pattern(id.length, 4096));
      await store.write(id, 200 * MIB, pattern(id.length, 4096));
    }
    await store.close();
    const db = new Sqlite(join(folder, 'index.db'));
    const { node } = db.prepare<[], { node: number }>(`SELECT node FROM disk WHERE id = 'bad'`).get() ?? { node: 0 };
    db.prepare('DELETE FROM node WHERE id = ?').run(node);
    db.close();
    store = await openChunkStore({ folder });
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

  test('writes several ranges of a disk or none of them', async () => {
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

  describe('comparing two disks', () => {
    const LEAF = 128 * MIB;

    test('lets others have their turns while it looks for what differs, however little that is', async () => {
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
      await store.create('a', 40 * LEAF);
      for (let leaf = 0; leaf < 40; leaf += 1) await store.write('a', leaf * LEAF, pattern(leaf, 8192));
      await store.snapshot([{ source: 'a', target: 'b' }]);
      for (let leaf = 0; leaf < 40; leaf += 1) await store.write('b', leaf * LEAF + 4096, pattern(leaf + 7, 4096));
      const compared = store.changedBetween('a', 'b');
      await Promise.all([store.remove('a'), store.discard('b', { offset: 0, length: 40 * LEAF })]);
      expect(await compared).toEqual(Array.from({ length: 40 }, (_, leaf) => ({ offset: leaf * LEAF + 4096, length: 4096 })));
      await store.remove('b');
      expect(chunkFiles(folder)).toEqual([]);
    });
  });

  test('lets two disks be read as they were, by whole pieces where they differ, whatever becomes of them', async () => {
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
    expect(chunkFiles(folder)).toEqual([]);
  });

  test('lets nobody else open its folder, and several stores live side by side', async () => {
    await expect(openChunkStore({ folder })).rejects.toMatchObject({ problem: 'unavailable' });
    const other = await openChunkStore({ folder: join(folder, 'other') });
    await other.create('a', MIB);
    expect(await store.list()).toEqual([]);
    await other.close();
  });

  describe('with a damaged chunk', () => {
    beforeEach(async () => {
      await store.create('bad', 2 * MIB);
      await store.write('bad', MIB, pattern(0, MIB));
      // Not from memory.
      await store.close();
      store = await openChunkStore({ folder });
    });

    const damages: [string, (file: string) => void][] = [
      ['changed', file => writeFileSync(file, Buffer.from('!'), { flag: 'r+' })],
      ['cut short', file => truncateSync(file, 4096)],
      ['made longer', file => writeFileSync(file, Buffer.alloc(1), { flag: 'a' })],
      ['missing', file => unlinkSync(file)],
    ];

    test.each(damages)('that is %s, names the disk and goes on with the others', async (_, damage) => {
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
      damage(onlyFile());
      await expect(store.checksum('bad')).rejects.toMatchObject({ problem: 'corrupt' });
      await store.create('again', MIB);
      await store.write('again', 0, pattern(0, MIB));
      expect(firstDifference(await store.read('bad', { offset: MIB, length: MIB }), pattern(0, MIB))).toBe(-1);
      await store.checksum('bad');
      onlyFile();
    });

    test('among many, is found by the workers', async () => {
      await store.create('large', 40 * MIB);
      await store.write('large', 0, pattern(1, 40 * MIB));
      const usual = await store.checksum('large');
      await store.snapshot([{ source: 'large', target: 'copy' }]);
      expect(await store.checksum('copy')).toBe(usual);
      for (const [at, file] of chunkFiles(folder).entries()) if (at === 20) truncateSync(file, 100);
      await expect(store.checksum('large')).rejects.toMatchObject({ problem: 'corrupt' });
    });
  });

  describe('that is full', () => {
    beforeEach(async () => {
      await store.close();
      store = await openChunkStore({ folder, quotaBytes: 4 * MIB });
      await store.create('a', 64 * MIB);
    });

    test('says how much is left, and counts what is shared once', async () => {
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
      await expect(store.write('a', 0, pattern(0, 5 * MIB))).rejects.toMatchObject({ problem: 'no-space' });
      expect(chunkFiles(folder)).toEqual([]);
      expect(await store.free()).toBe(4 * MIB);
      await store.write('a', 0, pattern(0, 4 * MIB));
      await expect(store.write('a', 5 * MIB, Buffer.from('x'))).rejects.toMatchObject({ problem: 'no-space' });
      // What is stored already needs no room.
      await store.write('a', 8 * MIB, pattern(0, 4 * MIB));
      await store.discard('a', { offset: 0, length: 12 * MIB });
      await store.write('a', 20 * MIB, pattern(9, 4 * MIB));
    });

    test('keeps the floor of the file system free', async () => {
      await store.close();
      store = await openChunkStore({ folder, floorBytes: Number.MAX_SAFE_INTEGER });
      expect(await store.free()).toBe(0);
      await expect(store.write('a', 0, Buffer.from('x'))).rejects.toMatchObject({ problem: 'no-space' });
    });
  });

  test('with an index that is no index says so, and leaves the file alone', async () => {
    await store.close();
    const file = join(folder, 'index.db');
    const garbage = Buffer.alloc(10_000, 'no index');
    writeFileSync(file, garbage);
    await expect(openChunkStore({ folder })).rejects.toMatchObject({
      problem: 'corrupt',
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file).equals(garbage)).toBe(true);
    unlinkSync(file);
    store = await openChunkStore({ folder });
  });

  test('of a later version is not touched', async () => {
    await store.close();
    const db = new Sqlite(join(folder, 'index.db'));
    db.pragma('user_version = 99');
    db.close();
    await expect(openChunkStore({ folder })).rejects.toMatchObject({ problem: 'unavailable' });
    unlinkSync(join(folder, 'index.db'));
    store = await openChunkStore({ folder });
  });

  // Each round is killed at another moment: after so many steps have been answered.
  test.each([1, 7, 40, 160])(
    'killed after %i steps, has what it answered, and nothing half-made',
    { timeout: 60_000 },
    async steps => {
      await store.close();
      const answered = await liveUntilKilled(folder, steps);
      store = await openChunkStore({ folder });
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
      const { faults, chunks, files } = checkIndex(folder);
      expect({ faults, files }).toEqual({ faults: [], files: chunks });

      store = await openChunkStore({ folder });
      await Promise.all(ids.map(id => store.remove(id)));
      expect(chunkFiles(folder)).toEqual([]);
      expect(existsSync(join(folder, 'index.db'))).toBe(true);
    },
  );

  /** How a lane's disks differ from those imagined, in words; empty where they do not. */
  async function differences(ids: readonly string[], disks: ReadonlyMap<string, Buffer>): Promise<string> {
    if (ids.join() !== [...disks.keys()].sort().join()) return `there are ${ids}`;
    for (const [id, bytes] of disks) {
      if ((await store.stat(id))?.size !== bytes.length) return `${id} has another size`;
      const at = firstDifference(await bytesOf(id, bytes.length), bytes);
      if (at !== -1) return `${id} differs at ${at}`;
    }
    return '';
  }
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

/** Steps that a process on the store answered in each lane, until it was killed. */
async function liveUntilKilled(folder: string, steps: number): Promise<number[]> {
  const lines = await killAfterLines('chunk-store-victim.ts', [folder], steps);
  return Array.from({ length: LANES }, (_, lane) => lines.filter(line => line === String(lane)).length);
}
