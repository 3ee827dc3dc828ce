/** Files of a disk while something is done with it: in its server, and without one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';
import { codeOf } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';

let emulator: EmulatorCloud;
let serverId: string;
let systemId: string;
let dataId: string;
let vaultId: string;

const PATH = '/state';

const write = (text: string, diskId?: string): Promise<unknown> =>
  emulator.a.servers.writeFile({ serverId, diskId, path: PATH, content: Buffer.from(text) });
const read = async (diskId?: string): Promise<string> =>
  (await emulator.a.servers.readFile({ serverId, diskId, path: PATH })).toString();
const look = async (id: string): Promise<string> =>
  (await emulator.a.contents.readFile({ source: { kind: 'DISK', id }, path: PATH })).toString();
const statusOf = async (diskId: string): Promise<string> => (await emulator.a.disks.get({ diskId })).status;

beforeAll(async () => {
  emulator = await openEmulator();
  const { a, cloud, launch } = emulator;
  serverId = await launch({ dataDisks: [{ type: 'SSD', size: 10, fileSystem: 'EXT4' }] });
  const attachments = await cloud.database.read.diskAttachment.findMany({ where: { serverId }, orderBy: { device: 'asc' } });
  [systemId = '', dataId = ''] = attachments.map(({ diskId }) => diskId);
  ({ vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] }));
  await write('whole');
  await write('whole', dataId);
});
afterAll(() => emulator?.close());

/** Holds a job before one of its steps, looks at the disks, and lets it go on to its end. */
async function during(
  { jobType, step }: { jobType: string; step: string },
  order: () => Promise<{ jobId: string }>,
  check: () => Promise<void>,
): Promise<void> {
  const { faults } = emulator.cloud;
  const held = await faults.add({ match: { jobType, step }, moment: 'before', effect: { kind: 'hold', percent: 5 } });
  const { jobId } = await order();
  await check();
  expect(await emulator.a.jobs.get({ jobId })).toMatchObject({ endAt: null });
  await faults.remove(held.id);
  await waitSuccessfully(emulator, jobId);
}

/** Of both disks of the server: no way leads to their files. */
async function expectRefused(): Promise<void> {
  for (const diskId of [undefined, systemId, dataId]) {
    expect(await codeOf(read(diskId))).toBe('Ecs.0103');
    expect(await codeOf(emulator.a.servers.listFiles({ serverId, diskId, path: '/' }))).toBe('Ecs.0103');
    expect(await codeOf(write('lost', diskId))).toBe('Ecs.0103');
  }
  for (const id of [systemId, dataId]) expect(await codeOf(look(id))).toBe('Cloudyard.0014');
}

test('what is being copied is read and written as before', async () => {
  const { a } = emulator;
  await during(
    { jobType: 'imsCopyVolumeToImageJob', step: 'snapshot' },
    () => a.images.createDataImages({ dataImages: [{ name: 'golden', diskId: dataId }] }),
    async () => {
      expect(await statusOf(dataId)).toBe('UPLOADING');
      await write('while it is copied', dataId);
      expect([await read(dataId), await look(dataId)]).toEqual(['while it is copied', 'while it is copied']);
    },
  );
  await write('whole', dataId);
});

test('so is what is being backed up', async () => {
  const { a } = emulator;
  await during(
    { jobType: 'createBackup', step: 'snapshot' },
    () => a.checkpoints.create({ vaultId }),
    async () => {
      for (const id of [systemId, dataId]) expect(await statusOf(id)).toBe('BACKING_UP');
      expect([await read(), await read(dataId), await look(systemId), await look(dataId)]).toEqual(Array(4).fill('whole'));
    },
  );
});

test('what is being restored is refused, the system disk too, and so is what a restore left half written', async () => {
  const { a, cloud, over } = emulator;
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  await waitSuccessfully(emulator, jobId);
  const [backupId = ''] = backupIds;
  await write('newer');
  await during(
    { jobType: 'restoreBackup', step: 'write' },
    () => a.backups.restore({ backupId }),
    async () => {
      await expect.poll(async () => (await a.servers.get({ serverId })).status).toBe('SHUTOFF');
      expect(await statusOf(systemId)).toBe('RESTORING_BACKUP');
      await expectRefused();
    },
  );
  expect([await read(), await look(systemId)]).toEqual(['whole', 'whole']);

  const match = { jobType: 'restoreBackup', step: 'write' };
  await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'Cloudyard.0007' }, count: 1 });
  expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({ status: 'FAIL' });
  expect(await statusOf(systemId)).toBe('ERROR_RESTORING');
  await expectRefused();
  await waitSuccessfully(emulator, (await a.backups.restore({ backupId })).jobId);
  expect([await read(), await look(systemId)]).toEqual(['whole', 'whole']);
});

test('a disk that is rolled back or deleted is not looked into', async () => {
  const { a } = emulator;
  const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId: dataId, name: 'one' });
  await waitSuccessfully(emulator, jobId);
  await waitSuccessfully(emulator, (await a.disks.detach({ serverId, diskId: dataId })).jobId);
  await during(
    { jobType: 'rollbackSnapshot', step: 'copy' },
    () => a.disks.rollBack({ snapshotId }),
    async () => {
      expect(await statusOf(dataId)).toBe('ROLLBACKING');
      expect(await codeOf(look(dataId))).toBe('Cloudyard.0014');
    },
  );
  expect(await look(dataId)).toBe('whole');
  await waitSuccessfully(emulator, (await a.disks.deleteSnapshot({ snapshotId })).jobId);
  await during(
    { jobType: 'deleteVolume', step: 'record' },
    () => a.disks.delete({ diskIds: [dataId] }),
    async () => {
      expect(await statusOf(dataId)).toBe('DELETING');
      expect(await codeOf(look(dataId))).toBe('Cloudyard.0014');
    },
  );
  expect(await codeOf(look(dataId))).toBe('Cloudyard.0013');
});
