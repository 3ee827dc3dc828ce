/** Full-ECS images: what goes wrong while one is made, and while its bytes are summed afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { DiskStoreError } from '../emulator/store/disks/disk-store.ts';
import { refusal } from './emulator-cloud.ts';
import { CHECK, type FullEcsCloud, MINUTES, openFullEcs, SOURCE } from './full-ecs-cloud.ts';
import { everyHardware } from './hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

describe.each(everyHardware)('on %s', hardware => {
  let emulator: FullEcsCloud;

  beforeAll(async () => {
    emulator = await openFullEcs(hardware);
  }, MINUTES);
  afterAll(() => emulator?.close());
  beforeEach(() => emulator.checked());

  test(
    'one that fails leaves neither image, backup nor bytes, and takes the server out of the vault that it was put into',
    async () => {
      const { a, cloud, over, vaultId, done } = emulator;
      const other = await emulator.launch({ imageId: SOURCE });
      const before = await cloud.hardware.disks.list();
      for (const step of ['snapshot', 'register']) {
        const match = { jobType: 'imsCreateWholeImageByInstanceJob', step };
        await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'IMG.0014' }, count: 1 });
        const { jobId, imageId: id, backupId: gone } = await a.images.createWhole({ name: 'half', serverId: other, vaultId });
        expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0014' });
        expect(await refusal(a.images.get({ imageId: id }))).toBe('IMG.0027');
        expect(await cloud.database.read.backup.findUnique({ where: { id: gone } })).toBeNull();
        expect((await cloud.hardware.disks.list()).sort()).toEqual([...before].sort());
        expect(await cloud.database.read.vaultResource.findMany({ where: { resourceId: other } })).toEqual([]);
      }
      await done(a.servers.delete({ serverIds: [other] }));
    },
    MINUTES,
  );

  test('one whose disks cannot be copied, or do not fit the vault, fails with the codes of images', async () => {
    const { a, cloud, over, serverId, vaultId, disks, write, rows } = emulator;
    const { hardware } = cloud;
    const snapshot = hardware.snapshot.bind(hardware);
    const { usedBytes } = await cloud.database.read.vault.findUniqueOrThrow({ where: { id: vaultId } });
    const failures: [() => Promise<unknown>, string][] = [
      [() => Promise.reject(new HardwareError('failed', 'the disks cannot be copied')), 'IMG.0014'],
      // Something else takes the room after the order.
      [() => rows(db => db.vault.update({ where: { id: vaultId }, data: { usedBytes: 1000n * 2n ** 30n } })), 'IMG.0182'],
    ];
    for (const [happens, code] of failures) {
      await write(disks[1] ?? '', '/more', code);
      hardware.snapshot = async copies => {
        await happens();
        return snapshot(copies);
      };
      const { jobId } = await a.images.createWhole({ name: 'no', serverId, vaultId });
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: code });
    }
    hardware.snapshot = snapshot;
    await rows(db => db.vault.update({ where: { id: vaultId }, data: { usedBytes } }));
  });

  test('the check of its bytes cannot be cancelled: there is nothing to take back', async () => {
    const { a, cloud, serverId, vaultId, done } = emulator;
    const held = await cloud.faults.add({ match: { jobType: CHECK }, moment: 'before', effect: { kind: 'hold', percent: 0 } });
    const made = await a.images.createWhole({ name: 'checked', serverId, vaultId });
    await waitSuccessfully(emulator, made.jobId);
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
    expect(await refusal(a.jobs.cancel({ jobId: check.id }))).toBe('Cloudyard.0009');
    await cloud.faults.remove(held.id);
    await waitSuccessfully(emulator, check.id);
    expect((await a.images.get({ imageId: made.imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
    await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
  });

  test('a check that loses the hardware goes on when that is back', async () => {
    const { a, cloud, serverId, vaultId, done } = emulator;
    const { disks: store } = cloud.hardware;
    const checksum = store.checksum.bind(store);
    let isGone = true;
    let asked = 0;
    store.checksum = (...args) => {
      if (!isGone) return checksum(...args);
      asked++;
      return Promise.reject(new DiskStoreError('unavailable', 'the engine has gone'));
    };
    const made = await a.images.createWhole({ name: 'checked', serverId, vaultId });
    await waitSuccessfully(emulator, made.jobId);
    await expect.poll(() => asked).toBeGreaterThan(1);
    isGone = false;
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
    await waitSuccessfully(emulator, check.id);
    store.checksum = checksum;
    expect(await cloud.database.read.job.findUnique({ where: { id: check.id } })).toMatchObject({ attempt: 1 });
    expect((await a.images.get({ imageId: made.imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
    await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
  });

  test(
    'bytes that are found damaged leave an image that is not used',
    async () => {
      const { a, cloud, over, serverId, vaultId, order, done } = emulator;
      const match = { jobType: CHECK, step: 'verify' };
      await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'Cloudyard.0011' }, count: 1 });
      const made = await a.images.createWhole({ name: 'damaged', serverId, vaultId });
      await waitSuccessfully(emulator, made.jobId);
      const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
      expect(await over(check.id)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
      expect(await a.images.get({ imageId: made.imageId })).toMatchObject({ status: 'ACTIVE', checksum: null });
      expect(await refusal(a.servers.launch({ ...order, imageId: made.imageId }))).toBe('Ecs.0048');
      await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
      await cloud.database.write(tx => tx.job.delete({ where: { id: check.id } }));
    },
    MINUTES,
  );
});
