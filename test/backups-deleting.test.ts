/** Deleting vaults and what is in them, in portions. */
import { expect, test } from 'vitest';
import { backupErrors } from '../emulator/backups/errors.ts';
import { CloudError } from '../emulator/errors.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { codeOf } from './refused.ts';

const emulators = emulatorsOfTests();

/** A vault with a backup of each of so many disks. */
async function vaultOf(emulator: EmulatorCloud, count: number): Promise<string> {
  const { a, over } = emulator;
  const { jobId, diskIds } = await a.disks.create({ name: 'data', count, size: 10 });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  const resources = diskIds.map(id => ({ id }));
  const { vaultId } = await a.vaults.create({ name: 'vault', objectType: 'DISK', size: 2000, resources });
  expect(await over((await a.checkpoints.create({ vaultId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  return vaultId;
}

const backups = (emulator: EmulatorCloud): Promise<number> => emulator.cloud.database.read.backup.count();
const copies = async ({ cloud }: EmulatorCloud): Promise<number> =>
  (await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-')).length;

/** Calls back after each transaction that has deleted backups, before the job goes on. */
function afterEachPortion(emulator: EmulatorCloud, told: (left: number) => Promise<void> | void): void {
  const { transactions } = emulator.cloud;
  const run = transactions.run.bind(transactions);
  transactions.run = async work => {
    const before = await backups(emulator);
    const result = await run(work);
    const left = await backups(emulator);
    if (left < before) await told(left);
    return result;
  };
}

test('a vault with many backups goes in portions, and one that is cut off in between goes on at the next start', async () => {
  const emulator = await openEmulator({});
  const vaultId = await vaultOf(emulator, 60);
  expect([await backups(emulator), await copies(emulator)]).toEqual([60, 60]);

  const { jobs } = emulator.cloud;
  const close = jobs.close.bind(jobs);
  const closing = new Promise<void>(resolve => {
    jobs.close = () => {
      resolve();
      return close();
    };
  });
  const left: number[] = [];
  afterEachPortion(emulator, count => {
    left.push(count);
    return closing;
  });
  const { jobId } = await emulator.a.vaults.delete({ vaultId });
  await expect.poll(() => left).toEqual([10]);
  const reopened = await emulator.reopen();
  emulators.keep(reopened);
  expect(left).toEqual([10]);
  expect(await reopened.over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await codeOf(reopened.a.vaults.get({ vaultId }))).toBe('BackupService.6105');
  expect([await backups(reopened), await copies(reopened)]).toEqual([0, 0]);
  expect(await brokenInvariants(reopened.cloud)).toEqual([]);
});

test('a deletion that breaks off for good leaves a vault with what is left, whole', async () => {
  const emulator = await emulators.open({});
  const { a, cloud, over } = emulator;
  const vaultId = await vaultOf(emulator, 60);
  let isBroken = false;
  afterEachPortion(emulator, () => {
    if (isBroken) return;
    isBroken = true;
    throw new CloudError(backupErrors.backupNotDeleted);
  });
  const first = await over((await a.vaults.delete({ vaultId })).jobId);
  expect(first).toMatchObject({ status: 'FAIL', errorCode: 'BackupService.9900' });
  expect([await backups(emulator), await copies(emulator)]).toEqual([10, 10]);
  expect(await a.vaults.get({ vaultId })).toMatchObject({ status: 'AVAILABLE' });
  expect(await brokenInvariants(cloud)).toEqual([]);
  expect(await over((await a.vaults.delete({ vaultId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect([await backups(emulator), await copies(emulator)]).toEqual([0, 0]);
});

test('a backup whose deletion fails is there as before, and its tenant is told', async () => {
  const emulator = await emulators.open({});
  const { a, cloud, over } = emulator;
  await vaultOf(emulator, 1);
  const [{ id: backupId, updatedAt } = { id: '', updatedAt: new Date(0) }] = (await a.backups.list({})).rows;
  const match = { jobType: 'deleteBackup', step: 'record' };
  await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'BackupService.9900' }, count: 1 });
  const { jobId } = await a.backups.delete({ backupId });
  expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'BackupService.9900' });
  const backup = await a.backups.get({ backupId });
  expect(backup.status).toBe('AVAILABLE');
  expect(backup.updatedAt.getTime()).toBeGreaterThan(updatedAt.getTime());
  const told = await cloud.database.read.event.findMany({
    where: { resourceId: backupId, kind: 'backup.updated' },
    orderBy: { sequence: 'asc' },
  });
  expect(told.map(({ payload }) => payload)).toMatchObject([
    { status: 'WAITING_DELETE' },
    { status: 'DELETING' },
    { status: 'AVAILABLE' },
  ]);
});
