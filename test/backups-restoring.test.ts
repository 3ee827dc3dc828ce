/** Restoring backups, with real bytes. */
import { expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { everyHardware } from './hardware.ts';
import { codeOf, refused } from './refused.ts';

/** On containers the hardware is prepared first. */
const SLOW = { timeout: 180_000 };
const { open } = emulatorsOfTests();

const PATH = '/state';

/** A running server with a data disk, backed up when both held `old`; both hold `new` since. */
async function changedServer(emulator: EmulatorCloud) {
  const { a, cloud, over, launch } = emulator;
  const serverId = await launch({ dataDisks: [{ size: 10, type: 'SSD', fileSystem: 'EXT4' }] });
  const attachments = await cloud.database.read.diskAttachment.findMany({ where: { serverId }, orderBy: { device: 'asc' } });
  const diskIds = attachments.map(({ diskId }) => diskId);
  const write = async (text: string): Promise<void> => {
    for (const diskId of diskIds) {
      await cloud.hardware.writeFile({ disk: serverDisk(diskId), server: serverId }, PATH, Buffer.from(text));
    }
  };
  await write('old');
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  await write('new');
  return { serverId, vaultId, diskIds, backupId: backupIds[0] ?? '' };
}

async function contents({ cloud }: EmulatorCloud, serverId: string | undefined, diskIds: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const diskId of diskIds) {
    const target = { disk: serverDisk(diskId), ...(serverId && { server: serverId }) };
    texts.push((await cloud.hardware.readFile(target, PATH)).toString());
  }
  return texts;
}

test.each(everyHardware)(
  'a restore in place brings back what all disks held, and the server runs again (%s)',
  SLOW,
  async hardware => {
    const emulator = await open({ hardware });
    const { a, cloud, over } = emulator;
    const { serverId, backupId, diskIds } = await changedServer(emulator);
    const before = await cloud.database.read.server.findUniqueOrThrow({
      where: { id: serverId },
      include: { attachments: true, ports: true },
    });
    expect(await contents(emulator, serverId, diskIds)).toEqual(['new', 'new']);

    const { jobId } = await a.backups.restore({ backupId });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });

    expect(await contents(emulator, serverId, diskIds)).toEqual(['old', 'old']);
    const after = await cloud.database.read.server.findUniqueOrThrow({
      where: { id: serverId },
      include: { attachments: true, ports: true },
    });
    expect({ ...after, updatedAt: null }).toEqual({ ...before, updatedAt: null });
    const disks = await cloud.database.read.disk.findMany({ where: { id: { in: diskIds } } });
    expect(disks.map(({ status }) => status)).toEqual(['IN_USE', 'IN_USE']);
    expect(await a.backups.get({ backupId })).toMatchObject({ status: 'AVAILABLE' });
  },
);

test.each(everyHardware)(
  'a part of a backup is restored over another, larger disk, which keeps its size (%s)',
  SLOW,
  async hardware => {
    const emulator = await open({ hardware });
    const { a, cloud, over } = emulator;
    const { serverId, backupId } = await changedServer(emulator);
    const other = await a.disks.create({ name: 'other', size: 12, type: 'SSD', availabilityZone: 'eu-de-01' });
    await over(other.jobId);
    const otherId = other.diskIds[0] ?? '';
    const [, data] = await a.backups.listParts({ backupIds: [backupId] });
    const { jobId } = await a.backups.restore({ backupId, mappings: [{ backupId: data?.id ?? '', diskId: otherId }] });
    expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await contents(emulator, undefined, [otherId])).toEqual(['old']);
    expect(await cloud.hardware.disks.stat(serverDisk(otherId))).toEqual({ size: 12 * 2 ** 30 });
    expect(await a.disks.get({ diskId: otherId })).toMatchObject({ status: 'AVAILABLE', size: 12 });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE' });
  },
);

test.each(everyHardware)('a disk that is made of a backup is a data disk, whatever was backed up (%s)', SLOW, async hardware => {
  const emulator = await open({ hardware });
  const { a, over } = emulator;
  const { serverId, backupId } = await changedServer(emulator);
  const [system] = await a.backups.listParts({ backupIds: [backupId] });
  expect(system).toMatchObject({ systemDisk: true, bootable: true });
  const { jobId, diskIds } = await a.disks.create({ name: 'copy', backupId: system?.id ?? '', serverId });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await a.disks.get({ diskId: diskIds[0] ?? '' })).toMatchObject({ status: 'IN_USE', bootable: false });
  expect(await contents(emulator, serverId, diskIds)).toEqual(['old']);
});

test('what does not fit is refused before anything is touched', async () => {
  const emulator = await open({});
  const { a, b, cloud, over, launch } = emulator;
  const { backupId, serverId, diskIds } = await changedServer(emulator);
  const [system] = await a.backups.listParts({ backupIds: [backupId] });
  const small = await a.disks.create({ name: 'small', size: 10, type: 'SSD', availabilityZone: 'eu-de-01' });
  await over(small.jobId);
  const smallId = small.diskIds[0] ?? '';
  const partId = system?.id ?? '';
  await cloud.transactions.run(tx => tx.db.backup.update({ where: { id: partId }, data: { resourceSize: 40 } }));
  const over2 = (diskId: string) => a.backups.restore({ backupId, mappings: [{ backupId: partId, diskId }] });
  expect(await codeOf(over2(smallId))).toBe('BackupService.2001');
  await cloud.transactions.run(tx => tx.db.backup.update({ where: { id: partId }, data: { resourceSize: 10 } }));
  const elsewhere = await launch({ name: 'elsewhere' });
  expect(await codeOf(a.backups.restore({ backupId, serverId: elsewhere }))).toBe('BackupService.2003');
  expect(await codeOf(over2(crypto.randomUUID()))).toBe('BackupService.6302');
  const bad = 'A parameter is missing or not valid.';
  const mappings = [{ backupId: partId, diskId: smallId }];
  const unfit: [Parameters<typeof a.backups.restore>[0], string, string][] = [
    [
      { backupId, diskId: smallId },
      'diskId',
      'a disk alone is for the backup of a disk: name in mappings which disk goes over which',
    ],
    [{ backupId, mappings: [...mappings, ...mappings] }, 'mappings', 'a disk is named twice'],
    [{ backupId: partId, mappings }, 'mappings', 'mappings are for the backup of a server: name a disk instead'],
  ];
  for (const [order, field, why] of unfit)
    expect(await refused(a.backups.restore(order))).toMatchObject({
      code: 'BackupService.9900',
      field,
      message: `${bad} (${why})`,
    });
  expect(await codeOf(b.backups.restore({ backupId }))).toBe('BackupService.6200');
  await cloud.transactions.run(tx => tx.db.backup.update({ where: { id: partId }, data: { damage: 'its bytes are gone' } }));
  expect(await codeOf(a.backups.restore({ backupId }))).toBe('Cloudyard.0011');
  expect(await contents(emulator, serverId, diskIds)).toEqual(['new', 'new']);
  expect(await cloud.database.read.resourceLock.count()).toBe(0);
});

test.each(everyHardware)(
  'a backup whose bytes are gone, and nobody knows yet, costs the server nothing: it is not even stopped (%s)',
  SLOW,
  async hardware => {
    const emulator = await open({ hardware });
    const { a, cloud, over } = emulator;
    const { serverId, backupId, diskIds } = await changedServer(emulator);
    const [, data] = await a.backups.listParts({ backupIds: [backupId] });
    await cloud.hardware.disks.remove(backupDisk(data?.id ?? ''));
    const stopped: string[] = [];
    const { stopServer } = cloud.hardware;
    cloud.hardware.stopServer = (id, how) => {
      stopped.push(id);
      return stopServer.call(cloud.hardware, id, how);
    };
    expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({
      status: 'FAIL',
      errorCode: 'Cloudyard.0011',
    });
    cloud.hardware.stopServer = stopServer;
    expect(stopped).toEqual([]);
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', faultCode: null });
    expect(await contents(emulator, serverId, diskIds)).toEqual(['new', 'new']);
    for (const diskId of diskIds) expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
  },
);

test.each(everyHardware)(
  'a server that cannot be started after it was restored is off and says why, with its disks restored (%s)',
  SLOW,
  async hardware => {
    const emulator = await open({ hardware });
    const { a, cloud, over } = emulator;
    const { serverId, backupId, diskIds } = await changedServer(emulator);
    const { startServer } = cloud.hardware;
    cloud.hardware.startServer = () => Promise.reject(new HardwareError('failed', 'the guest does not answer'));
    expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({
      status: 'FAIL',
      errorCode: 'BackupService.9900',
    });
    cloud.hardware.startServer = startServer;
    expect(await a.servers.get({ serverId })).toMatchObject({
      status: 'SHUTOFF',
      taskState: null,
      faultCode: 'BackupService.9900',
      faultMessage: expect.stringContaining('does not answer'),
    });
    expect((await cloud.hardware.servers()).find(({ id }) => id === serverId)?.state).not.toBe('RUNNING');
    expect(await a.backups.get({ backupId })).toMatchObject({ status: 'AVAILABLE' });
    for (const diskId of diskIds) expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
    expect(await over((await a.servers.start({ serverIds: [serverId] })).jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await contents(emulator, serverId, diskIds)).toEqual(['old', 'old']);
  },
);

test('a restore that breaks off while it writes leaves disks that say so, and the next one heals them', async () => {
  const emulator = await open({});
  const { a, cloud, over } = emulator;
  const { backupId, serverId, diskIds } = await changedServer(emulator);
  const rule = await cloud.faults.add({
    match: { jobType: 'restoreBackup', step: 'write' },
    moment: 'after',
    effect: { kind: 'fail', code: 'Cloudyard.0007' },
    count: 1,
  });
  expect(rule).toBeDefined();
  expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({
    status: 'FAIL',
    errorCode: 'Cloudyard.0007',
  });
  const disks = await cloud.database.read.disk.findMany({ where: { id: { in: diskIds } } });
  expect(disks.map(({ status }) => status)).toEqual(['ERROR_RESTORING', 'ERROR_RESTORING']);
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'SHUTOFF', faultCode: 'Cloudyard.0007' });

  // Nor are they whole after one that was broken off before it wrote anything, and nothing is made of them.
  const match = { jobType: 'restoreBackup', step: 'stop' };
  await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'Cloudyard.0007' }, count: 1 });
  expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({ status: 'FAIL' });
  const still = await cloud.database.read.disk.findMany({ where: { id: { in: diskIds } } });
  expect(still.map(({ status }) => status)).toEqual(['ERROR_RESTORING', 'ERROR_RESTORING']);
  expect(await codeOf(a.images.create({ name: 'half', serverId }))).toBe('IMG.0110');
  expect(await codeOf(a.servers.start({ serverIds: [serverId] }))).toBe('Ecs.0100');

  expect(await over((await a.backups.restore({ backupId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await contents(emulator, undefined, diskIds)).toEqual(['old', 'old']);
});

test('a disk that a restore left half written comes out of its server, and is restored by itself or deleted', async () => {
  const emulator = await open({});
  const { a, cloud, over } = emulator;
  const { backupId, serverId, diskIds } = await changedServer(emulator);
  const [, diskId = ''] = diskIds;
  const [, part] = await a.backups.listParts({ backupIds: [backupId] });
  const breakOff = async (): Promise<void> => {
    const match = { jobType: 'restoreBackup', step: 'write' };
    await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'Cloudyard.0007' }, count: 1 });
    const mappings = [{ backupId: part?.id ?? '', diskId }];
    expect(await over((await a.backups.restore({ backupId, mappings })).jobId)).toMatchObject({ status: 'FAIL' });
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_RESTORING' });
  };
  await breakOff();
  expect(await over((await a.disks.detach({ serverId, diskId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_RESTORING' });
  expect(await a.servers.listDisks({ serverIds: [serverId] })).toHaveLength(1);
  expect(await codeOf(a.disks.attach({ serverId, diskId }))).toBe('Ecs.0103');

  const mappings = [{ backupId: part?.id ?? '', diskId }];
  expect(await over((await a.backups.restore({ backupId, mappings })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE' });
  expect(await contents(emulator, undefined, [diskId])).toEqual(['old']);

  await breakOff();
  expect(await over((await a.disks.delete({ diskIds: [diskId] })).jobId)).toMatchObject({ status: 'SUCCESS' });
});

test('a half-written disk that cannot be detached is as half written as before', async () => {
  const emulator = await open({});
  const { a, cloud, over } = emulator;
  const { backupId, serverId, diskIds } = await changedServer(emulator);
  const fail = (jobType: string, step: string) =>
    cloud.faults.add({ match: { jobType, step }, moment: 'after', effect: { kind: 'fail', code: 'Cloudyard.0007' }, count: 1 });
  await fail('restoreBackup', 'write');
  await over((await a.backups.restore({ backupId })).jobId);
  const [, diskId = ''] = diskIds;
  await fail('detachVolume', 'detach');
  expect(await over((await a.disks.detach({ serverId, diskId })).jobId)).toMatchObject({ status: 'FAIL' });
  expect(await a.disks.get({ diskId })).toMatchObject({ status: 'ERROR_RESTORING' });
  expect(await a.servers.listDisks({ serverIds: [serverId] })).toHaveLength(2);
});

test('what a server boots from is replaced only by what a server of its kind booted from', async () => {
  const emulator = await open({});
  const { a, over, launch } = emulator;
  const { jobId, serverIds } = await a.bareMetal.launch({
    name: 'metal',
    imageId: publicImageId('BMS_Debian_12_latest'),
    flavorId: 'physical.o2.medium',
    rootVolume: { type: 'SSD', size: 40 },
  });
  await over(jobId);
  const [root] = await a.servers.listDisks({ serverIds });
  const serverId = await launch({ systemDisk: { size: 40 }, dataDisks: [{ size: 40, type: 'SSD' }] });
  const [system, data] = await a.servers.listDisks({ serverIds: [serverId] });
  const { vaultId } = await a.vaults.create({
    name: 'disks',
    objectType: 'DISK',
    size: 200,
    resources: [{ id: root?.diskId ?? '' }, { id: system?.diskId ?? '' }],
  });
  const { jobId: copying, backupIds } = await a.checkpoints.create({ vaultId });
  await over(copying);
  const backups = await Promise.all(backupIds.map(backupId => a.backups.get({ backupId })));
  const backupOf = (diskId: string | undefined): string => backups.find(one => one.resourceId === diskId)?.id ?? '';
  const overDisk = (backupId: string, disk: { diskId: string } | undefined) =>
    a.backups.restore({ backupId, diskId: disk?.diskId ?? '', powerOn: false });
  expect(await codeOf(overDisk(backupOf(root?.diskId), system))).toBe('BackupService.2006');
  expect(await codeOf(overDisk(backupOf(system?.diskId), root))).toBe('BackupService.2006');
  expect(await over((await overDisk(backupOf(root?.diskId), data)).jobId)).toMatchObject({ status: 'SUCCESS' });

  const servers = await a.vaults.create({ name: 'servers', size: 200, resources: [{ id: serverId }] });
  const whole = await a.checkpoints.create({ vaultId: servers.vaultId });
  await over(whole.jobId);
  const [backupId = ''] = whole.backupIds;
  const parts = await a.backups.listParts({ backupIds: [backupId] });
  const mapped = (part: string | undefined, disk: { diskId: string } | undefined) =>
    a.backups.restore({ backupId, mappings: [{ backupId: part ?? '', diskId: disk?.diskId ?? '' }], powerOn: false });
  expect(await codeOf(mapped(parts[1]?.id, system))).toBe('BackupService.9900');
  expect(await over((await mapped(parts[0]?.id, data)).jobId)).toMatchObject({ status: 'SUCCESS' });
});
