/** Jobs that make images of disks and servers, cancelled: nothing of the images is left, and what they were made of is as before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
let serverId: string;
let diskId: string;
let vaultId: string;

beforeAll(async () => {
  emulator = await openEmulator();
  serverId = await emulator.launch({ dataDisks: [{ size: 10, fileSystem: 'EXT4' }] });
  const attachments = await emulator.a.servers.listDisks({ serverIds: [serverId] });
  diskId = attachments[1]?.diskId ?? '';
  ({ vaultId } = await emulator.a.vaults.create({ name: 'vault', size: 100 }));
});
afterAll(() => emulator.close());

const orders = {
  imsCopyVolumeToImageJob: async () => {
    const { jobId, imageIds } = await emulator.a.images.createDataImages({ dataImages: [{ name: 'x', diskId }] });
    return { jobId, imageId: imageIds[0] ?? '' };
  },
  imsVolumeCreateImageJob: () =>
    emulator.a.images.createFromDisk({ name: 'x', diskId, osVersion: 'Debian GNU/Linux 12.0.0 64bit' }),
  imsCreateWholeImageByInstanceJob: () => emulator.a.images.createWhole({ name: 'x', serverId, vaultId }),
};

test.each(Object.entries(orders))('%s', async (jobType, order) => {
  const { cloud, a, over } = emulator;
  const before = await cloud.hardware.disks.list();
  const held = await cloud.faults.add({
    match: { jobType, step: 'snapshot' },
    moment: 'before',
    effect: { kind: 'hold', percent: 5 },
  });
  const { jobId, imageId } = await order();
  await a.jobs.cancel({ jobId });
  expect(await over(jobId)).toMatchObject({ status: 'CANCELLED' });
  await cloud.faults.remove(held.id);

  expect(await refusal(a.images.get({ imageId }))).toBe('IMG.0027');
  expect((await cloud.hardware.disks.list()).sort()).toEqual([...before].sort());
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
  const { read } = cloud.database;
  expect([await read.resourceLock.count(), await read.backup.count(), await read.vaultResource.count()]).toEqual([0, 0, 0]);
  expect(await read.quota.findMany({ where: { resource: { in: ['images', 'backups'] }, used: { not: 0 } } })).toEqual([]);
});
