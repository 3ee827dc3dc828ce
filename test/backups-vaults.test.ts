/** What vaults take, and what becomes of runs over them that can make nothing. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { codeOf, refused } from './refused.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const { open } = emulatorsOfTests();

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

describe('limits of vaults', () => {
  test('20 tags, each key once', async () => {
    const { a } = await open();
    const tags = (count: number) => Array.from({ length: count }, (_, number) => ({ key: `key-${number}` }));
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 10, tags: tags(20) });
    expect(await a.vaults.listTags({ vaultIds: [vaultId] })).toHaveLength(20);
    expect(await refused(a.vaults.create({ name: 'vault', size: 10, tags: tags(21) }))).toMatchObject({
      code: 'BackupService.9900',
      field: 'tags',
    });
    expect(await codeOf(a.vaults.setTags({ vaultId, tags: [{ key: 'k' }, { key: 'k' }] }))).toBe('BackupService.9900');
    expect(await a.vaults.listTags({ vaultIds: [vaultId] })).toHaveLength(20);
  });

  test('256 resources, in one request and in all', async () => {
    const emulator = await open();
    const { a, cloud } = emulator;
    const serverId = await emulator.launch();
    const resources = Array.from({ length: 257 }, (_, number) => ({ id: uuid(number) }));
    expect(await codeOf(a.vaults.create({ name: 'vault', size: 10, resources }))).toBe('BackupService.6100');
    expect(await cloud.database.read.vault.count()).toBe(0);
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 10 });
    const entry = { objectType: 'SERVER', vaultId, name: 'x', excludedDiskIds: [], addedAt: cloud.clock.now() } as const;
    const fill = resources.slice(0, 256).map(({ id }) => ({ ...entry, resourceId: id }));
    await cloud.transactions.run(tx => tx.db.vaultResource.createMany({ data: fill }));
    expect(await codeOf(a.vaults.addResources({ vaultId, resources: [{ id: serverId }] }))).toBe('BackupService.6100');
    expect(await codeOf(a.images.createWhole({ name: 'whole', serverId, vaultId }))).toBe('IMG.0185');
    await a.vaults.removeResources({ vaultId, resourceIds: [uuid(0)] });
    await a.vaults.addResources({ vaultId, resources: [{ id: serverId }] });
    expect(await cloud.database.read.vaultResource.count({ where: { vaultId } })).toBe(256);
  });

  test('a size from 10 GB on, and not below what it holds', async () => {
    const { a, cloud } = await open();
    expect(await codeOf(a.vaults.create({ name: 'vault', size: 9 }))).toBe('BackupService.6101');
    expect(await codeOf(a.vaults.create({ name: 'vault', size: 10_485_761 }))).toBe('BackupService.6101');
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 100 });
    await cloud.transactions.run(tx => tx.db.vault.update({ where: { id: vaultId }, data: { usedBytes: 20 * GIB + 1 } }));
    expect(await refused(a.vaults.update({ vaultId, size: 20 }))).toMatchObject({ code: 'BackupService.6107', field: 'size' });
    await a.vaults.update({ vaultId, size: 21 });
    expect((await a.vaults.get({ vaultId })).size).toBe(21);
  });
});

describe('a quota of GB in vaults', () => {
  test('counts the capacity of all, as it changes, and comes back with them', async () => {
    const { a, over } = await open({ config: { quotas: { vaultGigabytes: 100 } } });
    const used = async () => (await a.quotas.list({})).find(({ resource }) => resource === 'vaultGigabytes')?.used;
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 60 });
    expect(await codeOf(a.vaults.create({ name: 'other', size: 41 }))).toBe('BackupService.7303');
    expect(await codeOf(a.vaults.update({ vaultId, size: 101 }))).toBe('BackupService.7303');
    await a.vaults.update({ vaultId, size: 100 });
    expect(await used()).toBe(100);
    await a.vaults.update({ vaultId, size: 10 });
    const other = await a.vaults.create({ name: 'other', size: 90 });
    await over((await a.vaults.delete({ vaultId })).jobId);
    expect(await used()).toBe(90);
    await over((await a.vaults.delete({ vaultId: other.vaultId })).jobId);
    expect(await used()).toBe(0);
  });

  test('holds back a vault that expands by itself, before anything is made', async () => {
    const emulator = await open({ config: { quotas: { vaultGigabytes: 10 } } });
    const { a, b, cloud, over } = emulator;
    const serverId = await emulator.launch();
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 10, autoExpand: true, resources: [{ id: serverId }] });
    await cloud.transactions.run(tx => tx.db.vault.update({ where: { id: vaultId }, data: { usedBytes: 10 * GIB } }));
    expect(await codeOf(a.checkpoints.create({ vaultId, resourceIds: [serverId] }))).toBe('BackupService.7303');
    expect(await codeOf(a.images.createWhole({ name: 'whole', serverId, vaultId }))).toBe('IMG.0182');
    expect(await cloud.database.read.backup.count()).toBe(0);
    await cloud.transactions.run(tx => tx.db.quota.updateMany({ where: { resource: 'vaultGigabytes' }, data: { limit: 11 } }));
    const { jobId } = await a.checkpoints.create({ vaultId });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
    expect((await a.vaults.get({ vaultId })).size).toBe(11);
    expect(await a.quotas.list({})).toContainEqual({ resource: 'vaultGigabytes', used: 11, limit: 11 });
    expect(await b.quotas.list({})).toContainEqual({ resource: 'vaultGigabytes', used: 0, limit: 10 });
  });
});

test('a vault that is about to go keeps what it protects, and takes nothing', async () => {
  const emulator = await open();
  const { a, cloud } = emulator;
  const [first, second] = [await emulator.launch(), await emulator.launch()];
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 10, resources: [{ id: first }] });
  await cloud.transactions.run(tx => tx.db.vault.update({ where: { id: vaultId }, data: { status: 'DELETING' } }));
  expect(await codeOf(a.vaults.addResources({ vaultId, resources: [{ id: second }] }))).toBe('BackupService.9900');
  expect(await codeOf(a.vaults.removeResources({ vaultId, resourceIds: [first] }))).toBe('BackupService.9900');
  expect(await codeOf(a.vaults.update({ vaultId, size: 20 }))).toBe('BackupService.9900');
  expect(await a.vaults.listResources({ vaultIds: [vaultId] })).toMatchObject([{ resourceId: first }]);
});

test('a disk that is left out of a vault is in no backup of its server', async () => {
  const emulator = await open();
  const { a, cloud, over } = emulator;
  const serverId = await emulator.launch({ dataDisks: [{ size: 10 }, { size: 11 }] });
  const [system, left, kept] = (await a.servers.listDisks({ serverIds: [serverId] })).map(({ diskId }) => diskId);
  const resource = (id: string) => ({ id: serverId, excludedDiskIds: [id] });
  const create = (id: string) => a.vaults.create({ name: 'vault', size: 100, resources: [resource(id)] });
  expect(await codeOf(create(uuid(1)))).toBe('BackupService.6302');
  const { vaultId } = await create(left ?? '');
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  const parts = await a.backups.listParts({ backupIds });
  expect(parts.map(({ resourceId }) => resourceId)).toEqual([system, kept]);
  for (const { id } of parts) expect(await cloud.hardware.disks.stat(backupDisk(id))).toBeDefined();
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'))).toHaveLength(2);
});

test('where the disk store is full nothing is begun', async () => {
  const emulator = await open({ config: { disks: { quotaBytes: 64 * MIB } } });
  const { a, cloud } = emulator;
  const serverId = await emulator.launch();
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  await cloud.hardware.disks.create('disk-filler', 128 * MIB);
  for (let piece = 1; (await cloud.hardware.disks.free()) >= MIB; piece++) {
    // What is equal is kept once, and would fill nothing.
    await cloud.hardware.disks.write('disk-filler', piece * MIB, randomBytes(MIB));
  }
  expect(await refused(a.checkpoints.create({ vaultId }))).toMatchObject({
    code: 'Cloudyard.0004',
    message: 'No space is left for disks.',
  });
  expect(await cloud.database.read.checkpoint.count()).toBe(0);
  expect(await cloud.database.read.backup.count()).toBe(0);
  expect(await cloud.database.read.disk.findMany({ where: { status: { not: 'IN_USE' } } })).toEqual([]);
});

test('of the runs that could back up nothing a vault keeps the last hundred', async () => {
  const emulator = await open();
  const { a, cloud } = emulator;
  const serverId = await emulator.launch();
  const { policyId } = await a.backupPolicies.create({ name: 'often', everyHours: 1 });
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, policyId, resources: [{ id: serverId }] });
  const moment = cloud.clock.now();
  const run = (number: number) => ({ id: uuid(number), createdAt: new Date(moment.getTime() - 120_000 + number * 1000) });
  const common = { tenantId: a.id, vaultId, name: 'autobk_0000', status: 'ERROR', autoTrigger: true, updatedAt: moment } as const;
  const failed = Array.from({ length: 105 }, (_, number) => ({ ...common, ...run(number) }));
  await cloud.transactions.run(async tx => {
    await tx.db.checkpoint.createMany({ data: failed });
    // Something else has the server when the policy fires.
    await tx.db.server.update({ where: { id: serverId }, data: { status: 'ERROR' } });
    await tx.db.backupPolicy.update({ where: { id: policyId }, data: { nextRunAt: moment } });
  });
  cloud.backupSchedule.reconsider();
  await expect.poll(() => cloud.database.read.checkpoint.count()).toBe(100);
  const left = await cloud.database.read.checkpoint.findMany({ orderBy: { createdAt: 'desc' } });
  expect(left[0]).toMatchObject({ status: 'ERROR', skipped: [{ id: serverId, code: 'BackupService.7101' }] });
  expect(left.at(-1)?.id).toBe(uuid(6));
  const events = await cloud.database.read.event.count({ where: { kind: 'checkpoint.deleted' } });
  expect(events).toBe(6);
});
