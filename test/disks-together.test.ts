/** Disks that several servers have, and disks whose last job broke off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const ends = async (ordered: Promise<{ jobId: string }>): Promise<string> => (await emulator.over((await ordered).jobId)).status;

async function create(input: { shareable?: boolean }): Promise<string> {
  const { jobId, diskIds } = await emulator.a.disks.create({ name: 'data', size: 10, fileSystem: 'EXT4', ...input });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  return diskIds[0] ?? '';
}

function failing(jobType: string, step: string, moment: 'before' | 'after') {
  const effect = { kind: 'fail', code: 'Cloudyard.0007' } as const;
  return emulator.cloud.faults.add({ match: { jobType, step }, moment, effect, count: 1 });
}

const gigabytes = async (): Promise<number | undefined> => {
  const where = { tenantId: emulator.a.id, resource: 'diskGigabytes' };
  return (await emulator.cloud.database.read.quota.findFirst({ where }))?.used;
};

test('servers that share a disk are deleted with it in one order', async () => {
  const { a, cloud, launch } = emulator;
  const serverIds = [await launch(), await launch()];
  const diskId = await create({ shareable: true });
  for (const serverId of serverIds) expect(await ends(a.disks.attach({ serverId, diskId }))).toBe('SUCCESS');
  expect(await ends(a.servers.delete({ serverIds, deleteDisks: true }))).toBe('SUCCESS');
  expect((await a.disks.list({})).rows).toEqual([]);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('disk-'))).toEqual([]);
  expect(await gigabytes()).toBe(0);
});

test('a disk that another server gets while its server is deleted stays', async () => {
  const { a, cloud, launch } = emulator;
  const [going = '', staying = ''] = [await launch(), await launch()];
  const diskId = await create({ shareable: true });
  expect(await ends(a.disks.attach({ serverId: going, diskId }))).toBe('SUCCESS');
  const match = { jobType: 'deleteSingleServer', step: 'machine' };
  const held = await cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 5 } });
  const deletion = a.servers.delete({ serverIds: [going], deleteDisks: true });
  await deletion;
  expect(await ends(a.disks.attach({ serverId: staying, diskId }))).toBe('SUCCESS');
  await cloud.faults.remove(held.id);
  expect(await ends(deletion)).toBe('SUCCESS');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
  expect(await cloud.hardware.disks.stat(`disk-${diskId}`)).toBeDefined();
  expect(await ends(a.servers.delete({ serverIds: [staying], deleteDisks: true }))).toBe('SUCCESS');
  expect(await gigabytes()).toBe(0);
});

test('a disk that was left half written is not available because the next attempt did not even begin', async () => {
  const { a } = emulator;
  const diskId = await create({});
  const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId, name: 'one' });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  await failing('rollbackSnapshot', 'copy', 'after');
  expect(await ends(a.disks.rollBack({ snapshotId }))).toBe('FAIL');
  await failing('rollbackSnapshot', 'prepare', 'before');
  expect(await ends(a.disks.rollBack({ snapshotId }))).toBe('FAIL');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_ROLLBACKING' });
  expect(await ends(a.disks.rollBack({ snapshotId }))).toBe('SUCCESS');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE', damage: null });

  await failing('extendVolume', 'grow', 'after');
  expect(await ends(a.disks.extend({ diskId, size: 20 }))).toBe('FAIL');
  await failing('extendVolume', 'grow', 'before');
  expect(await ends(a.disks.extend({ diskId, size: 30 }))).toBe('FAIL');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_EXTENDING', size: 20 });
  expect(await gigabytes(), 'the disk and its snapshot').toBe(20 + 10);
  expect(await ends(a.disks.extend({ diskId, size: 30 }))).toBe('SUCCESS');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE', size: 30 });
  expect(await ends(a.disks.delete({ diskIds: [diskId] }))).toBe('SUCCESS');
  expect(await gigabytes()).toBe(0);
});

test('a disk is as it was where the bytes of its snapshot are gone', async () => {
  const { a, cloud, over } = emulator;
  const diskId = await create({});
  const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId, name: 'lost' });
  expect((await over(jobId)).status).toBe('SUCCESS');
  await cloud.hardware.disks.remove(`snapshot-${snapshotId}`);
  expect(await over((await a.disks.rollBack({ snapshotId })).jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Cloudyard.0011',
  });
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE' });
  expect(await ends(a.disks.delete({ diskIds: [diskId] }))).toBe('SUCCESS');
});

test('no disk is made of an image for bare metal', async () => {
  const imageId = publicImageId('BMS_Debian_12_latest');
  expect(await refusal(emulator.a.disks.create({ name: 'x', imageId, size: 100 }))).toBe('EVS.2046');
});
