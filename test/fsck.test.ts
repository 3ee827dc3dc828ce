/** Checking all bytes that are kept, and what becomes of those that are damaged. */
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { tenantOf } from '../src/testing/tenant.ts';
import { type openEmulator, SOURCE } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { everyHardware } from './hardware.ts';
import { codeOf } from './refused.ts';

/** On containers the hardware is prepared first. */
const SLOW = { timeout: 360_000 };
const emulators = emulatorsOfTests();

/** A server with two backups. */
async function open(options: Parameters<typeof openEmulator>[0] = {}) {
  const emulator = await emulators.open(options);
  const { a, cloud, over, launch } = emulator;
  const serverId = await launch();
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  const backups: { id: string; partId: string }[] = [];
  for (const text of ['first', 'second']) {
    const content = Buffer.alloc(64 << 10, text).toString('base64');
    await a.servers.writeFile({ serverId, path: '/root/state', content });
    const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const [part] = await a.backups.listParts({ backupIds });
    backups.push({ id: backupIds[0] ?? '', partId: part?.id ?? '' });
  }
  const [first, second] = backups;
  if (!first || !second) throw new Error('two backups were made');
  const admin = await tenantOf(cloud, 'cloudyard-admin');
  const fsck = async () => {
    expect(await over((await admin.cloud.fsck({})).jobId)).toMatchObject({ status: 'SUCCESS', progress: 100 });
    return admin.cloud.listDamage({});
  };
  return { ...emulator, serverId, vaultId, first, second, admin, fsck };
}

test.each(everyHardware)(
  'bytes that are not those that were kept are found, refused by name, and everything else works (%s)',
  SLOW,
  async hardware => {
    const { a, cloud, over, first, second, fsck } = await open({ hardware });
    expect(await fsck()).toEqual([]);
    // Behind the records' back.
    const disk = backupDisk(first.partId);
    const before = await cloud.hardware.disks.read(disk, { offset: 0, length: 4096 });
    await cloud.hardware.disks.write(disk, 0, Buffer.alloc(4096, 1));

    expect(await fsck()).toMatchObject([
      { kind: 'BACKUP', id: first.partId, tenantId: a.id, what: expect.stringContaining('bytes') },
    ]);
    expect((await a.backups.get({ backupId: first.id })).damage).not.toBeNull();
    expect(await codeOf(a.backups.restore({ backupId: first.id }))).toBe('Cloudyard.0011');
    expect(await over((await a.backups.restore({ backupId: second.id })).jobId)).toMatchObject({ status: 'SUCCESS' });

    // Found whole again, it can be restored.
    await cloud.hardware.disks.write(disk, 0, before);
    expect(await fsck()).toEqual([]);
    expect(await over((await a.backups.restore({ backupId: first.id })).jobId)).toMatchObject({ status: 'SUCCESS' });
  },
);

test.each(everyHardware)('a backup and an image whose bytes are gone are found (%s)', SLOW, async hardware => {
  const { a, cloud, over, first, second, fsck, launch } = await open({ hardware });
  const serverId = await launch({ name: 'other' });
  const image = await a.images.create({ name: 'golden', serverId });
  await over(image.jobId);
  await cloud.hardware.disks.remove(backupDisk(second.partId));
  await cloud.hardware.disks.remove(imageDisk(image.imageId));
  const found = await fsck();
  expect(found.map(({ kind, id, what }) => [kind, id, what])).toEqual([
    ['IMAGE', image.imageId, 'its bytes are gone'],
    ['BACKUP', second.partId, 'its bytes are gone'],
  ]);
  expect(await codeOf(a.backups.restore({ backupId: second.id }))).toBe('Cloudyard.0011');
  expect(await over((await a.backups.restore({ backupId: first.id })).jobId)).toMatchObject({ status: 'SUCCESS' });
  // What is damaged can still be deleted.
  expect(await over((await a.backups.delete({ backupId: second.id })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await fsck()).toMatchObject([{ kind: 'IMAGE' }]);
});

test.each(everyHardware)(
  'one backup that is lost stands in the way of none after it, nor of deleting the one before it, whether that is known or not (%s)',
  SLOW,
  async hardware => {
    const { a, cloud, over, first, second, fsck, vaultId, serverId } = await open({ hardware });
    await cloud.hardware.disks.remove(backupDisk(second.partId));
    const wholeOf = async (partId: string) => BigInt((await cloud.hardware.disks.usage(backupDisk(partId))).stored);
    const stored = async (backupId: string) => (await a.backups.get({ backupId })).storedBytes;
    const add = async () => {
      const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
      expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
      const [part] = await a.backups.listParts({ backupIds });
      return { id: backupIds[0] ?? '', partId: part?.id ?? '' };
    };
    // Counted against what is lost: nothing is shared with that.
    const third = await add();
    expect(await stored(third.id)).toBe(await wholeOf(third.partId));

    expect(await fsck()).toMatchObject([{ id: second.partId }]);
    const image = await a.images.createWhole({ name: 'whole', serverId, vaultId });
    expect(await over(image.jobId)).toMatchObject({ status: 'SUCCESS' });
    for (const { id } of [first, second])
      expect(await over((await a.backups.delete({ backupId: id })).jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await cloud.hardware.disks.stat(backupDisk(first.partId))).toBeUndefined();
    expect(await stored(third.id)).toBe(await wholeOf(third.partId));
    const left = await cloud.database.read.backup.findMany({ where: { vaultId, parentId: null } });
    expect((await a.vaults.get({ vaultId })).usedBytes).toBe(left.reduce((sum, { storedBytes }) => sum + storedBytes, 0n));
  },
);

test('what comes after a deleted backup is let be where its own bytes are lost and nobody knows yet', async () => {
  const { a, cloud, over, first, second } = await open();
  await cloud.hardware.disks.remove(backupDisk(second.partId));
  const before = (await a.backups.get({ backupId: second.id })).storedBytes;
  expect(await over((await a.backups.delete({ backupId: first.id })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await cloud.hardware.disks.stat(backupDisk(first.partId))).toBeUndefined();
  expect((await a.backups.get({ backupId: second.id })).storedBytes).toBe(before);
});

test.each(everyHardware)(
  'a full-ECS image whose own check failed gets its checksums from the next one (%s)',
  SLOW,
  async hardware => {
    const { a, cloud, over, fsck, vaultId, serverId } = await open({ hardware });
    const jobType = 'imsCheckWholeImageJob';
    const match = { jobType };
    await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'IMG.0014' }, count: 1 });
    const made = await a.images.createWhole({ name: 'whole', serverId, vaultId });
    expect(await over(made.jobId)).toMatchObject({ status: 'SUCCESS' });
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: jobType } });
    expect(await over(check.id)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0014' });
    expect(await a.images.get({ imageId: made.imageId })).toMatchObject({ status: 'ACTIVE', checksum: null });

    expect(await fsck()).toEqual([]);
    const image = await a.images.get({ imageId: made.imageId });
    expect(image.checksum).toMatch(/^[0-9a-f]{64}$/);
    const parts = await a.backups.listParts({ backupIds: [made.backupId] });
    expect(parts.map(({ checksum, damage }) => [checksum, damage])).toEqual([[image.checksum, null]]);
  },
);

test.each(everyHardware)(
  'a public image that is damaged or gone is made again when it is used next (%s)',
  SLOW,
  async hardware => {
    const { a, cloud, fsck, launch } = await open({ hardware });
    const disk = imageDisk(SOURCE);
    const { disks } = cloud.hardware;
    for (const harm of [() => disks.write(disk, 0, Buffer.alloc(4096, 1)), () => disks.remove(disk)]) {
      const { content } = await a.images.get({ imageId: SOURCE });
      await harm();
      expect(await fsck()).toEqual([]);
      expect(await a.images.get({ imageId: SOURCE })).toMatchObject({ content: 'NOT_YET', checksum: null, damage: null });
      await launch({ name: 'again' });
      const checksum = await disks.checksum(disk);
      expect(await a.images.get({ imageId: SOURCE })).toMatchObject({ content, checksum, damage: null });
      expect(await fsck()).toEqual([]);
    }
  },
);

/** Files of chunks that only the second backup has, the largest first. */
async function chunkFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return files.filter(file => !/\.db|sqlite|lock/.test(file));
}

test.each([
  ['overwritten', (file: string) => writeFile(file, 'not what it was')],
  ['cut short', (file: string) => truncate(file, 100)],
  ['gone', (file: string) => rm(file)],
] as const)('a chunk file that is %s is found', async (_how, damage) => {
  const emulator = await open();
  const { cloud, first, second, a, fsck } = emulator;
  const before = new Set(await chunkFiles(join(cloud.folder, 'disks')));
  const sizes = await Promise.all([...before].map(async file => [(await stat(file)).size, file] as const));
  const [largest] = sizes.sort(([one], [other]) => other - one);
  await damage(largest?.[1] ?? '');
  const found = await fsck();
  expect(found.length).toBeGreaterThan(0);
  for (const { kind, what } of found) {
    expect(['IMAGE', 'BACKUP', 'DISK']).toContain(kind);
    expect(what).toMatch(/^its bytes are/);
  }
  const damaged = new Set(found.map(({ id }) => id));
  for (const { id, partId } of [first, second]) {
    const code = await codeOf(a.backups.restore({ backupId: id }));
    expect(code).toBe(damaged.has(partId) ? 'Cloudyard.0011' : undefined);
  }
  // Also where the public image has lost what backups and servers share with it.
  await emulator.launch({ name: 'again' });
});

test('only the administrator may check, and two who ask get the same job', async () => {
  const { a, admin } = await open();
  expect(await codeOf(a.cloud.fsck({}))).toBe('APIGW.0302');
  expect(await codeOf(a.cloud.listDamage({}))).toBe('APIGW.0302');
  const [one, two] = await Promise.all([admin.cloud.fsck({}), admin.cloud.fsck({})]);
  expect(one.jobId).toBe(two.jobId);
});

test.each(everyHardware)('a disk whose bytes are gone is found (%s)', SLOW, async hardware => {
  const { a, cloud, over, fsck } = await open({ hardware });
  const { jobId, diskIds } = await a.disks.create({ name: 'data', size: 10 });
  await over(jobId);
  const [diskId = ''] = diskIds;
  expect(await fsck()).toEqual([]);
  await cloud.hardware.disks.remove(serverDisk(diskId));
  expect(await fsck()).toMatchObject([{ kind: 'DISK', id: diskId, name: 'data', tenantId: a.id, what: 'its bytes are gone' }]);
  expect((await a.disks.get({ diskId })).damage).toBe('its bytes are gone');
  await over((await a.disks.delete({ diskIds })).jobId);
  expect(await fsck()).toEqual([]);
});
