import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localDisk } from '../emulator/disks/server-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const METAL = publicImageId(everyHardware.includes('docker') ? 'BMS_Ubuntu_22.04_latest' : 'BMS_Debian_12_latest');
const LOCAL = 'physical.s4.medium';
const VOLUME = 'physical.o2.medium';
const rootVolume = { type: 'SSD', size: 40 } as const;

type Launch = Parameters<EmulatorCloud['a']['bareMetal']['launch']>[0];

describe.each(everyHardware)('a bare-metal server (%s)', hardware => {
  let emulator: EmulatorCloud;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  async function launch(input: Partial<Launch> = {}): Promise<string> {
    const { a, over } = emulator;
    const { jobId, serverIds } = await a.bareMetal.launch({ name: 'metal', imageId: METAL, flavorId: LOCAL, ...input });
    expect(await over(jobId)).toMatchObject({ type: 'baremetalBatchCreate', status: 'SUCCESS', progress: 100 });
    return serverIds[0] ?? '';
  }

  const operate = async (serverId: string, action: Parameters<EmulatorCloud['a']['bareMetal']['operate']>[0]['action']) => {
    const { jobId } = await emulator.a.bareMetal.operate({ serverIds: [serverId], action });
    return emulator.over(jobId);
  };

  const remove = async (serverIds: string[], deleteDisks = true) => {
    const { jobId } = await emulator.a.servers.delete({ serverIds, deleteDisks });
    expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  };

  test('boots from a disk of its machine, which keeps its bytes over all that is done with its power', async () => {
    const { cloud, a } = emulator;
    const serverId = await launch();
    const running = { kind: 'BARE_METAL', status: 'ACTIVE', powerState: 'ON', provisionState: 'active', taskState: null };
    expect(await a.servers.get({ serverId })).toMatchObject({ ...running, bootOrder: ['disk', 'pxe'], seeded: true });
    expect(await a.servers.listDisks({ serverIds: [serverId] })).toEqual([]);
    expect(await cloud.hardware.disks.stat(localDisk(serverId))).toEqual({ size: 40 * 2 ** 30 });
    const path = '/root/kept.txt';
    await a.servers.writeFile({ serverId, path, content: Buffer.from('still here\n') });

    for (const [action, status, powerState] of [
      ['SOFT_POWER_OFF', 'SHUTOFF', 'OFF'],
      ['POWER_ON', 'ACTIVE', 'ON'],
      ['SOFT_REBOOT', 'ACTIVE', 'ON'],
      ['REBOOT', 'ACTIVE', 'ON'],
      ['POWER_OFF', 'SHUTOFF', 'OFF'],
      ['POWER_ON', 'ACTIVE', 'ON'],
    ] as const) {
      expect(await operate(serverId, action)).toMatchObject({ type: 'baremetalBatchOperate', status: 'SUCCESS' });
      expect(await a.servers.get({ serverId }), action).toMatchObject({ status, powerState });
      expect((await a.servers.readFile({ serverId, path })).toString()).toBe('still here\n');
    }
    await remove([serverId]);
    expect(await cloud.hardware.disks.stat(localDisk(serverId))).toBeUndefined();
    expect(await brokenInvariants(cloud)).toEqual([]);
  }, 300_000);

  test('boots from a volume, with SCSI data disks, and an image of it is one for bare metal', async () => {
    const { cloud, a, over } = emulator;
    const serverId = await launch({
      flavorId: VOLUME,
      rootVolume,
      dataDisks: [{ type: 'SAS', size: 10, fileSystem: 'EXT4' }],
      adminPassword: 'Cloudyard-1',
    });
    expect(await a.servers.listDisks({ serverIds: [serverId] })).toMatchObject([
      { device: '/dev/sda', bootIndex: 0, disk: { size: 40, type: 'SSD', status: 'IN_USE', deviceType: 'SCSI', bootable: true } },
      {
        device: '/dev/sdb',
        bootIndex: null,
        disk: { size: 10, type: 'SAS', status: 'IN_USE', deviceType: 'SCSI', bootable: false },
      },
    ]);
    await a.servers.writeFile({ serverId, path: '/root/golden.txt', content: Buffer.from('golden\n') });
    const made = await a.images.create({ name: 'golden', serverId });
    expect((await over(made.jobId)).status).toBe('SUCCESS');
    const { imageId } = made;
    expect(await a.images.get({ imageId })).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE', minDisk: 40 });

    expect(await refusal(a.servers.launch({ name: 'vm', imageId, flavorId: FLAVOR })), 'never on ECS').toBe('Ecs.0007');
    const copy = await launch({ name: 'copy', imageId, flavorId: VOLUME, rootVolume });
    expect((await a.servers.readFile({ serverId: copy, path: '/root/golden.txt' })).toString()).toBe('golden\n');
    await remove([serverId, copy]);
    expect((await over((await a.images.delete({ imageId })).jobId)).status).toBe('SUCCESS');
    expect(await brokenInvariants(cloud)).toEqual([]);
  }, 300_000);

  test('takes SCSI data disks alone, and is given its system anew from an image for bare metal alone', async () => {
    const { cloud, a, over } = emulator;
    const serverId = await launch();
    const make = async (deviceType: 'VBD' | 'SCSI', source: object = {}): Promise<string> => {
      const { jobId, diskIds } = await a.disks.create({ name: 'data', size: 10, deviceType, ...source });
      expect((await over(jobId)).status).toBe('SUCCESS');
      return diskIds[0] ?? '';
    };
    const [virtual, scsi] = [await make('VBD'), await make('SCSI', { fileSystem: 'EXT4' })];
    expect(await refusal(a.disks.attach({ serverId, diskId: virtual }))).toBe('BMS.0223');
    expect(await refusal(a.disks.attach({ serverId, diskId: scsi, device: '/dev/vdb' }))).toBe('BMS.0105');
    const attached = await over((await a.disks.attach({ serverId, diskId: scsi })).jobId);
    expect(attached).toMatchObject({ type: 'baremetalAttachVolume', status: 'SUCCESS' });
    expect(await a.servers.listDisks({ serverIds: [serverId] })).toMatchObject([{ device: '/dev/sdb', disk: { id: scsi } }]);

    await a.servers.writeFile({ serverId, path: '/root/old.txt', content: Buffer.from('old\n') });
    const changed = { serverId, stopServer: true };
    expect(await refusal(a.servers.changeOs({ ...changed, imageId: SOURCE }))).toBe('BMS.0011');
    const reinstalled = await a.servers.reinstall(changed);
    expect((await over(reinstalled.jobId)).status).toBe('SUCCESS');
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON' });
    expect(await refusal(a.servers.readFile({ serverId, path: '/root/old.txt' }))).toBe('APIGW.0201');

    const detached = await over((await a.disks.detach({ serverId, diskId: scsi })).jobId);
    expect(detached).toMatchObject({ type: 'baremetalDetachVolume', status: 'SUCCESS' });
    await remove([serverId]);
    for (const diskId of [virtual, scsi]) await over((await a.disks.delete({ diskIds: [diskId] })).jobId);
    expect(await brokenInvariants(cloud)).toEqual([]);
  }, 300_000);

  test('whose guest powers itself off is off, as its controller says', async () => {
    const { a, cloud } = emulator;
    const serverId = await launch();
    const canRun = cloud.hardware.capabilities().some(({ name, available }) => name === 'exec' && available);
    if (canRun) {
      await a.servers.runCommand({ serverId, command: ['poweroff'], timeoutSeconds: 30 }).catch(() => undefined);
      await expect.poll(async () => (await a.servers.get({ serverId })).status, { timeout: 60_000 }).toBe('SHUTOFF');
      expect(await a.servers.get({ serverId })).toMatchObject({ powerState: 'OFF' });
    }
    await remove([serverId]);
  }, 300_000);
});
