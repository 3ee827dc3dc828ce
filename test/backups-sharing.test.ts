/** Backups that are shared with other tenants, and what holds on to a backup. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tenantOf } from '../src/testing/tenant.ts';
import { type EmulatorCloud, openEmulator } from './emulator-cloud.ts';
import { codeOf, refused } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';

let emulator: EmulatorCloud;
let vaultId: string;
let backupId: string;
let roomId: string;

beforeEach(async () => {
  emulator = await openEmulator();
  const { a, b, launch } = emulator;
  const serverId = await launch();
  ({ vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] }));
  const run = await a.checkpoints.create({ vaultId });
  await waitSuccessfully(emulator, run.jobId);
  backupId = run.backupIds[0] ?? '';
  roomId = (await b.vaults.create({ name: 'room', size: 100 })).vaultId;
});
afterEach(() => emulator.close());

test('a shared backup is found as pending, accepted into a vault with room, and gone when it is shared no more', async () => {
  const { a, b, cloud } = emulator;
  expect(await codeOf(b.backups.get({ backupId }))).toBe('BackupService.6200');
  await a.backups.share({ backupId, tenantIds: [b.id] });
  // Twice is once.
  await a.backups.share({ backupId, tenantIds: [b.id] });
  expect((await b.backups.list({ filter: { relation: 'SHARED' } })).rows).toMatchObject([{ id: backupId }]);
  expect(await a.backups.listMembers({ backupIds: [backupId] })).toMatchObject([
    { tenantId: b.id, status: 'PENDING', vaultId: null },
  ]);

  const accept = (vault?: string) => b.backups.answerShare({ backupId, status: 'ACCEPTED', vaultId: vault });
  expect(await refused(accept())).toMatchObject({ code: 'BackupService.9900', field: 'vaultId' });
  expect(await codeOf(accept(vaultId))).toBe('BackupService.6105');
  const disks = await b.vaults.create({ name: 'disks', objectType: 'DISK', size: 100 });
  expect(await codeOf(accept(disks.vaultId))).toBe('BackupService.6102');
  const small = await b.vaults.create({ name: 'small', size: 10 });
  await cloud.transactions.run(tx => tx.db.vault.update({ where: { id: small.vaultId }, data: { usedBytes: 10 * 2 ** 30 } }));
  expect(await codeOf(accept(small.vaultId))).toBe('BackupService.6107');
  // One that expands by itself takes all.
  await b.vaults.update({ vaultId: small.vaultId, autoExpand: true });
  await accept(small.vaultId);
  await accept(roomId);
  expect(await a.backups.listMembers({ backupIds: [backupId] })).toMatchObject([{ status: 'ACCEPTED', vaultId: roomId }]);

  // To see is not to own.
  expect(await codeOf(b.backups.delete({ backupId }))).toBe('BackupService.6200');
  expect(await codeOf(b.backups.share({ backupId, tenantIds: [a.id] }))).toBe('BackupService.6200');
  await b.backups.answerShare({ backupId, status: 'REJECTED' });
  expect(await a.backups.listMembers({ backupIds: [backupId] })).toMatchObject([{ status: 'REJECTED', vaultId: null }]);

  await a.backups.unshare({ backupId, tenantIds: [b.id] });
  expect(await codeOf(b.backups.get({ backupId }))).toBe('BackupService.6200');
  expect(await codeOf(accept(roomId))).toBe('BackupService.6200');
  expect(await codeOf(a.backups.unshare({ backupId, tenantIds: [b.id] }))).toBe('BackupService.9900');
  const told = await cloud.database.read.event.findMany({
    where: { resourceId: backupId, resourceType: 'backup', NOT: { kind: { startsWith: 'audit.' } } },
    orderBy: { sequence: 'asc' },
  });
  expect(told.map(({ kind }) => kind).slice(-5)).toEqual([
    'backup.shared',
    ...Array.from({ length: 3 }, () => 'backup.member'),
    'backup.unshared',
  ]);
});

test('whoever a backup is shared with is told when it is deleted, by itself or with its vault', async () => {
  const { a, b, over, cloud } = emulator;
  const run = await a.checkpoints.create({ vaultId });
  await waitSuccessfully(emulator, run.jobId);
  const other = run.backupIds[0] ?? '';
  for (const id of [backupId, other]) await a.backups.share({ backupId: id, tenantIds: [b.id] });
  expect(await over((await a.backups.delete({ backupId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await over((await a.vaults.delete({ vaultId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  const told = await cloud.database.read.event.findMany({
    where: { kind: 'backup.deleted', audiences: { some: { audience: b.id } } },
    orderBy: { sequence: 'asc' },
  });
  expect(told.map(({ resourceId }) => resourceId)).toEqual([backupId, other]);
});

test('ten tenants at most, others of the region only', async () => {
  const { a, cloud } = emulator;
  const admin = await tenantOf(cloud, 'cloudyard-admin');
  const tenantIds: string[] = [];
  for (let number = 0; number < 11; number++) {
    const made = await admin.identity.createDomain({ name: `domain-${number}`, user: { name: 'user' } });
    tenantIds.push(made.tenantIds['eu-de'] ?? '');
    if (number === 0)
      expect(await refused(a.backups.share({ backupId, tenantIds: [made.tenantIds['eu-nl'] ?? 'nobody'] }))).toMatchObject({
        code: 'BackupService.9900',
        field: 'tenantIds.0',
      });
  }
  expect(await codeOf(a.backups.share({ backupId, tenantIds }))).toBe('BackupService.9900');
  expect(await codeOf(a.backups.share({ backupId, tenantIds: [a.id] }))).toBe('BackupService.9900');
  expect(await cloud.database.read.backupMember.count()).toBe(0);
  await a.backups.share({ backupId, tenantIds: tenantIds.slice(0, 10) });
  expect(await codeOf(a.backups.share({ backupId, tenantIds: tenantIds.slice(10) }))).toBe('BackupService.9900');
  expect(await cloud.database.read.backupMember.count()).toBe(10);
});

test('the backup of a disk of a server is not shared', async () => {
  const { a, b } = emulator;
  const [part] = await a.backups.listParts({ backupIds: [backupId] });
  expect(await codeOf(a.backups.share({ backupId: part?.id ?? '', tenantIds: [b.id] }))).toBe('BackupService.6700');
});

test('a tenant that has an image on a shared backup keeps it: not unshared, not rejected, not deleted', async () => {
  const { a, b, cloud, over } = emulator;
  await a.backups.share({ backupId, tenantIds: [b.id] });
  await b.backups.answerShare({ backupId, status: 'ACCEPTED', vaultId: roomId });
  const image = await b.images.createWholeFromBackup({ name: 'of-b', backupId });
  await waitSuccessfully(emulator, image.jobId);
  expect(await codeOf(a.backups.unshare({ backupId, tenantIds: [b.id] }))).toBe('BackupService.6710');
  expect(await codeOf(b.backups.answerShare({ backupId, status: 'REJECTED' }))).toBe('BackupService.6710');
  expect(await codeOf(a.backups.delete({ backupId }))).toBe('BackupService.6204');
  expect(await codeOf(a.vaults.delete({ vaultId }))).toBe('BackupService.6204');
  expect(await a.vaults.get({ vaultId })).toMatchObject({ status: 'AVAILABLE' });

  await waitSuccessfully(emulator, (await b.images.delete({ imageId: image.imageId })).jobId);
  await a.backups.unshare({ backupId, tenantIds: [b.id] });
  expect(await over((await a.vaults.delete({ vaultId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await cloud.database.read.backup.count()).toBe(0);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'))).toEqual([]);
});

test('backups that are shared with a tenant are listed in pages, the newest first, by what they are asked for', async () => {
  const { a, b } = emulator;
  const made = [backupId];
  for (const name of ['second', 'third']) {
    const run = await a.checkpoints.create({ vaultId, name });
    await waitSuccessfully(emulator, run.jobId);
    made.unshift(run.backupIds[0] ?? '');
  }
  for (const id of made) await a.backups.share({ backupId: id, tenantIds: [b.id] });
  const list = async (page: object, filter: object = {}) => b.backups.list({ filter: { relation: 'SHARED', ...filter }, page });
  const first = await list({ first: 2 });
  const last = first.rows[1];
  const rest = await list({ first: 2, after: last && first.cursorOf(last) });
  expect([first.hasNextPage, rest.hasNextPage]).toEqual([true, false]);
  const ids = [...first.rows, ...rest.rows].map(({ id }) => id);
  expect(ids).toEqual(made);
  expect((await list({ last: 1 })).rows.map(({ id }) => id)).toEqual([backupId]);
  expect((await list({}, { name: 'third' })).rows.map(({ id }) => id)).toEqual(made.slice(0, 1));
  expect((await a.backups.list({ filter: { relation: 'SHARED' } })).rows).toEqual([]);
});
