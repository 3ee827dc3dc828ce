/** How what a vault protects fares: its size, its backups, and what is being done with them. */
import { expect, test } from 'vitest';
import { emulatorsOfTests } from './emulators-of-tests.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const emulators = emulatorsOfTests();

async function open() {
  const emulator = await emulators.open();
  const { a, cloud } = emulator;
  const hold = (jobType: string, step: string) =>
    cloud.faults.add({ match: { jobType, step }, moment: 'before', effect: { kind: 'hold', percent: 0 } });
  const backUp = async (vaultId: string): Promise<string> => {
    const { jobId, backupIds } = await a.checkpoints.create({ vaultId });
    await waitSuccessfully(emulator, jobId);
    return backupIds[0] ?? '';
  };
  const states = (...resourceIds: string[]) => a.vaults.describeResources({ resourceIds });
  return { ...emulator, emulator, hold, backUp, states };
}

test('a server counts with the disks that are backed up, a disk by itself, both with their backups in the vault', async () => {
  const { a, b, emulator, launch, backUp, states } = await open();
  const serverId = await launch({ dataDisks: [{ size: 10 }, { size: 20 }] });
  const [system, , second] = await a.servers.listDisks({ serverIds: [serverId] });
  const made = await a.disks.create({ name: 'data', size: 30 });
  await waitSuccessfully(emulator, made.jobId);
  const [diskId = ''] = made.diskIds;
  const resources = [{ id: serverId, excludedDiskIds: [second?.diskId ?? ''] }];
  const { vaultId } = await a.vaults.create({ name: 'servers', size: 100, resources });
  const disks = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources: [{ id: diskId }] });
  const nothing = { protectStatus: 'AVAILABLE', backupSize: 0n, backupCount: 0 };
  const size = (system?.disk.size ?? 0) + 10;
  const byId = async () => new Map((await states(serverId, diskId)).map(state => [state.resourceId, state]));
  expect((await byId()).get(serverId)).toEqual({ resourceId: serverId, size, ...nothing });
  expect((await byId()).get(diskId)).toEqual({ resourceId: diskId, size: 30, ...nothing });

  await backUp(vaultId);
  await a.servers.writeFile({ serverId, path: '/root/new', content: Buffer.alloc(1 << 20, 'x') });
  await backUp(vaultId);
  await backUp(disks.vaultId);
  const after = await byId();
  const { usedBytes } = await a.vaults.get({ vaultId });
  expect(usedBytes).toBeGreaterThan(0n);
  expect(after.get(serverId)).toMatchObject({ backupCount: 2, backupSize: usedBytes });
  expect(after.get(diskId)).toMatchObject({ backupCount: 1 });

  // Backups stay in their vault when what they are of moves to another.
  await a.vaults.removeResources({ vaultId, resourceIds: [serverId] });
  expect((await byId()).has(serverId)).toBe(false);
  await a.vaults.create({ name: 'other', size: 100, resources: [{ id: serverId }] });
  expect((await byId()).get(serverId)).toMatchObject({ ...nothing, size: size + 20 });
  expect(await b.vaults.describeResources({ resourceIds: [serverId, diskId] })).toEqual([]);
});

test('what is being done with a resource shows until it is over', async () => {
  const { a, cloud, emulator, hold, backUp, states } = await open();
  const made = await a.disks.create({ name: 'data', size: 10 });
  await waitSuccessfully(emulator, made.jobId);
  const [diskId = ''] = made.diskIds;
  const { vaultId } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources: [{ id: diskId }] });
  const status = async () => (await states(diskId))[0]?.protectStatus;
  expect(await status()).toBe('AVAILABLE');

  const backup = await hold('createBackup', 'snapshot');
  const { jobId } = await a.checkpoints.create({ vaultId });
  expect(await status()).toBe('PROTECTING');
  await cloud.faults.remove(backup.id);
  await waitSuccessfully(emulator, jobId);
  expect(await status()).toBe('AVAILABLE');

  const backupId = await backUp(vaultId);
  const restore = await hold('restoreBackup', 'stop');
  const restoring = await a.backups.restore({ backupId });
  expect(await status()).toBe('RESTORING');
  await cloud.faults.remove(restore.id);
  await waitSuccessfully(emulator, restoring.jobId);
  expect(await status()).toBe('AVAILABLE');

  const deletion = await hold('deleteVault', 'list');
  const deleting = await a.vaults.delete({ vaultId });
  expect(await status()).toBe('REMOVING');
  await cloud.faults.remove(deletion.id);
  await waitSuccessfully(emulator, deleting.jobId);
  expect(await states(diskId)).toEqual([]);
});
