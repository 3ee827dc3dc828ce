/** Backups that are made and deleted by themselves, by the cloud's clock. */
import { expect, test, vi } from 'vitest';
import type { EmulatorCloud } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { refused } from './refused.ts';

const HOUR = 3_600_000;
const emulators = emulatorsOfTests();

/** A server in a vault with a policy, on a clock that stands still. */
async function open({ keepBackups, keepDays }: { keepBackups?: number; keepDays?: number }) {
  const emulator = await emulators.open();
  const { a, cloud, launch } = emulator;
  const serverId = await launch();
  cloud.clock.configure({ mode: 'virtual', factor: 1 });
  const { policyId } = await a.backupPolicies.create({ name: 'six-hours', everyHours: 6, keepBackups, keepDays });
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, policyId, resources: [{ id: serverId }] });
  return { ...emulator, serverId, policyId, vaultId };
}

/** Until there are so many checkpoints and no job is under way; time goes on in small pieces, for jobs wait for it, too. */
async function settle({ cloud }: EmulatorCloud, checkpoints: number): Promise<void> {
  await expect
    .poll(
      async () => {
        cloud.clock.advance(cloud.clock.untilNext() ?? 0);
        const jobs = await cloud.database.read.job.count({ where: { status: { in: ['INIT', 'RUNNING'] } } });
        return [await cloud.database.read.checkpoint.count(), jobs];
      },
      { interval: 10, timeout: 20_000 },
    )
    .toEqual([checkpoints, 0]);
}

test('a policy makes a backup each time it is due, and keeps as many as it says', async () => {
  const emulator = await open({ keepBackups: 2 });
  const { a, cloud, vaultId } = emulator;
  cloud.clock.advance(5 * HOUR);
  await settle(emulator, 0);
  cloud.clock.advance(HOUR);
  await settle(emulator, 1);
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 2);
  cloud.clock.advance(6 * HOUR);
  // The third is made, the first goes with its checkpoint.
  await expect
    .poll(
      async () => {
        cloud.clock.advance(cloud.clock.untilNext() ?? 0);
        return cloud.database.read.job.count({ where: { type: 'deleteBackup', status: 'SUCCESS' } });
      },
      { interval: 10, timeout: 20_000 },
    )
    .toBe(1);
  await settle(emulator, 2);
  const backups = await cloud.database.read.backup.findMany({ where: { parentId: null }, orderBy: { createdAt: 'asc' } });
  expect(backups).toMatchObject([
    { status: 'AVAILABLE', autoTrigger: true, incremental: false },
    { status: 'AVAILABLE', autoTrigger: true, incremental: true },
  ]);
  expect(backups[0]?.name).toMatch(/^autobk_[0-9a-f]{4}$/);
  const sum = backups.reduce((total, { storedBytes }) => total + storedBytes, 0n);
  expect((await a.vaults.get({ vaultId })).usedBytes).toBe(sum);
});

test('what a policy missed is made up for once', async () => {
  const emulator = await open({});
  emulator.cloud.clock.advance(100 * HOUR);
  await settle(emulator, 1);
});

test('a backup expires', async () => {
  const emulator = await open({ keepDays: 1 });
  const { a, cloud, policyId } = emulator;
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 1);
  await a.backupPolicies.update({ policyId, enabled: false });
  cloud.clock.advance(23 * HOUR);
  await settle(emulator, 1);
  cloud.clock.advance(HOUR);
  await settle(emulator, 0);
  expect(await cloud.database.read.backup.count()).toBe(0);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'))).toEqual([]);
});

test('a backup that expires under an image goes when the image has gone, and is in the way of no other', async () => {
  const emulator = await open({ keepDays: 1 });
  const { a, cloud, over, policyId } = emulator;
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 1);
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 2);
  await a.backupPolicies.update({ policyId, enabled: false });
  const [first] = await cloud.database.read.backup.findMany({ where: { parentId: null }, orderBy: { createdAt: 'asc' } });
  cloud.clock.configure({ mode: 'instant', factor: 1 });
  const { imageId, jobId } = await a.images.createWholeFromBackup({ name: 'whole', backupId: first?.id ?? '' });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  cloud.clock.configure({ mode: 'virtual', factor: 1 });
  cloud.clock.advance(48 * HOUR);
  await settle(emulator, 1);
  expect(await cloud.database.read.backup.findMany({ where: { parentId: null } })).toMatchObject([{ id: first?.id }]);
  await a.images.delete({ imageId });
  await settle(emulator, 0);
});

test('a policy whose backups cannot be ordered is left out once, and not in the way of others', async () => {
  const emulator = await open({});
  const { a, b, cloud } = emulator;
  await b.backupPolicies.create({ name: 'other', everyHours: 6 });
  const missed = cloud.clock.now().getTime() + 6 * HOUR;
  vi.spyOn(cloud.ids, 'hex32').mockImplementationOnce(() => {
    throw new Error('broken');
  });
  cloud.clock.advance(6 * HOUR);
  const policies = () => cloud.database.read.backupPolicy.findMany({ where: { nextRunAt: { gt: new Date(missed) } } });
  await expect.poll(policies).toHaveLength(2);
  expect((await a.backupPolicies.list({})).rows).toMatchObject([{ nextRunAt: new Date(missed + 6 * HOUR) }]);
  expect(await cloud.database.read.checkpoint.count()).toBe(0);
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 1);
});

test('a server that is being deleted when its policy fires is left out, with the reason', async () => {
  const emulator = await open({});
  const { a, cloud, over, serverId } = emulator;
  // In virtual time the deletion waits in its first step.
  const { jobId } = await a.servers.delete({ serverIds: [serverId] });
  await expect.poll(() => cloud.clock.untilNext()).toBeDefined();
  await cloud.transactions.run(tx => tx.db.backupPolicy.updateMany({ data: { nextRunAt: cloud.clock.now() } }));
  cloud.backupSchedule.reconsider();
  await expect.poll(() => cloud.database.read.checkpoint.count()).toBe(1);
  const checkpoint = await cloud.database.read.checkpoint.findFirstOrThrow();
  expect(checkpoint).toMatchObject({
    status: 'ERROR',
    autoTrigger: true,
    skipped: [{ id: serverId, type: 'SERVER', code: 'BackupService.7101' }],
  });
  expect(await cloud.database.read.backup.count()).toBe(0);
  cloud.clock.configure({ mode: 'instant', factor: 1 });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await cloud.database.read.vaultResource.count()).toBe(0);
});

test('a vault that binds by itself takes in what no vault protects', async () => {
  const emulator = await open({});
  const { a, cloud, launch, vaultId, serverId } = emulator;
  cloud.clock.configure({ mode: 'instant', factor: 1 });
  const other = await launch({ name: 'other' });
  await a.vaults.update({ vaultId, autoBind: true });
  cloud.clock.configure({ mode: 'virtual', factor: 1 });
  cloud.clock.advance(6 * HOUR);
  await settle(emulator, 1);
  const resources = await a.vaults.listResources({ vaultIds: [vaultId] });
  expect(resources.map(({ resourceId }) => resourceId)).toEqual([serverId, other]);
  expect(await cloud.database.read.backup.count({ where: { parentId: null } })).toBe(2);
});

test('a policy that goes while a vault is being bound to it is not found', async () => {
  const emulator = await emulators.open();
  const { a, cloud } = emulator;
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 10 });
  const { transactions } = cloud;
  const run = transactions.run.bind(transactions);
  /** After the policy was looked up, and before the vault is written. */
  const policyThatGoes = async (): Promise<string> => {
    const { policyId } = await a.backupPolicies.create({ name: 'short', everyHours: 1 });
    transactions.run = async work => {
      transactions.run = run;
      await a.backupPolicies.delete({ policyId });
      return run(work);
    };
    return policyId;
  };
  const gone = { code: 'BackupService.9900', message: 'No policy has this id.', field: 'policyId' };
  expect(await refused(a.vaults.create({ name: 'other', size: 10, policyId: await policyThatGoes() }))).toMatchObject(gone);
  expect(await refused(a.vaults.update({ vaultId, policyId: await policyThatGoes() }))).toMatchObject(gone);
  expect((await a.vaults.list({})).rows).toMatchObject([{ id: vaultId, policyId: null }]);
});

test('a policy that is to keep fewer backups than there are deletes all others, however many, each by itself', async () => {
  const emulator = await emulators.open();
  const { a, cloud, launch, over } = emulator;
  const serverId = await launch();
  const { policyId } = await a.backupPolicies.create({ name: 'few', everyHours: 6, keepBackups: 2 });
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, policyId, resources: [{ id: serverId }] });
  const made = await a.checkpoints.create({ vaultId });
  await over(made.jobId);
  const first = await cloud.database.read.backup.findFirstOrThrow({ where: { parentId: null } });
  const { serverFacts: _, ...row } = { ...first, autoTrigger: true, storedBytes: 0n };
  const old = Array.from({ length: 230 }, (_entry, number) => ({
    ...row,
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    createdAt: new Date(first.createdAt.getTime() - HOUR + number * 1000),
  }));
  const held = old[120]?.id ?? '';
  await cloud.transactions.run(async tx => {
    await tx.db.backup.createMany({ data: old });
    // A job has this one.
    await tx.db.resourceLock.create({ data: { resource: `backup:${held}`, jobId: made.jobId } });
  });
  let most = 0;
  const run = cloud.transactions.run.bind(cloud.transactions);
  cloud.transactions.run = work =>
    run(async tx => {
      const before = await tx.db.job.count();
      const result = await work(tx);
      most = Math.max(most, (await tx.db.job.count()) - before);
      return result;
    });
  await run(tx => tx.db.backupPolicy.update({ where: { id: policyId }, data: { nextRunAt: cloud.clock.now() } }));
  cloud.backupSchedule.reconsider();
  const left = { parentId: null, autoTrigger: true } as const;
  await expect.poll(() => cloud.database.read.backup.count({ where: left }), { timeout: 60_000 }).toBe(3);
  const ids = (await cloud.database.read.backup.findMany({ where: left, orderBy: { createdAt: 'asc' } })).map(({ id }) => id);
  expect(ids.slice(0, 2)).toEqual([held, old[229]?.id]);
  // A run is the job over it and that of its backup.
  expect(most).toBe(2);
}, 90_000);

test('the vaults of a policy that is deleted have changed, and their tenant is told', async () => {
  const { a, cloud, policyId, vaultId } = await open({});
  cloud.clock.advance(HOUR);
  const before = await a.vaults.get({ vaultId });
  const where = { kind: 'vault.updated', resourceId: vaultId };
  const told = await cloud.database.read.event.count({ where });
  await a.backupPolicies.delete({ policyId });
  const after = await a.vaults.get({ vaultId });
  expect(after.policyId).toBeNull();
  expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
  expect(await cloud.database.read.event.count({ where })).toBe(told + 1);
});
