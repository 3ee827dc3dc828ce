/**
 * What every disk store must do. The suite of a store calls this with the way to open one:
 *
 *     diskStoreContract('chunks', async ({ room } = {}) => ({ store, reopen, dispose }));
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiskStore, DiskStoreProblem } from '../../emulator/store/disks/disk-store.ts';
import { firstDifference, MIB, noise, pattern, type Random, seeded } from './bytes.ts';

export interface StoreUnderTest {
  readonly store: DiskStore;
  /** Closes the store and opens it again on the same state. */
  reopen(): Promise<DiskStore>;
  /** Closes the store and removes all that it holds. */
  dispose(): Promise<void>;
}

/** Opens an empty store of its own; with `room`, one that has about so many bytes free (by a quota, never by filling the machine). */
export type OpenStore = (options?: { room?: number }) => Promise<StoreUnderTest>;

/**
 * Checksums computed apart from both stores, with Python's hashlib, from the same description of the bytes:
 * `sha256(b''.join(sha256(p).digest() if any(p) else bytes(32) for p in pieces)).hexdigest()`.
 */
const CHECKSUMS = {
  /** 5 MiB: pattern in piece 0, holes in 1 and 2, pattern in 3 and in the first half of 4. */
  mixed: 'e58eecdb86e1c624eb3aebd86fc0749cec8d443d3068500ebededa4ad3cb528e',
  /** 1 MiB + 4096: pattern from 100 bytes before the end of piece 0 to the end of the disk. */
  shortLastPiece: '96510a985d56e2bdc06bcd82e6b02ea50e948582823bcfda7a14d1dfbbc78b1c',
  /** 5 MiB of holes. */
  empty: 'b393978842a0fa3d3e1470196f098f473f9678e72463cb65ec4ab5581856c2e4',
};

export function diskStoreContract(name: string, open: OpenStore): void {
  describe(`disk store ${name}`, () => {
    let bench: StoreUnderTest;
    let store: DiskStore;
    beforeEach(async () => {
      bench = await open();
      store = bench.store;
    });
    afterEach(() => bench.dispose());

    const bytesOf = (id: string, offset: number, length: number) => store.read(id, { offset, length });
    const refused = (problem: DiskStoreProblem) => ({ name: 'DiskStoreError', problem });

    describe('a disk', () => {
      test('is zeros until it is written', async () => {
        await store.create('d', 2 * MIB);
        expectBytes(await bytesOf('d', 0, 2 * MIB), Buffer.alloc(2 * MIB));
        expect(await store.stat('d')).toEqual({ size: 2 * MIB });
      });

      test('gives back what was written, wherever it begins and ends', async () => {
        await store.create('d', 4 * MIB);
        const writes: [number, number][] = [
          [0, 1],
          [5000, 300],
          [MIB - 10, 20],
          [MIB + 4096, 2 * MIB],
          [4 * MIB - 1, 1],
          [MIB - 5, MIB + 10],
        ];
        const expected = Buffer.alloc(4 * MIB);
        for (const [offset, length] of writes) {
          const data = pattern(offset + length, length);
          await store.write('d', offset, data);
          data.copy(expected, offset);
        }
        expectBytes(await bytesOf('d', 0, 4 * MIB), expected);
        expectBytes(await bytesOf('d', MIB - 3, 9), expected.subarray(MIB - 3, MIB + 6));
      });

      test('may be read and written in ranges of no length, up to its very end', async () => {
        await store.create('d', MIB);
        await store.write('d', MIB, Buffer.alloc(0));
        expect(await bytesOf('d', MIB, 0)).toHaveLength(0);
        expectBytes(await bytesOf('d', MIB - 1, 1), Buffer.alloc(1));
      });

      test.each([
        ['beyond the end', MIB, 1],
        ['over the end', MIB - 1, 2],
        ['before the start', -1, 1],
        ['of negative length', 0, -1],
        ['at half a byte', 0.5, 1],
      ])('refuses a range %s', async (_, offset, length) => {
        await store.create('d', MIB);
        await expect(store.read('d', { offset, length })).rejects.toMatchObject(refused('out-of-range'));
        await expect(store.discard('d', { offset, length })).rejects.toMatchObject(refused('out-of-range'));
        if (length > 0) {
          await expect(store.write('d', offset, Buffer.alloc(length, 1))).rejects.toMatchObject(refused('out-of-range'));
        }
        expectBytes(await bytesOf('d', 0, MIB), Buffer.alloc(MIB));
      });

      test('is made once: again with the same size is nothing, with another is refused', async () => {
        await store.create('d', MIB);
        await store.write('d', 0, pattern(0, 100));
        await store.create('d', MIB);
        expectBytes(await bytesOf('d', 0, 100), pattern(0, 100));
        await expect(store.create('d', 2 * MIB)).rejects.toMatchObject(refused('exists'));
      });

      test.each([0, -4096, 4095, 4096.5, Number.NaN])('cannot have %s bytes', async size => {
        await expect(store.create('d', size)).rejects.toMatchObject(refused('out-of-range'));
        expect(await store.list()).toEqual([]);
      });

      test.each(['', '..', '../d', 'a/b', 'UPPER', 'a'.repeat(81), 'a\0', '-a'])('cannot be called %j', async id => {
        await expect((async () => store.create(id, MIB))()).rejects.toThrow(TypeError);
        await expect((async () => store.read(id, { offset: 0, length: 1 }))()).rejects.toThrow(TypeError);
        await expect((async () => store.snapshot([{ source: id, target: 'ok' }]))()).rejects.toThrow(TypeError);
        await expect((async () => store.snapshot([{ source: 'ok', target: id }]))()).rejects.toThrow(TypeError);
        await expect((async () => store.remove(id))()).rejects.toThrow(TypeError);
      });

      test('that is not there has no size, and nothing can be done with it', async () => {
        expect(await store.stat('none')).toBeUndefined();
        const calls: (() => Promise<unknown>)[] = [
          () => bytesOf('none', 0, 1),
          () => store.write('none', 0, Buffer.alloc(1, 1)),
          () => store.grow('none', MIB),
          () => store.discard('none', { offset: 0, length: 0 }),
          () => store.changedBetween('none', 'none'),
          () => store.checksum('none'),
          () => store.usage('none'),
          () => store.snapshot([{ source: 'none', target: 'd' }]),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject(refused('not-found'));
        await store.remove('none');
        expect(await store.list()).toEqual([]);
      });
    });

    describe('growth', () => {
      test('keeps the bytes and adds zeros', async () => {
        await store.create('d', MIB + 4096);
        await store.write('d', MIB, pattern(0, 4096));
        await store.grow('d', 200 * MIB);
        expect(await store.stat('d')).toEqual({ size: 200 * MIB });
        expectBytes(await bytesOf('d', MIB, 4096), pattern(0, 4096));
        expectBytes(await bytesOf('d', MIB + 4096, 8192), Buffer.alloc(8192));
        await store.write('d', 200 * MIB - 4096, pattern(1, 4096));
        expectBytes(await bytesOf('d', 200 * MIB - 4096, 4096), pattern(1, 4096));
      });

      test('to the same size is nothing, to less is refused', async () => {
        await store.create('d', 2 * MIB);
        await store.grow('d', 2 * MIB);
        await expect(store.grow('d', MIB)).rejects.toMatchObject(refused('out-of-range'));
        await expect(store.grow('d', 2 * MIB + 1)).rejects.toMatchObject(refused('out-of-range'));
        expect(await store.stat('d')).toEqual({ size: 2 * MIB });
      });

      test('of a copy leaves the other alone', async () => {
        await store.create('a', MIB);
        await store.write('a', 0, pattern(0, MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        await store.grow('b', 40 * 1024 * MIB);
        await store.write('b', 30 * 1024 * MIB, pattern(3, 4096));
        expect(await store.stat('a')).toEqual({ size: MIB });
        expectBytes(await bytesOf('a', 0, MIB), pattern(0, MIB));
        expectBytes(await bytesOf('b', 0, MIB), pattern(0, MIB));
        expectBytes(await bytesOf('b', 30 * 1024 * MIB, 4096), pattern(3, 4096));
      });
    });

    describe('a hole', () => {
      test('reads as zeros, and only where it was made', async () => {
        await store.create('d', 4 * MIB);
        const expected = pattern(0, 4 * MIB);
        await store.write('d', 0, expected);
        for (const [offset, length] of [
          [4096, 8192],
          [MIB - 4096, 2 * MIB],
          [4 * MIB - 4096, 4096],
        ] as const) {
          await store.discard('d', { offset, length });
          expected.fill(0, offset, offset + length);
        }
        expectBytes(await bytesOf('d', 0, 4 * MIB), expected);
      });

      test('takes no space', async () => {
        await store.create('d', 4 * MIB);
        await store.write('d', 0, pattern(0, 2 * MIB));
        const before = await store.usage('d');
        await store.discard('d', { offset: 0, length: MIB });
        const after = await store.usage('d');
        expect(before.logical).toBe(4 * MIB);
        expect(after.logical).toBe(4 * MIB);
        expect(before.stored - after.stored).toBeGreaterThanOrEqual(MIB);
        await store.discard('d', { offset: 0, length: 4 * MIB });
        expect((await store.usage('d')).stored).toBe(0);
      });
    });

    describe('a snapshot', () => {
      test('has the same bytes, and neither side sees the other change', async () => {
        await store.create('a', 3 * MIB);
        await store.write('a', 0, pattern(0, 3 * MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        expectBytes(await bytesOf('b', 0, 3 * MIB), pattern(0, 3 * MIB));
        await store.write('a', 100, Buffer.from('from a'));
        await store.write('b', MIB, Buffer.from('from b'));
        await store.discard('b', { offset: 2 * MIB, length: MIB });
        expectBytes(await bytesOf('b', 100, 6), pattern(100, 6));
        expectBytes(await bytesOf('a', MIB, 6), pattern(MIB, 6));
        expectBytes(await bytesOf('a', 2 * MIB, MIB), pattern(2 * MIB, MIB));
        expect((await bytesOf('a', 100, 6)).toString()).toBe('from a');
        expect((await bytesOf('b', MIB, 6)).toString()).toBe('from b');
      });

      test('replaces a target that is there, whatever its size', async () => {
        await store.create('a', MIB);
        await store.write('a', 0, pattern(0, MIB));
        await store.create('b', 4 * MIB);
        await store.write('b', 0, pattern(9, 4 * MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        await store.snapshot([{ source: 'a', target: 'b' }]);
        expect(await store.stat('b')).toEqual({ size: MIB });
        expectBytes(await bytesOf('b', 0, MIB), pattern(0, MIB));
      });

      test('onto itself changes nothing', async () => {
        await store.create('a', MIB);
        await store.write('a', 0, pattern(0, MIB));
        await store.snapshot([{ source: 'a', target: 'a' }]);
        expectBytes(await bytesOf('a', 0, MIB), pattern(0, MIB));
      });

      test('of a snapshot of a snapshot outlives them all', async () => {
        await store.create('a', 2 * MIB);
        await store.write('a', 0, pattern(0, 2 * MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        await store.write('b', 10, Buffer.from('b'));
        await store.snapshot([{ source: 'b', target: 'c' }]);
        await store.remove('a');
        await store.remove('b');
        const expected = pattern(0, 2 * MIB);
        expected[10] = 'b'.charCodeAt(0);
        expectBytes(await bytesOf('c', 0, 2 * MIB), expected);
        expect(await store.list()).toEqual(['c']);
      });

      test('of several disks is of one moment: all of a write or nothing of it, and all disks or none', async () => {
        await store.create('a', MIB);
        await store.create('b', MIB);
        // `a` is always written before `b`, so `a` may be one round ahead of `b`, and never behind.
        let isOver = false;
        const writing = (async () => {
          for (let round = 1; !isOver && round < 250; round += 1) {
            await store.write('a', 0, Buffer.alloc(16, round));
            await store.write('b', 0, Buffer.alloc(16, round));
          }
        })();
        for (let at = 0; at < 10; at += 1) {
          await store.snapshot([
            { source: 'b', target: `b${at}` },
            { source: 'a', target: `a${at}` },
          ]);
        }
        isOver = true;
        await writing;
        for (let at = 0; at < 10; at += 1) {
          const a = await bytesOf(`a${at}`, 0, 16);
          const b = await bytesOf(`b${at}`, 0, 16);
          expect(a).toEqual(Buffer.alloc(16, a[0]));
          expect(b).toEqual(Buffer.alloc(16, b[0]));
          expect([0, 1]).toContain((a[0] ?? 0) - (b[0] ?? 0));
        }
      });

      test('with one source missing copies nothing', async () => {
        await store.create('a', MIB);
        const copies = [
          { source: 'a', target: 'x' },
          { source: 'none', target: 'y' },
        ];
        await expect(store.snapshot(copies)).rejects.toMatchObject(refused('not-found'));
        expect(await store.list()).toEqual(['a']);
      });
    });

    describe('what changed between two disks', () => {
      test('is nothing for a copy, and the written ranges after writes', async () => {
        await store.create('a', 64 * MIB);
        await store.write('a', 0, pattern(0, 8 * MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        expect(await store.changedBetween('a', 'b')).toEqual([]);
        await store.write('b', 2 * MIB + 5, Buffer.from('x'));
        await store.write('b', 60 * MIB, Buffer.from('y'));
        await store.discard('b', { offset: 6 * MIB, length: MIB });
        const changed = await store.changedBetween('a', 'b');
        for (const at of [2 * MIB + 5, 60 * MIB, 6 * MIB, 7 * MIB - 1]) expect(covers(changed, at)).toBe(true);
        expect(changed.reduce((sum, range) => sum + range.length, 0)).toBeLessThanOrEqual(4 * MIB);
        expect(await store.changedBetween('b', 'a')).toEqual(changed);
      });

      test('is hardly more than what was written: 10 MB in ten places', async () => {
        await store.create('a', 64 * MIB);
        await store.write('a', 0, noise(1, 32 * MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        const random = seeded(7);
        for (let place = 0; place < 10; place += 1) {
          // Anywhere, as a file system would: at the start of a block.
          const offset = place * 6 * MIB + random.below(1024) * 4096;
          await store.write('b', offset, noise(2 + place, 1_000_000));
        }
        const changed = (await store.changedBetween('a', 'b')).reduce((sum, range) => sum + range.length, 0);
        expect(changed).toBeGreaterThanOrEqual(9_900_000);
        expect(changed).toBeLessThanOrEqual(13_000_000);
        const { stored, shared } = await store.usage('b');
        expect(stored - shared).toBeGreaterThanOrEqual(9_900_000);
        expect(stored - shared).toBeLessThanOrEqual(13_000_000);
      });

      test('of a grown copy is what was written to it: an end that is not there counts as holes', async () => {
        await store.create('a', MIB);
        await store.write('a', 0, pattern(0, MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        await store.grow('b', 300 * MIB);
        await store.write('b', 299 * MIB, pattern(0, 4096));
        const changed = await store.changedBetween('a', 'b');
        expect(covers(changed, 299 * MIB)).toBe(true);
        expect(changed.reduce((sum, range) => sum + range.length, 0)).toBeLessThanOrEqual(2 * MIB);
      });

      test.each([1, 2, 3])('never leaves out a difference (random changes, seed %i)', async seed => {
        const random = seeded(seed);
        const size = 24 * MIB;
        await store.create('a', size);
        await scribble(store, 'a', size, random, 12);
        await store.snapshot([{ source: 'a', target: 'b' }]);
        await scribble(store, 'b', size, random, 6);
        if (seed === 2) await scribble(store, 'a', size, random, 3);
        if (seed === 3) await store.grow('b', size + 4096);
        const length = seed === 3 ? size + 4096 : size;
        const ranges = await store.changedBetween('a', 'b');
        expect(inOrder(ranges)).toBe(true);
        // Taking just these ranges over makes one of the other.
        await store.grow('a', length);
        for (const range of ranges) await store.write('a', range.offset, await store.read('b', range));
        expectBytes(await bytesOf('a', 0, length), await bytesOf('b', 0, length));
      });
    });

    describe('a checksum', () => {
      test('is the agreed one', async () => {
        await store.create('mixed', 5 * MIB);
        await store.write('mixed', 0, pattern(0, MIB));
        await store.write('mixed', MIB, Buffer.alloc(MIB));
        await store.write('mixed', 3 * MIB, pattern(3 * MIB, MIB + MIB / 2));
        expect(await store.checksum('mixed')).toBe(CHECKSUMS.mixed);

        await store.create('short', MIB + 4096);
        await store.write('short', MIB - 100, pattern(MIB - 100, 4196));
        expect(await store.checksum('short')).toBe(CHECKSUMS.shortLastPiece);

        await store.create('empty', 5 * MIB);
        expect(await store.checksum('empty')).toBe(CHECKSUMS.empty);
      });

      test('depends on the bytes, not on how they came to be', async () => {
        await store.create('a', 20 * MIB);
        await store.write('a', 0, pattern(0, 20 * MIB));
        await store.discard('a', { offset: 3 * MIB, length: 2 * MIB });
        await store.create('b', 4 * MIB);
        await store.write('b', 0, pattern(0, 3 * MIB));
        await store.grow('b', 20 * MIB);
        await store.write('b', 5 * MIB, pattern(5 * MIB, 15 * MIB));
        expect(await store.checksum('b')).toBe(await store.checksum('a'));
        await store.write('b', 0, Buffer.from([255]));
        expect(await store.checksum('b')).not.toBe(await store.checksum('a'));
      });

      test('reports its progress up to the whole, and stops when it is told to', async () => {
        await store.create('a', 40 * MIB);
        await store.write('a', 0, pattern(0, 40 * MIB));
        const reports: number[] = [];
        await store.checksum('a', {
          onProgress: (done, total) => {
            expect(total).toBe(40 * MIB);
            reports.push(done);
          },
        });
        expect(reports.at(-1)).toBe(40 * MIB);
        expect(reports).toEqual([...reports].sort((x, y) => x - y));
        await expect(store.checksum('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
        const stop = new AbortController();
        const stopped = store.checksum('a', { signal: stop.signal, onProgress: () => stop.abort() });
        await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
      });
    });

    describe('usage', () => {
      test('tells what is shared, and a removal frees exactly the rest', async () => {
        await store.create('a', 8 * MIB);
        await store.write('a', 0, pattern(0, 4 * MIB));
        const alone = await store.usage('a');
        expect(alone).toMatchObject({ logical: 8 * MIB, shared: 0 });
        expect(alone.stored).toBeGreaterThanOrEqual(4 * MIB);

        await store.snapshot([{ source: 'a', target: 'b' }]);
        expect(await store.usage('a')).toEqual({ ...alone, shared: alone.stored });
        expect(await store.usage('b')).toEqual({ ...alone, shared: alone.stored });

        await store.write('b', 6 * MIB, pattern(50, MIB));
        await store.discard('b', { offset: 0, length: MIB });
        const ofB = await store.usage('b');
        expect(ofB.stored - ofB.shared).toBeGreaterThanOrEqual(MIB);
        expect(ofB.stored - ofB.shared).toBeLessThan(2 * MIB);
        expect((await store.usage('a')).shared).toBe(ofB.shared);

        await store.remove('a');
        expect(await store.usage('b')).toEqual({ logical: 8 * MIB, stored: ofB.stored, shared: 0 });
      });

      test('of several disks counts each byte once', async () => {
        await store.create('a', 8 * MIB);
        await store.write('a', 0, pattern(0, 4 * MIB));
        for (const id of ['b', 'c']) {
          await store.snapshot([{ source: 'a', target: id }]);
          await store.write(id, 6 * MIB, pattern(id.charCodeAt(0), MIB));
        }
        await store.create('alone', 4 * MIB);
        await store.write('alone', 0, pattern(100, MIB));
        const of = (...ids: string[]) => store.usageOf(ids);
        expect(await of('a')).toEqual(await store.usage('a'));
        expect(await of('a', 'b', 'c')).toEqual({ logical: 24 * MIB, stored: 6 * MIB, shared: 4 * MIB });
        expect(await of('b', 'c')).toEqual({ logical: 16 * MIB, stored: 6 * MIB, shared: 4 * MIB });
        expect(await of('c', 'alone')).toEqual({ logical: 12 * MIB, stored: 6 * MIB, shared: 4 * MIB });
        expect(await of('alone', 'none', 'alone')).toEqual({ logical: 4 * MIB, stored: MIB, shared: 0 });
        expect(await of('none')).toEqual({ logical: 0, stored: 0, shared: 0 });
        expect(await of()).toEqual({ logical: 0, stored: 0, shared: 0 });
        await store.remove('a');
        await store.remove('b');
        expect(await of('a', 'b', 'c')).toEqual({ logical: 8 * MIB, stored: 5 * MIB, shared: 0 });
      });

      test('of groups of disks is that of each group by itself, and of all together', async () => {
        await store.create('a', 8 * MIB);
        await store.write('a', 0, pattern(0, 4 * MIB));
        for (const id of ['b', 'c', 'd']) {
          await store.snapshot([{ source: 'a', target: id }]);
          await store.write(id, 6 * MIB, pattern(id.charCodeAt(0), MIB));
          await store.write(id, MIB, pattern(id.charCodeAt(0), 4096));
        }
        await store.create('alone', 4 * MIB);
        await store.write('alone', 0, pattern(100, MIB));
        const groups = [['a', 'b'], ['b', 'c', 'none'], ['alone', 'alone'], [], ['none'], ['a', 'b', 'c', 'alone']];
        const counted = await store.usageOfGroups(groups);
        for (const [at, group] of groups.entries()) expect(counted.groups[at], `group ${at}`).toEqual(await store.usageOf(group));
        expect(counted.groups).toHaveLength(groups.length);
        expect(counted.total).toEqual(await store.usageOf(groups.flat()));
        expect(await store.usageOfGroups([])).toEqual({ groups: [], total: { logical: 0, stored: 0, shared: 0 } });
      });

      test('of several disks stops when it is told to', async () => {
        await store.create('a', 8 * MIB);
        await expect(store.usageOf(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
      });
    });

    describe('at once', () => {
      test('writes to one disk are all there, whatever their order', async () => {
        await store.create('d', 4 * MIB);
        const parts = Array.from({ length: 32 }, (_, at) => at * 131_072 + 1_000);
        await Promise.all(parts.map(offset => store.write('d', offset, pattern(offset, 50_000))));
        for (const offset of parts) expectBytes(await bytesOf('d', offset, 50_000), pattern(offset, 50_000));
      });

      test('snapshots, writes and removals of many disks end as if they had come one by one', async () => {
        await store.create('base', 2 * MIB);
        await store.write('base', 0, pattern(0, 2 * MIB));
        const lives = Array.from({ length: 24 }, async (_, at) => {
          const id = `d${at}`;
          await store.snapshot([{ source: 'base', target: id }]);
          await store.write(id, at * 4096, Buffer.alloc(4096, at + 1));
          await store.snapshot([{ source: id, target: `${id}-copy` }]);
          await Promise.all([store.remove(id), store.write('base', 0, pattern(0, 100))]);
        });
        await Promise.all(lives);
        expect((await store.list()).sort()).toEqual(['base', ...lives.map((_, at) => `d${at}-copy`)].sort());
        for (let at = 0; at < lives.length; at += 1) {
          const expected = pattern(0, 2 * MIB).fill(at + 1, at * 4096, at * 4096 + 4096);
          expectBytes(await bytesOf(`d${at}-copy`, 0, 2 * MIB), expected);
        }
      });

      test('a disk that is removed while it is read gives its bytes or is not found', async () => {
        await store.create('d', 4 * MIB);
        await store.write('d', 0, pattern(0, 4 * MIB));
        const reads = Array.from({ length: 8 }, () => bytesOf('d', 0, 4 * MIB).catch((error: unknown) => error));
        await store.remove('d');
        for (const read of await Promise.all(reads)) {
          if (Buffer.isBuffer(read)) expectBytes(read, pattern(0, 4 * MIB));
          else expect(read).toMatchObject(refused('not-found'));
        }
      });
    });

    describe('the store', () => {
      test('knows everything again after it was closed', async () => {
        await store.create('a', 3 * MIB);
        await store.write('a', MIB - 7, pattern(0, MIB));
        await store.snapshot([{ source: 'a', target: 'b' }]);
        const usage = await store.usage('a');
        const checksum = await store.checksum('a');
        store = await bench.reopen();
        expect((await store.list()).sort()).toEqual(['a', 'b']);
        expect(await store.usage('b')).toEqual(usage);
        expect(await store.checksum('b')).toBe(checksum);
        await store.remove('a');
        expectBytes(await bytesOf('b', MIB - 7, MIB), pattern(0, MIB));
      });

      test('says what is free', async () => {
        expect(await store.free()).toBeGreaterThan(0);
      });

      test('that is closed refuses', async () => {
        await store.close();
        await store.close();
        await expect(store.list()).rejects.toMatchObject(refused('unavailable'));
        store = await bench.reopen();
        expect(await store.list()).toEqual([]);
      });
    });

    describe('a full store', () => {
      let small: StoreUnderTest;
      beforeEach(async () => {
        small = await open({ room: 16 * MIB });
      });
      afterEach(() => small.dispose());

      test('refuses what it cannot hold, keeps what it has, and takes more once something is removed', async () => {
        const { store: full } = small;
        await full.create('a', 64 * MIB);
        await full.write('a', 0, pattern(0, 8 * MIB));
        await full.create('b', 64 * MIB);
        await expect(full.write('b', 0, pattern(5, 32 * MIB))).rejects.toMatchObject(refused('no-space'));
        expectBytes(await full.read('a', { offset: 0, length: 8 * MIB }), pattern(0, 8 * MIB));
        await full.snapshot([{ source: 'a', target: 'c' }]);
        await full.remove('b');
        await full.remove('a');
        await full.remove('c');
        await full.create('d', 64 * MIB);
        await full.write('d', 0, pattern(7, 8 * MIB));
        expectBytes(await full.read('d', { offset: 0, length: 8 * MIB }), pattern(7, 8 * MIB));
      });
    });
  });
}

const expectBytes = (actual: Uint8Array, expected: Uint8Array): void => {
  expect(firstDifference(actual, expected), 'first difference at').toBe(-1);
};

/** Random writes and holes, most of them small. */
async function scribble(store: DiskStore, id: string, size: number, random: Random, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const offset = random.below(size);
    const length = Math.min(1 + random.below(random.below(3) === 0 ? 2 * MIB : 9000), size - offset);
    if (random.below(4) === 0) await store.discard(id, { offset, length });
    else await store.write(id, offset, pattern(random.below(MIB), length));
  }
}

type Ranges = Awaited<ReturnType<DiskStore['changedBetween']>>;

const covers = (ranges: Ranges, at: number): boolean => ranges.some(({ offset, length }) => offset <= at && at < offset + length);

const inOrder = (ranges: Ranges): boolean =>
  ranges.every(({ offset, length }, at) => length > 0 && offset >= (at === 0 ? 0 : endOf(ranges[at - 1])));

const endOf = (range: Ranges[number] | undefined): number => (range === undefined ? 0 : range.offset + range.length);
