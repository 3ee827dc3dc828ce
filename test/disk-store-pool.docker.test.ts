import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../emulator/hardware/docker/engine.ts';
import { Helper } from '../emulator/hardware/docker/helper.ts';
import { imageNames } from '../emulator/hardware/docker/images.ts';
import { Labels } from '../emulator/hardware/docker/labels.ts';
import { findApplianceFolder } from '../emulator/hardware/docker/recipe.ts';
import { PoolStore } from '../emulator/store/disks/pool/pool-store.ts';
import { docker, expectNothingLeft, testCloudId, testFolder, testImages } from './appliance-bench.ts';
import { GIB, MIB, pattern } from './contracts/bytes.ts';
import { diskStoreContract, type OpenStore } from './contracts/disk-store.ts';

const ROOMY = 2048 * MIB;

/** A helper with a pool and nothing else. One serves all the tests with the same room: a store is opened by emptying it. */
class PoolBench {
  readonly #cloudId = testCloudId();
  readonly #folder = testFolder();
  #helper: Helper | undefined;
  #poolBytes: number;

  constructor(poolBytes: number) {
    this.#poolBytes = poolBytes;
  }

  async open(): Promise<PoolStore> {
    this.#helper ??= new Helper({
      engine: new Engine(docker),
      labels: new Labels(this.#cloudId),
      folder: await this.#folder,
      limits: { poolBytes: this.#poolBytes, poolFloor: Math.floor(this.#poolBytes / 16), stateFloor: GIB },
      images: () => imageNames(findApplianceFolder()),
    });
    await this.#helper.ensure();
    return new PoolStore(this.#helper.agent);
  }

  /** With another size, too. */
  async restart(poolBytes = this.#poolBytes): Promise<PoolStore> {
    await this.#helper?.stop();
    this.#helper = undefined;
    this.#poolBytes = poolBytes;
    return await this.open();
  }

  async killHelper(): Promise<void> {
    await docker.getContainer(`cloudyard-${this.#cloudId}-helper`).kill();
  }

  /** Only the folder stays, with the pool in it. */
  async removeHelper(): Promise<void> {
    await this.#helper?.stop();
    await this.#helper?.remove();
    this.#helper = undefined;
  }

  async remove(): Promise<void> {
    await this.removeHelper();
    await expectNothingLeft(this.#cloudId, await this.#folder);
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
    return {
      store: await bench.open(),
      reopen: () => bench.restart(),
      async dispose() {
        const last = await bench.open();
        for (const id of await last.list()) await last.remove(id);
      },
    };
  };

  diskStoreContract('pool', openEmptied);

  test('a pool is as large as it is asked to be when it is opened, with all that it held', async () => {
    const bench = new PoolBench(400 * MIB);
    const before = await bench.open();
    await before.create('d', 64 * MIB);
    await before.write('d', 0, pattern(0, 4 * MIB));
    const [sum, room] = [await before.checksum('d'), await before.free()];
    expect(room).toBeLessThan(400 * MIB);
    const after = await bench.restart(1200 * MIB);
    expect(await after.free()).toBeGreaterThan(room + 600 * MIB);
    expect(await after.checksum('d')).toBe(sum);
    await bench.removeHelper();

    // Smaller again, what is there stays; new work is measured by what is asked for now.
    const tightened = await bench.restart(66 * MIB);
    expect(await tightened.checksum('d')).toBe(sum);
    const free = await tightened.free();
    expect(free).toBeLessThan(66 * MIB);
    await expect(tightened.write('d', 0, pattern(1, free + MIB))).rejects.toMatchObject({ problem: 'no-space' });
    expect(await tightened.checksum('d')).toBe(sum);
    await bench.remove();
  });

  test('a helper that is killed while it writes leaves whole disks and no half-made ones', async () => {
    const bench = benchWith(ROOMY);
    const store = await bench.open();
    await store.create('kept', 64 * MIB);
    await store.write('kept', 0, pattern(0, 4 * MIB));
    const sum = await store.checksum('kept');
    const work = [
      store.write('kept', 32 * MIB, pattern(1, 16 * MIB)),
      ...Array.from({ length: 8 }, (_, n) => store.snapshot([{ source: 'kept', target: `copy-${n}` }])),
    ];
    const settled = Promise.allSettled(work);
    await bench.killHelper();
    // Each request was answered by the old helper or made again with the next; none is lost.
    for (const outcome of await settled) expect(outcome.status).toBe('fulfilled');
    expect((await store.list()).sort()).toEqual(['kept', ...Array.from({ length: 8 }, (_, n) => `copy-${n}`)].sort());
    await store.discard('kept', { offset: 32 * MIB, length: 16 * MIB });
    expect(await store.checksum('kept')).toBe(sum);
    for (const id of await store.list()) await store.remove(id);
  });
});
