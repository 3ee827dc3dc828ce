/** System images of data disks, by the machines that they are for: what is said of a disk, what is on it, and what then boots from the image. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const METAL = publicImageId(everyHardware.includes('docker') ? 'BMS_Ubuntu_22.04_latest' : 'BMS_Debian_12_latest');
const machine = { name: 'metal', flavorId: 'physical.o2.medium', rootVolume: { type: 'SSD', size: 40 } } as const;
const osVersion = 'Debian GNU/Linux 12.0.0 64bit';
const MINUTES = 300_000;

type Order = Parameters<EmulatorCloud['a']['images']['createFromDisk']>[0];

describe.each(everyHardware)('an image of a data disk (%s)', hardware => {
  let emulator: EmulatorCloud;
  let metalId: string;
  /** In a cloud server: a copy of what a bare-metal server boots from, and one of what a cloud server boots from. */
  let ofMachine: string;
  let ofServer: string;

  const done = async <Ordered extends { jobId: string }>(ordered: Promise<Ordered>): Promise<Ordered> => {
    const answer = await ordered;
    expect(await emulator.over(answer.jobId)).toMatchObject({ status: 'SUCCESS' });
    return answer;
  };

  const launchMachine = async (imageId: string): Promise<string> =>
    (await done(emulator.a.bareMetal.launch({ ...machine, imageId }))).serverIds[0] ?? '';

  /** By way of a snapshot, attached to a server as a data disk. */
  async function copyOf(booted: string, serverId: string): Promise<string> {
    const { a } = emulator;
    const [root] = await a.servers.listDisks({ serverIds: [booted] });
    const { snapshotId } = await done(a.disks.createSnapshot({ name: 'root', diskId: root?.diskId ?? '' }));
    const [diskId = ''] = (await done(a.disks.create({ name: 'copy', snapshotId }))).diskIds;
    await done(a.disks.attach({ serverId, diskId }));
    return diskId;
  }

  const order = (diskId: string, type?: string) =>
    emulator.a.images.createFromDisk({ name: 'of a disk', diskId, osVersion, type: type as Order['type'] });

  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    metalId = await launchMachine(METAL);
    await emulator.a.servers.writeFile({ serverId: metalId, path: '/root/golden.txt', content: Buffer.from('golden\n') });
    const serverId = await emulator.launch({ imageId: SOURCE });
    ofMachine = await copyOf(metalId, serverId);
    ofServer = await copyOf(serverId, serverId);
  }, MINUTES);
  afterAll(() => emulator?.close(), MINUTES);

  test(
    'that a bare-metal server booted from is for bare metal, said or not: machines boot from it, and no cloud server',
    async () => {
      const { a } = emulator;
      const { imageId } = await done(order(ofMachine));
      expect(await a.images.get({ imageId })).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE' });
      expect(await refusal(a.servers.launch({ name: 'vm', imageId, flavorId: FLAVOR })), 'never on ECS').toBe('Ecs.0007');
      const serverId = await launchMachine(imageId);
      expect((await a.servers.readFile({ serverId, path: '/root/golden.txt' })).toString()).toBe('golden\n');
      await done(a.servers.delete({ serverIds: [serverId] }));

      for (const type of ['BMS', 'Ironic']) {
        const said = await done(order(ofMachine, type));
        expect(await a.images.get({ imageId: said.imageId }), type).toMatchObject({ kind: 'BARE_METAL' });
      }
    },
    MINUTES,
  );

  test(
    'that a cloud server booted from is for cloud servers, said or not, and no machine boots from it',
    async () => {
      const { a } = emulator;
      for (const type of [undefined, 'ECS', 'FusionCompute']) {
        const { imageId } = await done(order(ofServer, type));
        expect(await a.images.get({ imageId }), type).toMatchObject({ kind: 'SYSTEM', status: 'ACTIVE' });
        expect(await refusal(a.bareMetal.launch({ ...machine, imageId })), 'never on BMS').toBe('BMS.0011');
      }
      const { imageId } = await done(order(ofServer));
      const serverId = await emulator.launch({ imageId });
      await done(a.servers.delete({ serverIds: [serverId] }));
    },
    MINUTES,
  );

  test.runIf(hardware === 'docker').each([
    ['ECS', () => ofMachine, 'it has a partition table'],
    ['FusionCompute', () => ofMachine, 'it has a partition table'],
    ['BMS', () => ofServer, 'it has no partition table'],
    ['Ironic', () => ofServer, 'it has no partition table'],
  ])(
    'is refused by the job where its type is %s and the disk is another, and nothing of it is left',
    async (type, diskOf, reason) => {
      const { a, over, cloud } = emulator;
      const { jobId, imageId } = await order(diskOf(), type);
      const failReason = expect.stringContaining(`(${type}: ${reason}`);
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0024', failReason });
      expect(await refusal(a.images.get({ imageId }))).toBe('IMG.0027');
      expect(await cloud.hardware.disks.stat(imageDisk(imageId))).toBeUndefined();
      expect(await a.disks.get({ diskId: diskOf() })).toMatchObject({ status: 'IN_USE' });
    },
    MINUTES,
  );

  test.runIf(hardware === 'embedded')('is of the type that is said where no disk can tell', async () => {
    const { a } = emulator;
    const forMetal = await order(ofServer, 'BMS');
    expect(await a.images.get({ imageId: forMetal.imageId }), 'from the order on').toMatchObject({ kind: 'BARE_METAL' });
    await done(Promise.resolve(forMetal));
    expect(await a.images.get({ imageId: forMetal.imageId })).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE' });
    const serverId = await launchMachine(forMetal.imageId);
    await done(a.servers.delete({ serverIds: [serverId] }));

    const { imageId } = await done(order(ofMachine, 'ECS'));
    expect(await a.images.get({ imageId })).toMatchObject({ kind: 'SYSTEM', status: 'ACTIVE' });
    await emulator.launch({ imageId });
  });

  test.runIf(hardware === 'embedded')('of a copy of a copy, over a backup, is for bare metal too', async () => {
    const { a } = emulator;
    const [attachment] = await a.disks.listAttachments({ diskIds: [ofMachine] });
    const resources = [{ id: ofMachine }];
    const { vaultId } = await a.vaults.create({ name: 'disks', objectType: 'DISK', size: 100, resources });
    const [backupId = ''] = (await done(a.checkpoints.create({ vaultId }))).backupIds;
    const [diskId = ''] = (await done(a.disks.create({ name: 'again', backupId }))).diskIds;
    await done(a.disks.attach({ serverId: attachment?.serverId ?? '', diskId }));
    const { imageId } = await done(order(diskId));
    expect(await a.images.get({ imageId })).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE' });
  });

  test.each(['', 'bms', 'IsoImage', 'DataImage', 7])('is refused at once for the type %j', async type => {
    const call = order(ofServer, type as string);
    await expect(call).rejects.toMatchObject({ code: 'IMG.0024', field: 'type' });
  });
});
