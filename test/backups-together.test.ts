/** Backups of several things at once, of one tenant and of several. */
import { expect, test } from 'vitest';
import { keepUnverified } from '../emulator/backups/make-backup.ts';
import { commonErrors } from '../emulator/errors.ts';
import { DiskStoreError, type DiskStoreProblem } from '../emulator/store/disks/disk-store.ts';
import { type EmulatorCloud, FLAVOR, refusal } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';

const { open } = emulatorsOfTests();

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

test.each(['snapshot', 'verify'])(
  'a run that is cancelled while all of it is at the step %s leaves nothing behind',
  async step => {
    const emulator = await open();
    const { a, cloud, over } = emulator;
    const { diskIds, vaultId } = await vaultOfDisks(emulator);
    const held = await cloud.faults.add({
      match: { jobType: 'createBackup', step },
      moment: 'before',
      effect: { kind: 'hold', percent: 5 },
    });
    const { jobId, checkpointId } = await a.checkpoints.create({ vaultId });
    const reached = { parentId: jobId, step: step === 'snapshot' ? 0 : 1, status: 'RUNNING' } as const;
    await expect.poll(() => cloud.database.read.job.count({ where: reached })).toBe(diskIds.length);
    await a.jobs.cancel({ jobId });
    expect(await over(jobId)).toMatchObject({ status: 'CANCELLED' });
    await cloud.faults.remove(held.id);
    const { read } = cloud.database;
    expect([await read.resourceLock.count(), await read.backup.count()]).toEqual([0, 0]);
    expect(await read.disk.findMany({ where: { status: { not: 'IN_USE' } } })).toEqual([]);
    expect(await read.checkpoint.findUnique({ where: { id: checkpointId } })).toMatchObject({ status: 'ERROR' });
  },
);

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
async function imageOnBackup(emulator: EmulatorCloud, problem?: DiskStoreProblem) {
  const { a, cloud, launch, over } = emulator;
  const serverId = await launch({ dataDisks: [{ type: 'SATA', size: 10 }] });
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  let goOn = (): void => undefined;
  const held = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const { disks } = cloud.hardware;
  const checksum = disks.checksum.bind(disks);
  // Its data disk, if there is a problem, can't be read.
  disks.checksum = async (id, options) => {
    await held;
    const part = await cloud.database.read.backup.findFirst({ where: { id: id.replace('backup-', ''), systemDisk: false } });
    if (problem && part) throw new DiskStoreError(problem, 'its second half');
    return checksum(id, options);
  };
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  const [backupId = ''] = backupIds;
  await expect.poll(() => statuses(emulator, backupIds)).toEqual(['PROTECTING']);
  const { imageId, jobId: imageJobId } = await a.images.createWholeFromBackup({ name: 'whole', backupId });
  expect(await over(imageJobId)).toMatchObject({ status: 'SUCCESS' });
  expect((await a.images.get({ imageId })).checksum).toBeNull();
  return { jobId, backupId, imageId, vaultId, goOn };
}

test('an image on a backup has its checksum when the backup has', async () => {
  const emulator = await open();
  const { jobId, imageId, goOn } = await imageOnBackup(emulator);
  goOn();
  expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect((await emulator.a.images.get({ imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
});

test('a backup under an image stays when reading it breaks off, and the image can be used', async () => {
  const emulator = await open();
  const { a, cloud, launch, over } = emulator;
  const { jobId, backupId, imageId, vaultId, goOn } = await imageOnBackup(emulator);
  await a.jobs.cancel({ jobId });
  goOn();
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

/** What becomes of a backup when the second of its parts can't be read. */
async function endOfReading(emulator: EmulatorCloud, problem: DiskStoreProblem) {
  const { a, cloud, over } = emulator;
  const { goOn, jobId, ...made } = await imageOnBackup(emulator, problem);
  goOn();
  await over(jobId);
  const job = await cloud.database.read.job.findFirstOrThrow({ where: { type: 'createBackup' } });
  const parts = await a.backups.listParts({ backupIds: [made.backupId] });
  return { ...made, job, parts, whole: await a.backups.get({ backupId: made.backupId }) };
}

test('what was read of a backup under an image before reading broke off is known to be good', async () => {
  const emulator = await open();
  const { a, launch } = emulator;
  const { job, whole, parts, imageId } = await endOfReading(emulator, 'unavailable');
  expect(job).toMatchObject({ status: 'FAIL' });
  expect(whole).toMatchObject({ status: 'AVAILABLE', damage: null });
  expect(parts).toMatchObject([
    { status: 'AVAILABLE', damage: null, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { status: 'AVAILABLE', damage: null, checksum: null },
  ]);
  expect((await a.images.get({ imageId })).checksum).toBe(parts[0]?.checksum);
  await launch({ imageId });
});

test('a backup under an image of which a part is damaged stays, and is not used as a whole', async () => {
  const emulator = await open();
  const { a } = emulator;
  const { job, whole, parts, imageId, backupId } = await endOfReading(emulator, 'corrupt');
  expect(job).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
  expect(whole).toMatchObject({ status: 'AVAILABLE', damage: expect.stringContaining('its second half') });
  expect(parts).toMatchObject([
    { status: 'AVAILABLE', damage: null, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { status: 'AVAILABLE', damage: expect.stringContaining('its second half'), checksum: null },
  ]);
  expect(await refusal(a.servers.launch({ name: 'x', imageId, flavorId: FLAVOR }))).toBe('Ecs.0048');
  expect(await refusal(a.backups.restore({ backupId }))).toBe('Cloudyard.0011');
  const zone = { availabilityZone: whole.resourceZone, size: 20 };
  expect(await refusal(a.disks.create({ name: 'x', backupId: parts[1]?.id, ...zone }))).toBe('Cloudyard.0011');
  expect(await refusal(a.disks.create({ name: 'x', backupId: parts[0]?.id, ...zone }))).toBeUndefined();
});

test('of a backup under an image in which something is damaged, nobody knows what, nothing is used', async () => {
  const emulator = await open();
  const { a, cloud } = emulator;
  const { backupId, imageId, goOn } = await imageOnBackup(emulator);
  const { code, message } = commonErrors.damagedDisk;
  await cloud.transactions.run(tx => keepUnverified(tx, cloud, backupId, { code, message }));
  const backup = await cloud.database.read.backup.findUniqueOrThrow({ where: { id: backupId }, include: { children: true } });
  expect([backup, ...backup.children].map(({ status, damage }) => [status, damage === null])).toEqual(
    Array.from({ length: 3 }, () => ['AVAILABLE', false]),
  );
  expect(await refusal(a.servers.launch({ name: 'x', imageId, flavorId: FLAVOR }))).toBe('Ecs.0048');
  expect(await refusal(a.backups.restore({ backupId }))).toBe('Cloudyard.0011');
  const partId = backup.children[0]?.id ?? '';
  expect(await refusal(a.disks.create({ name: 'x', size: 10, backupId: partId }))).toBe('Cloudyard.0011');
  goOn();
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
