/** Backups of several things at once, of one tenant and of several. */
import { afterEach, expect, test } from 'vitest';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal } from './emulator-cloud.ts';

const opened: EmulatorCloud[] = [];
afterEach(async () => {
  for (const emulator of opened.splice(0)) await emulator.close();
});

async function open(): Promise<EmulatorCloud> {
  const emulator = await openEmulator();
  opened.push(emulator);
  return emulator;
}

/** A vault for disks with all three of one server. */
async function vaultOfDisks({ a, launch }: EmulatorCloud) {
  const serverId = await launch({ dataDisks: [{ type: 'SATA', size: 10, count: 2 }] });
  const diskIds = (await a.servers.listDisks({ serverIds: [serverId] })).map(({ diskId }) => diskId);
  const resources = diskIds.map(id => ({ id }));
  const { vaultId } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources });
  return { serverId, diskIds, vaultId };
}

/** Holds the jobs that back up a disk, until the rule is removed. */
function hold({ cloud }: EmulatorCloud, diskId: string): Promise<{ id: string }> {
  const match = { jobType: 'createBackup', step: 'snapshot', resourceId: diskId };
  return cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 5 } });
}

const statuses = async ({ cloud }: EmulatorCloud, backupIds: readonly string[]): Promise<string[]> => {
  const backups = await cloud.database.read.backup.findMany({ where: { id: { in: [...backupIds] } } });
  return backups.map(({ status }) => status).sort();
};

test('disks of one server are backed up in one run, and the server is held until the last of them is copied', async () => {
  const emulator = await open();
  const { a, cloud, over } = emulator;
  const { serverId, diskIds, vaultId } = await vaultOfDisks(emulator);
  const held = await hold(emulator, diskIds[2] ?? '');
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId, resourceIds: diskIds });
  await expect.poll(() => statuses(emulator, backupIds)).toEqual(['AVAILABLE', 'AVAILABLE', 'WAITING_PROTECT']);
  expect(await refusal(a.servers.stop({ serverIds: [serverId], type: 'HARD' }))).toBe('Ecs.0100');
  await cloud.faults.remove(held.id);
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await statuses(emulator, backupIds)).toEqual(['AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
  expect(await cloud.database.read.resourceLock.count()).toBe(0);
  expect(await cloud.database.read.disk.findMany({ where: { status: { not: 'IN_USE' } } })).toEqual([]);
});

test('one disk of a server that cannot be backed up is not in the way of the others', async () => {
  const emulator = await open();
  const { a, cloud, over } = emulator;
  const { serverId, diskIds, vaultId } = await vaultOfDisks(emulator);
  const match = { jobType: 'createBackup', step: 'snapshot', resourceId: diskIds[0] ?? '' };
  await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'BackupService.0001' }, count: 1 });
  const { jobId, checkpointId, backupIds } = await a.checkpoints.create({ vaultId });
  expect(await over(jobId)).toMatchObject({ status: 'FAIL' });
  expect(await statuses(emulator, backupIds)).toEqual(['AVAILABLE', 'AVAILABLE']);
  expect((await a.checkpoints.get({ checkpointId })).status).toBe('AVAILABLE');
  expect(await cloud.database.read.resourceLock.count()).toBe(0);
  expect(await over((await a.servers.stop({ serverIds: [serverId], type: 'HARD' })).jobId)).toMatchObject({ status: 'SUCCESS' });
});

/** A backup of a server whose bytes are about to be read, with an image that stands on it already. */
async function imageOnBackup(emulator: EmulatorCloud) {
  const { a, cloud, launch, over } = emulator;
  const serverId = await launch({ dataDisks: [{ type: 'SATA', size: 10 }] });
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  const match = { jobType: 'createBackup', step: 'verify' };
  const held = await cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 90 } });
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  const [backupId = ''] = backupIds;
  await expect.poll(() => statuses(emulator, backupIds)).toEqual(['PROTECTING']);
  const { imageId, jobId: imageJobId } = await a.images.createWholeFromBackup({ name: 'whole', backupId });
  expect(await over(imageJobId)).toMatchObject({ status: 'SUCCESS' });
  expect((await a.images.get({ imageId })).checksum).toBeNull();
  return { jobId, backupId, imageId, vaultId, goOn: () => cloud.faults.remove(held.id) };
}

test('an image on a backup has its checksum when the backup has', async () => {
  const emulator = await open();
  const { jobId, imageId, goOn } = await imageOnBackup(emulator);
  await goOn();
  expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect((await emulator.a.images.get({ imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
});

test('a backup under an image stays when reading it breaks off, and the image can be used', async () => {
  const emulator = await open();
  const { a, cloud, launch, over } = emulator;
  const { jobId, backupId, imageId, vaultId, goOn } = await imageOnBackup(emulator);
  await a.jobs.cancel({ jobId });
  await goOn();
  await over(jobId);
  const job = await cloud.database.read.job.findFirstOrThrow({ where: { type: 'createBackup' } });
  expect(job).toMatchObject({ status: 'CANCELLED' });
  const backup = await a.backups.get({ backupId });
  expect(backup).toMatchObject({ status: 'AVAILABLE', damage: null });
  expect((await a.vaults.get({ vaultId })).usedBytes).toBe(backup.storedBytes);
  expect(await cloud.database.read.resourceLock.count()).toBe(0);
  await launch({ imageId });
  await over((await a.images.delete({ imageId, deleteBackup: true })).jobId);
  await expect.poll(() => cloud.database.read.backup.count()).toBe(0);
  expect((await a.vaults.get({ vaultId })).usedBytes).toBe(0n);
});

test('a backup under an image whose bytes are found damaged stays, and nothing of it is used', async () => {
  const emulator = await open();
  const { a, cloud, over } = emulator;
  const { jobId, backupId, imageId, goOn } = await imageOnBackup(emulator);
  const match = { jobType: 'createBackup', step: 'verify' };
  await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'Cloudyard.0011' }, count: 1 });
  await goOn();
  expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
  const backup = await cloud.database.read.backup.findUniqueOrThrow({ where: { id: backupId }, include: { children: true } });
  expect([backup, ...backup.children].map(({ status, damage }) => [status, damage === null])).toEqual(
    Array.from({ length: 3 }, () => ['AVAILABLE', false]),
  );
  expect(await refusal(a.servers.launch({ name: 'x', imageId, flavorId: FLAVOR }))).toBe('Ecs.0048');
  expect(await refusal(a.backups.restore({ backupId }))).toBe('Cloudyard.0011');
  const partId = backup.children[0]?.id ?? '';
  expect(await refusal(a.disks.create({ name: 'x', size: 10, backupId: partId }))).toBe('Cloudyard.0011');
});

test('no image is made of a backup whose vault is being deleted', async () => {
  const emulator = await open();
  const { a, cloud, launch, over } = emulator;
  const serverId = await launch();
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  const made = await a.checkpoints.create({ vaultId });
  await over(made.jobId);
  const match = { jobType: 'deleteVault', step: 'records' };
  const held = await cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 5 } });
  const { jobId } = await a.vaults.delete({ vaultId });
  expect(await refusal(a.images.createWholeFromBackup({ name: 'late', backupId: made.backupIds[0] ?? '' }))).toBe('IMG.0032');
  await cloud.faults.remove(held.id);
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await cloud.database.read.image.count({ where: { backupId: { not: null } } })).toBe(0);
});
