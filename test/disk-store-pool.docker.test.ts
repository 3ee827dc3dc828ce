import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Helper } from '../emulator/hardware/docker/helper.ts';
import { PoolStore } from '../emulator/store/disks/pool/pool-store.ts';
import { docker, expectNothingLeft, testCloudId, testFolder, testHelper, testImages } from './appliance-bench.ts';
import { MIB, pattern } from './contracts/bytes.ts';
import { diskStoreContract, type OpenStore } from './contracts/disk-store.ts';

const ROOMY = 2048 * MIB;

/** One helper serves all the tests with the same room: a store is opened by emptying it. */
class PoolBench {
  readonly cloudId = testCloudId();
  readonly #poolBytes: number;
  #folder = '';
  helper: Helper | undefined;

  constructor(poolBytes: number) {
    this.#poolBytes = poolBytes;
  }

  async open(): Promise<Helper> {
    if (this.#folder === '') this.#folder = await testFolder();
    this.helper ??= testHelper(this.cloudId, this.#folder, this.#poolBytes);
    await this.helper.ensure();
    return this.helper;
  }

  async restart(): Promise<Helper> {
    await this.helper?.stop();
    this.helper = undefined;
    return await this.open();
  }

  async remove(): Promise<void> {
    await this.helper?.stop();
    await this.helper?.remove();
    await expectNothingLeft(this.cloudId, this.#folder);
  }
}

describe('the pool', () => {
  const benches = new Map<number, PoolBench>();
  const benchWith = (room: number): PoolBench => {
    const bench = benches.get(room) ?? new PoolBench(room);
    benches.set(room, bench);
    return bench;
  };

  beforeAll(testImages, 600_000);
  afterAll(async () => {
    for (const bench of benches.values()) await bench.remove();
  });

  const openEmptied: OpenStore = async ({ room = ROOMY } = {}) => {
    const bench = benchWith(room);
    const store = new PoolStore((await bench.open()).agent);
    return {
      store,
      reopen: async () => new PoolStore((await bench.restart()).agent),
      async dispose() {
        const last = new PoolStore((await bench.open()).agent);
        for (const id of await last.list()) await last.remove(id);
      },
    };
  };

  diskStoreContract('pool', openEmptied);

  test('a pool is as large as it is asked to be when it is opened, with all that it held', async () => {
    const cloudId = testCloudId();
    const folder = await testFolder();
    const small = testHelper(cloudId, folder, 400 * MIB);
    await small.ensure();
    const before = new PoolStore(small.agent);
    await before.create('d', 64 * MIB);
    await before.write('d', 0, pattern(0, 4 * MIB));
    const [sum, room] = [await before.checksum('d'), await before.free()];
    expect(room).toBeLessThan(400 * MIB);
    await small.stop();
    const large = testHelper(cloudId, folder, 1200 * MIB);
    await large.ensure();
    const after = new PoolStore(large.agent);
    expect(await after.free()).toBeGreaterThan(room + 600 * MIB);
    expect(await after.checksum('d')).toBe(sum);
    await large.stop();
    await large.remove();

    // Smaller again, what is there stays; new work is measured by what is asked for now.
    const tight = testHelper(cloudId, folder, 66 * MIB);
    await tight.ensure();
    const tightened = new PoolStore(tight.agent);
    expect(await tightened.checksum('d')).toBe(sum);
    const free = await tightened.free();
    expect(free).toBeLessThan(66 * MIB);
    await expect(tightened.write('d', 0, pattern(1, free + MIB))).rejects.toMatchObject({ problem: 'no-space' });
    expect(await tightened.checksum('d')).toBe(sum);
    await tight.stop();
    await tight.remove();
    await expectNothingLeft(cloudId, folder);
  });

  test('a helper that is killed while it writes leaves whole disks and no half-made ones', async () => {
    const bench = benchWith(ROOMY);
    const store = new PoolStore((await bench.open()).agent);
    await store.create('kept', 64 * MIB);
    await store.write('kept', 0, pattern(0, 4 * MIB));
    const sum = await store.checksum('kept');
    const work = [
      store.write('kept', 32 * MIB, pattern(1, 16 * MIB)),
      ...Array.from({ length: 8 }, (_, n) => store.snapshot([{ source: 'kept', target: `copy-${n}` }])),
    ];
    const settled = Promise.allSettled(work);
    await docker.getContainer(`cloudyard-${bench.cloudId}-helper`).kill();
    // Each request was answered by the old helper or made again with the next; none is lost.
    for (const outcome of await settled) expect(outcome.status).toBe('fulfilled');
    expect((await store.list()).sort()).toEqual(['kept', ...Array.from({ length: 8 }, (_, n) => `copy-${n}`)].sort());
    await store.discard('kept', { offset: 32 * MIB, length: 16 * MIB });
    expect(await store.checksum('kept')).toBe(sum);
    for (const id of await store.list()) await store.remove(id);
  });
});
