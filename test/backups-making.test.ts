/** Making backups of servers and disks, with real bytes. */
import { describe, expect, test, vi } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { everyHardware } from './hardware.ts';
import { codeOf } from './refused.ts';

const MIB = 2 ** 20;
/** On containers the hardware is prepared first. */
const SLOW = { timeout: 180_000 };
const { open } = emulatorsOfTests();

/** A server in a vault of its own. */
async function protectedServer({ a, launch }: EmulatorCloud, size = 100) {
  const serverId = await launch();
  const { vaultId } = await a.vaults.create({ name: 'vault', size, resources: [{ id: serverId }] });
  return { serverId, vaultId };
}

async function backUp({ a, cloud, over }: EmulatorCloud, vaultId: string) {
  const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
  expect(await over(jobId)).toMatchObject({ status: 'SUCCESS' });
  return cloud.database.read.backup.findUniqueOrThrow({ where: { id: backupIds[0] ?? '' }, include: { children: true } });
}

async function systemDiskOf({ cloud }: EmulatorCloud, serverId: string): Promise<string> {
  const attachment = await cloud.database.read.diskAttachment.findFirstOrThrow({ where: { serverId, bootIndex: 0 } });
  return attachment.diskId;
}

test.each(everyHardware)(
  'a backup of a running server holds its disk as of one moment, and the second stores what changed (%s)',
  SLOW,
  async hardware => {
    const emulator = await open({ hardware });
    const { a, cloud } = emulator;
    const { serverId, vaultId } = await protectedServer(emulator);
    const write = (text: string) =>
      a.servers.writeFile({ serverId, path: '/root/state', content: Buffer.from(text).toString('base64') });
    await write('first');
    const first = await backUp(emulator, vaultId);
    expect(first).toMatchObject({ status: 'AVAILABLE', incremental: false, resourceType: 'SERVER', resourceId: serverId });
    const [part] = first.children;
    expect(part).toMatchObject({
      status: 'AVAILABLE',
      systemDisk: true,
      device: '/dev/vda',
      resourceId: await systemDiskOf(emulator, serverId),
    });
    expect(part?.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(Number(first.storedBytes)).toBe((await cloud.hardware.disks.usage(backupDisk(part?.id ?? ''))).stored);

    await write('second');
    const big = Buffer.alloc(2 * MIB);
    for (let index = 0; index < 5; index++) {
      big.fill(index + 1);
      await a.servers.writeFile({ serverId, path: `/root/big-${index}`, content: big.toString('base64') });
    }
    const second = await backUp(emulator, vaultId);
    expect(second.incremental).toBe(true);
    expect(Number(second.storedBytes)).toBeGreaterThanOrEqual(hardware === 'docker' ? 10 * MIB : MIB);
    expect(Number(second.storedBytes)).toBeLessThanOrEqual(1.3 * 10 * MIB);
    const vault = await a.vaults.get({ vaultId });
    expect(vault.usedBytes).toBe(first.storedBytes + second.storedBytes);

    const text = async (backupId: string) =>
      (await cloud.hardware.readFile({ disk: backupDisk(backupId) }, '/root/state')).toString();
    expect(await text(part?.id ?? '')).toBe('first');
    expect(await text(second.children[0]?.id ?? '')).toBe('second');
    expect(await cloud.database.read.disk.findMany({ where: { status: { not: 'IN_USE' } } })).toEqual([]);

    // The older one goes: the younger one is whole, and counts all that it holds.
    const { jobId } = await a.backups.delete({ backupId: first.id });
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
    const left = await cloud.database.read.backup.findUniqueOrThrow({ where: { id: second.id } });
    const whole = (await cloud.hardware.disks.usage(backupDisk(second.children[0]?.id ?? ''))).stored;
    expect(left).toMatchObject({ storedBytes: BigInt(whole), status: 'AVAILABLE' });
    expect((await a.vaults.get({ vaultId })).usedBytes).toBe(BigInt(whole));
    expect(await text(second.children[0]?.id ?? '')).toBe('second');
    expect(await cloud.hardware.disks.stat(backupDisk(part?.id ?? ''))).toBeUndefined();
    expect(await cloud.hardware.disks.stat(serverDisk(part?.resourceId ?? ''))).toBeDefined();
  },
);

test.each(everyHardware)('a disk vault backs up single disks (%s)', SLOW, async hardware => {
  const emulator = await open({ hardware });
  const { a } = emulator;
  const diskId = await systemDiskOf(emulator, await emulator.launch());
  const { vaultId } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources: [{ id: diskId }] });
  const backup = await backUp(emulator, vaultId);
  expect(backup).toMatchObject({ resourceType: 'DISK', resourceId: diskId, status: 'AVAILABLE', children: [], systemDisk: true });
  expect(backup.checksum).toMatch(/^[0-9a-f]{64}$/);
});

test('a vault that is full makes nothing', async () => {
  const emulator = await open();
  const { a, cloud } = emulator;
  const { vaultId } = await protectedServer(emulator);
  await cloud.transactions.run(tx => tx.db.vault.update({ where: { id: vaultId }, data: { usedBytes: 100 * 2 ** 30 } }));
  expect(await codeOf(a.checkpoints.create({ vaultId }))).toBe('BackupService.0001');
  const [{ resourceId = '' } = {}] = await a.vaults.listResources({ vaultIds: [vaultId] });
  expect(await codeOf(a.checkpoints.create({ vaultId, resourceIds: [resourceId] }))).toBe('BackupService.6107');
  expect(await cloud.database.read.backup.count()).toBe(0);
  expect(await cloud.database.read.checkpoint.count()).toBe(0);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'))).toEqual([]);
});

describe('before a backup is ordered, its disks are compared', () => {
  /** A server with one backup, and how often disks are compared from now on. */
  async function backedUp() {
    const emulator = await open();
    const { serverId, vaultId } = await protectedServer(emulator);
    await backUp(emulator, vaultId);
    const comparing = vi.spyOn(emulator.cloud.hardware.disks, 'changedBetween');
    const fill = (usedBytes: number): Promise<unknown> =>
      emulator.cloud.transactions.run(tx => tx.db.vault.update({ where: { id: vaultId }, data: { usedBytes } }));
    return { emulator, serverId, vaultId, comparing, fill };
  }

  test('not where the vault has room for all that they can hold', async () => {
    const { emulator, serverId, vaultId, comparing } = await backedUp();
    await backUp(emulator, vaultId);
    expect(comparing, 'by the job').toHaveBeenCalledTimes(1);
    await emulator.over((await emulator.a.images.createWhole({ name: 'whole', serverId, vaultId })).jobId);
    expect(comparing, 'by the job of the image').toHaveBeenCalledTimes(2);
  });

  test('where that might not fit', async () => {
    const { emulator, vaultId, comparing, fill } = await backedUp();
    await fill(100 * 2 ** 30 - 2 ** 20);
    await backUp(emulator, vaultId);
    expect(comparing).toHaveBeenCalledTimes(2);
  });

  test('not while something else has them, or the server', async () => {
    const { emulator, serverId, vaultId, comparing, fill } = await backedUp();
    const { a, cloud } = emulator;
    await fill(100 * 2 ** 30 - 2 ** 20);
    const held = await cloud.faults.add({
      match: { jobType: 'rebootSingleServer' },
      moment: 'before',
      effect: { kind: 'hold', percent: 5 },
    });
    const { jobId } = await a.servers.reboot({ type: 'SOFT', serverIds: [serverId] });
    expect(await codeOf(a.checkpoints.create({ vaultId, resourceIds: [serverId] }))).toBe('BackupService.7101');
    expect(await codeOf(a.images.createWhole({ name: 'whole', serverId, vaultId }))).toBe('IMG.0126');
    expect(comparing).not.toHaveBeenCalled();
    await cloud.faults.remove(held.id);
    await emulator.over(jobId);
  });
});

test('of two backups of a server at once one is refused while the other copies it', async () => {
  const emulator = await open();
  const { a, cloud, over } = emulator;
  const { serverId, vaultId } = await protectedServer(emulator);
  const order = () => a.checkpoints.create({ vaultId, resourceIds: [serverId] });
  // Which of them comes first is open.
  const hold = await cloud.faults.add({ match: {}, moment: 'before', effect: { kind: 'hold', percent: 10 } });
  const ordered = await Promise.allSettled([order(), order()]);
  await cloud.faults.remove(hold.id);
  const jobIds = ordered.flatMap(one => (one.status === 'fulfilled' ? [one.value.jobId] : []));
  const reasons = ordered.flatMap(one => (one.status === 'rejected' ? [one.reason] : []));
  expect([jobIds.length, reasons]).toMatchObject([1, [{ code: 'BackupService.7101' }]]);
  expect(await over(jobIds[0] ?? '')).toMatchObject({ status: 'SUCCESS' });
  expect(await cloud.database.read.backup.count({ where: { parentId: null } })).toBe(1);
});

test('a server is backed up with at most ten shared disks', async () => {
  const emulator = await open();
  const { a, over } = emulator;
  const serverId = await emulator.launch();
  await over((await a.servers.stop({ serverIds: [serverId] })).jobId);
  const { jobId, diskIds } = await a.disks.create({ name: 'shared', count: 11, size: 10, shareable: true });
  await over(jobId);
  for (const diskId of diskIds) await over((await a.disks.attach({ serverId, diskId })).jobId);
  const { vaultId } = await a.vaults.create({ name: 'vault', size: 200, resources: [{ id: serverId }] });
  const refused = { code: 'BackupService.9900', message: expect.stringContaining('more than 10 shared disks') };
  await expect(a.checkpoints.create({ vaultId, resourceIds: [serverId] })).rejects.toMatchObject(refused);
  expect(await codeOf(a.images.createWhole({ name: 'whole', serverId, vaultId }))).toBe('IMG.0022');
  const [last = ''] = diskIds;
  await over((await a.disks.detach({ serverId, diskId: last })).jobId);
  expect((await backUp(emulator, vaultId)).children).toHaveLength(11);
});
