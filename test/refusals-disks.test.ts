/** What the disk service refuses because of how things are, and how its jobs end where the hardware fails. More bad fields: disks-failures.test.ts. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serverDisk, snapshotDisk } from '../emulator/disks/server-disk.ts';
import { idsKnownTo } from '../emulator/reconciling/compare.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { broken, endOf, endWithout } from './failing-hardware.ts';
import { refused } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';
import { whileJobWaits } from './while-job-waits.ts';

let emulator: EmulatorCloud;
/** A server that runs, a disk of it that others could have too, and one disk more: in a vault, with a backup and a snapshot. */
let serverId: string;
let sharedId: string;
let diskId: string;
let vaultId: string;
let backupId: string;
let snapshotId: string;

const SIZE = 12;
const SHARED = 11;

const done = async <Ordered extends { jobId: string }>(ordering: Promise<Ordered>): Promise<Ordered> => {
  const ordered = await ordering;
  await waitSuccessfully(emulator, ordered.jobId);
  return ordered;
};

beforeAll(async () => {
  emulator = await openEmulator();
  const { a } = emulator;
  serverId = await emulator.launch({ dataDisks: [{ size: SHARED, shareable: true }] });
  sharedId = (await a.servers.listDisks({ serverIds: [serverId] }))[1]?.diskId ?? '';
  [diskId = ''] = (await done(a.disks.create({ name: 'data', size: SIZE }))).diskIds;
  ({ vaultId } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources: [{ id: diskId }] }));
  [backupId = ''] = (await done(a.checkpoints.create({ vaultId }))).backupIds;
  ({ snapshotId } = await done(a.disks.createSnapshot({ diskId, name: 'snapshot' })));
});
afterAll(() => emulator.close());

describe('is refused', () => {
  const uuid = (_: unknown, number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

  test.each<[string, (a: EmulatorCloud['a']) => Promise<unknown>, string]>([
    [
      'one byte more than a MiB of metadata',
      a => a.disks.create({ name: 'data', size: 10, metadata: { a: 'x'.repeat(2 ** 19), b: 'y'.repeat(2 ** 19 - 1) } }),
      'EVS.1005',
    ],
    ['a change of a disk to nothing', a => a.disks.update({ diskId }), 'EVS.1007'],
    ['a change of a snapshot to nothing', a => a.disks.updateSnapshot({ snapshotId }), 'EVS.1007'],
    ['a disk that is smaller than its backup', a => a.disks.create({ name: 'small', backupId, size: SIZE - 1 }), 'EVS.1022'],
    [
      'a disk in another zone than its backup',
      a => a.disks.create({ name: 'far', backupId, availabilityZone: 'eu-de-02' }),
      'EVS.1049',
    ],
    ['deleting 101 disks at once', a => a.disks.delete({ diskIds: Array.from({ length: 101 }, uuid) }), 'EVS.1053'],
    ['growing a shared disk that a server has', a => a.disks.extend({ diskId: sharedId, size: SHARED + 1 }), 'EVS.1065'],
  ])('%s', async (_, call, code) => expect(await refusal(call(emulator.a))).toBe(code));

  test.each<[string, { size?: number; device?: string }, { code: string; field: string; message: string }]>([
    [
      'an empty disk without a size',
      {},
      { code: 'EVS.1010', field: 'size', message: 'An empty disk needs a size (from 10 to 32768 GiB).' },
    ],
    ...[0, -1, 9, 99_999].map((size): [string, object, { code: string; field: string; message: string }] => [
      `an empty disk of ${size} GiB`,
      { size },
      {
        code: 'EVS.1010',
        field: 'size',
        message: `The size of the disk is out of range, or smaller than what it is made of. (${size}; from 10 to 32768 GiB)`,
      },
    ]),
    [
      'a device without the server that has it',
      { size: 10, device: '/dev/vdc' },
      {
        code: 'EVS.5400',
        field: 'device',
        message: 'A parameter is not valid. (a device is one of the server that gets the disk: name it)',
      },
    ],
  ])('%s, in words that say why', async (_, order, told) => {
    expect(await refused(emulator.a.disks.create({ name: 'data', ...order }))).toMatchObject(told);
  });

  test('part of a GiB', async () => {
    expect(await refusal(emulator.a.disks.create({ name: 'data', size: 10.5 }))).toBe('EVS.1010');
  });

  test('a disk of a backup that is being made, and the deletion of the one that is backed up', async () => {
    const { a } = emulator;
    const order = () => a.checkpoints.create({ vaultId });
    const codes = await whileJobWaits(emulator, { jobType: 'createBackup' }, order, async ({ backupIds }) => [
      await refusal(a.disks.create({ name: 'early', backupId: backupIds[0] })),
      await refusal(a.disks.delete({ diskIds: [diskId] })),
    ]);
    expect(codes).toEqual(['EVS.1044', 'EVS.2130']);
  });

  test('the deletion of a snapshot that is being made', async () => {
    const { a } = emulator;
    const order = () => a.disks.createSnapshot({ diskId, name: 'second' });
    const code = await whileJobWaits(emulator, { jobType: 'createSnapshot' }, order, ordered =>
      refusal(a.disks.deleteSnapshot({ snapshotId: ordered.snapshotId })),
    );
    expect(code).toBe('EVS.1047');
  });
});

test('sixteen servers have a shared disk, and no seventeenth', async () => {
  const { a } = emulator;
  const [diskId = ''] = (await done(a.disks.create({ name: 'shared', size: 10, shareable: true }))).diskIds;
  const { serverIds } = await done(a.servers.launch({ name: 'many', imageId: SOURCE, flavorId: FLAVOR, count: 17 }));
  const [last = '', ...others] = serverIds;
  for (const id of others) await done(a.disks.attach({ serverId: id, diskId }));
  expect(await refusal(a.disks.attach({ serverId: last, diskId }))).toBe('Ecs.0104');
  await done(a.disks.detach({ serverId: others[0] ?? '', diskId }));
  await done(a.disks.attach({ serverId: last, diskId }));
  await done(a.servers.delete({ serverIds: [...serverIds], deleteDisks: true }));
  expect(await refusal(a.disks.get({ diskId }))).toBe('EVS.5404');
});

describe('where the hardware fails', () => {
  test('no disk is made, with a source or without', async () => {
    const { a, cloud } = emulator;
    expect(await endWithout(emulator, 'snapshot', () => a.disks.create({ name: 'copy', snapshotId }))).toBe('EVS.2024');
    const spy = vi.spyOn(cloud.hardware.disks, 'create').mockImplementationOnce(broken);
    expect(await endOf(emulator, () => a.disks.create({ name: 'empty', size: 10 }))).toBe('EVS.2024');
    spy.mockRestore();
    expect((await a.disks.list({})).rows).toHaveLength(3);
  });

  test('no disk is made that its server cannot get', async () => {
    const { a } = emulator;
    expect(await endWithout(emulator, 'attachDisk', () => a.disks.create({ name: 'more', size: 10, serverId }))).toBe('EVS.2134');
    expect(await a.servers.listDisks({ serverIds: [serverId] })).toHaveLength(2);
    expect((await a.disks.list({})).rows).toHaveLength(3);
  });

  test('a disk keeps its size', async () => {
    const { a } = emulator;
    expect(await endWithout(emulator, 'growDisk', () => a.disks.extend({ diskId, size: SIZE + 1 }))).toBe('EVS.2026');
    expect(await a.disks.get({ diskId })).toMatchObject({ size: SIZE, status: 'AVAILABLE' });
  });

  test('a disk stays with its server', async () => {
    const { a } = emulator;
    expect(await endWithout(emulator, 'detachDisk', () => a.disks.detach({ serverId, diskId: sharedId }))).toBe('Ecs.0405');
    expect(await a.disks.get({ diskId: sharedId })).toMatchObject({ status: 'IN_USE' });
    expect(await a.servers.listDisks({ serverIds: [serverId] })).toHaveLength(2);
    expect(await endOf(emulator, () => a.disks.detach({ serverId, diskId: sharedId }))).toBe('SUCCESS');
  });

  test('a disk that could not be taken back to its snapshot does not grow before it has been', async () => {
    const { a } = emulator;
    expect(await endWithout(emulator, 'snapshot', () => a.disks.rollBack({ snapshotId }))).toBe('EVS.2002');
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_ROLLBACKING' });
    expect(await refusal(a.disks.extend({ diskId, size: SIZE + 1 }))).toBe('EVS.1064');
    expect(await endOf(emulator, () => a.disks.rollBack({ snapshotId }))).toBe('SUCCESS');
    expect(await endOf(emulator, () => a.disks.extend({ diskId, size: SIZE + 1 }))).toBe('SUCCESS');
  });

  test('a disk and its snapshot are deleted all the same: their bytes go later', async () => {
    const { a, cloud } = emulator;
    const [going = ''] = (await done(a.disks.create({ name: 'going', size: 10 }))).diskIds;
    const { snapshotId: one } = await done(a.disks.createSnapshot({ diskId: going, name: 'one' }));
    const spy = vi.spyOn(cloud.hardware.disks, 'remove').mockImplementation(broken);
    expect(await endOf(emulator, () => a.disks.deleteSnapshot({ snapshotId: one }))).toBe('SUCCESS');
    expect(await endOf(emulator, () => a.disks.delete({ diskIds: [going] }))).toBe('SUCCESS');
    spy.mockRestore();
    expect(await refusal(a.disks.get({ diskId: going }))).toBe('EVS.5404');
    const left = [serverDisk(going), snapshotDisk(one)];
    expect(await cloud.hardware.disks.list()).toEqual(expect.arrayContaining(left));
    await cloud.hardware.sweep(idsKnownTo(cloud));
    for (const disk of left) expect(await cloud.hardware.disks.stat(disk)).toBeUndefined();
  });
});

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
