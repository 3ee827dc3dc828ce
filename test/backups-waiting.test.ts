/** What a backup shows from the order of a restore or a deletion until that is over. */
import { expect, test } from 'vitest';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { codeOf } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const emulators = emulatorsOfTests();

/** A disk with a backup, and a way to hold jobs. */
async function open() {
  const emulator = await emulators.open();
  const { a, cloud } = emulator;
  const { jobId, diskIds } = await a.disks.create({ name: 'data', size: 10 });
  await waitSuccessfully(emulator, jobId);
  const [diskId = ''] = diskIds;
  const { vaultId } = await a.vaults.create({ name: 'vault', objectType: 'DISK', size: 100, resources: [{ id: diskId }] });
  const made = await a.checkpoints.create({ vaultId });
  await waitSuccessfully(emulator, made.jobId);
  const [backupId = ''] = made.backupIds;
  /** Holds such jobs when their first step has had its effect. */
  const hold = (jobType: string) =>
    cloud.faults.add({ match: { jobType }, moment: 'before', effect: { kind: 'hold', percent: 0 } });
  const status = async (): Promise<string> => (await a.backups.get({ backupId })).status;
  const told = async (): Promise<unknown[]> => {
    const where = { resourceId: backupId, kind: { in: ['backup.updated', 'backup.deleted'] } };
    const events = await cloud.database.read.event.findMany({ where, orderBy: { sequence: 'asc' } });
    return events.map(({ payload }) => (payload as { status?: unknown }).status);
  };
  return { ...emulator, emulator, diskId, backupId, hold, status, told };
}

/** Orders as many disks as jobs of their queue run at once; they stay where they are until the rule goes. */
async function fillQueue({ a, cloud, hold }: Awaited<ReturnType<typeof open>>) {
  const rule = await hold('createVolume');
  const ordered: string[] = [];
  for (let n = 0; n < 4; n++) ordered.push((await a.disks.create({ name: `disk-${n}`, size: 10 })).jobId);
  for (const jobId of ordered)
    await expect.poll(async () => (await a.jobs.get({ jobId })).status, { timeout: 20_000 }).toBe('RUNNING');
  return async () => {
    await cloud.faults.remove(rule.id);
    return ordered;
  };
}

test('a restore waits until its turn comes, and can be taken back until then', async () => {
  const backed = await open();
  const { a, cloud, over, emulator, diskId, backupId, status, told, hold } = backed;
  const release = await fillQueue(backed);
  const first = await a.backups.restore({ backupId });
  expect(await status()).toBe('WAITING_RESTORE');
  expect((await a.backups.list({ filter: { status: 'WAITING_RESTORE' } })).rows).toMatchObject([{ id: backupId }]);
  expect(await codeOf(a.backups.restore({ backupId }))).toBe('BackupService.2005');
  expect(await codeOf(a.backups.delete({ backupId }))).toBe('BackupService.9900');
  await a.jobs.cancel({ jobId: first.jobId });
  const held = await hold('restoreBackup');
  for (const jobId of await release()) await waitSuccessfully(emulator, jobId);
  expect(await over(first.jobId)).toMatchObject({ status: 'CANCELLED' });
  expect(await status()).toBe('AVAILABLE');
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE' });

  const { jobId } = await a.backups.restore({ backupId });
  await expect.poll(status).toBe('RESTORING');
  await cloud.faults.remove(held.id);
  await waitSuccessfully(emulator, jobId);
  expect(await status()).toBe('AVAILABLE');
  expect((await told()).slice(-3)).toEqual(['WAITING_RESTORE', 'RESTORING', 'AVAILABLE']);
});

test('a deletion waits until its job begins', async () => {
  const { a, cloud, emulator, backupId, status, told, hold } = await open();
  const held = await hold('deleteBackup');
  const { jobId } = await a.backups.delete({ backupId });
  await expect.poll(status).toBe('DELETING');
  expect(await told()).toEqual(['WAITING_DELETE', 'DELETING']);
  await cloud.faults.remove(held.id);
  await waitSuccessfully(emulator, jobId);
  expect(await codeOf(a.backups.get({ backupId }))).toBe('BackupService.6200');
  expect(await told()).toEqual(['WAITING_DELETE', 'DELETING', 'DELETING']);
});
