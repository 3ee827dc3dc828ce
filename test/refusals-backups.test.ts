/** What the backup service refuses because of how things are. Limits of vaults: backups-vaults.test.ts; restores that do not fit: backups-restoring.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { refused } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';
import { whileJobWaits } from './while-job-waits.ts';

let emulator: EmulatorCloud;
/** A cloud server in a vault, with a backup; one in no vault, which has a SCSI disk; and a bare-metal server. */
let serverId: string;
let vaultId: string;
let backupId: string;
let scsiId: string;
let metalId: string;

const nowhere = '00000000-0000-4000-8000-000000000000';

const done = async <Ordered extends { jobId: string }>(ordering: Promise<Ordered>): Promise<Ordered> => {
  const ordered = await ordering;
  await waitSuccessfully(emulator, ordered.jobId);
  return ordered;
};

beforeAll(async () => {
  emulator = await openEmulator();
  const { a } = emulator;
  serverId = await emulator.launch();
  ({ vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] }));
  [backupId = ''] = (await done(a.checkpoints.create({ vaultId }))).backupIds;
  scsiId = await emulator.launch();
  await done(a.disks.create({ name: 'scsi', size: 10, deviceType: 'SCSI', serverId: scsiId }));
  const machine = { name: 'metal', imageId: publicImageId('BMS_Debian_12_latest'), flavorId: 'physical.s4.medium' };
  [metalId = ''] = (await done(a.bareMetal.launch(machine))).serverIds;
});
afterAll(() => emulator.close());

describe('is refused', () => {
  const create = (ids: readonly string[]) =>
    emulator.a.vaults.create({ name: 'other', size: 10, resources: ids.map(id => ({ id })) });
  const add = (ids: readonly string[]) => emulator.a.vaults.addResources({ vaultId, resources: ids.map(id => ({ id })) });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a vault for a server that another vault has', () => create([serverId]), 'BackupService.6103'],
    ['a server for the vault that has it', () => add([serverId]), 'BackupService.6103'],
    ['a vault for one server twice', () => create([scsiId, scsiId]), 'BackupService.6104'],
    ['one server twice for a vault', () => add([scsiId, scsiId]), 'BackupService.6104'],
    ['a vault for a bare-metal server', () => create([metalId]), 'BackupService.7109'],
    ['a bare-metal server for a vault', () => add([scsiId, metalId]), 'BackupService.7109'],
    ['a look at a run that there is not', () => emulator.a.checkpoints.get({ checkpointId: nowhere }), 'BackupService.6217'],
  ])('%s', async (_, call, code) => {
    expect(await refusal(call())).toBe(code);
    expect((await emulator.a.vaults.list({})).rows).toHaveLength(1);
    expect(await emulator.a.vaults.listResources({ vaultIds: [vaultId] })).toMatchObject([{ resourceId: serverId }]);
  });

  test('what is no resource of a vault’s kind, in words that say the kind', async () => {
    const { a } = emulator;
    const { vaultId: disks } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 10 });
    const [system] = await a.servers.listDisks({ serverIds: [scsiId] });
    const add = (vaultId: string, id: string) => refused(a.vaults.addResources({ vaultId, resources: [{ id }] }));
    const wrong = (kind: string) => ({
      code: 'BackupService.6102',
      message: `The vault does not take resources of this kind. (it takes ${kind})`,
    });
    expect(await add(disks, scsiId)).toMatchObject(wrong('disks'));
    expect(await add(vaultId, system?.diskId ?? '')).toMatchObject(wrong('servers'));
    expect(await add(disks, nowhere)).toMatchObject({
      code: 'BackupService.6302',
      message: 'No resource has this id. (the vault takes disks)',
    });
    await done(a.vaults.delete({ vaultId: disks }));
  });

  test('a look at the run of another tenant', async () => {
    const { checkpointId } = await emulator.a.backups.get({ backupId });
    expect((await emulator.a.checkpoints.get({ checkpointId })).vaultId).toBe(vaultId);
    expect(await refusal(emulator.b.checkpoints.get({ checkpointId }))).toBe('BackupService.6217');
  });

  test('a backup of a server with a SCSI disk, as long as the vault does not leave that out', async () => {
    const { a } = emulator;
    const scsi = await a.vaults.create({ name: 'scsi', size: 100, resources: [{ id: scsiId }] });
    const order = { vaultId: scsi.vaultId, resourceIds: [scsiId] };
    expect(await refusal(a.checkpoints.create(order))).toBe('BackupService.7104');
    const [system, data] = await a.servers.listDisks({ serverIds: [scsiId] });
    await a.vaults.removeResources(order);
    await a.vaults.addResources({ ...order, resources: [{ id: scsiId, excludedDiskIds: [data?.diskId ?? ''] }] });
    const { backupIds } = await done(a.checkpoints.create(order));
    expect(await a.backups.listParts({ backupIds })).toMatchObject([{ resourceId: system?.diskId }]);
    await done(a.vaults.delete({ vaultId: scsi.vaultId }));
  });

  test('a restore of a backup that is being made', async () => {
    const { a } = emulator;
    const order = () => a.checkpoints.create({ vaultId });
    const code = await whileJobWaits(emulator, { jobType: 'createBackup' }, order, ({ backupIds }) =>
      refusal(a.backups.restore({ backupId: backupIds[0] ?? '' })),
    );
    expect(code).toBe('BackupService.2005');
  });

  test('a restore while something else is done with the server, or with its disk', async () => {
    const { a } = emulator;
    const restore = () => refusal(a.backups.restore({ backupId }));
    const reboot = () => a.servers.reboot({ serverIds: [serverId] });
    expect(await whileJobWaits(emulator, { jobType: 'rebootSingleServer' }, reboot, restore)).toBe('BackupService.2002');
    const [system] = await a.servers.listDisks({ serverIds: [serverId] });
    const retype = () => a.disks.retype({ diskId: system?.diskId ?? '', type: 'ESSD' });
    expect(await whileJobWaits(emulator, { jobType: 'retypeVolume' }, retype, restore)).toBe('BackupService.2002');
  });
});

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
