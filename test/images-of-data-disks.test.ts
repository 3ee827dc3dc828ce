/** Data disk images, and system images of data disks: real bytes on every hardware. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const SIZE = { type: 'SSD', size: 10 } as const;
/** A placeholder where no registry answers: quick to make. */
const SOURCE = publicImageId('Standard_Ubuntu_22.04_latest');
const nowhere = '00000000-0000-4000-8000-000000000000';
const MINUTES = 300_000;

describe.each(everyHardware)('on %s', hardware => {
  let emulator: EmulatorCloud;
  /** A server with a system disk and two formatted data disks; and what the disks hold. */
  let serverId: string;
  let disks: readonly [system: string, first: string, second: string];
  let done: (ordered: Promise<{ jobId: string }>) => Promise<void>;

  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    done = async ordered => waitSuccessfully(emulator, (await ordered).jobId);
    serverId = await emulator.launch({ imageId: SOURCE, dataDisks: [{ ...SIZE, fileSystem: 'EXT4', count: 2 }] });
    const attachments = await emulator.a.servers.listDisks({ serverIds: [serverId] });
    const [system = '', first = '', second = ''] = attachments.map(({ diskId }) => diskId);
    disks = [system, first, second];
    await write(first, '/words', 'first');
    await write(second, '/words', 'second');
  }, MINUTES);
  afterAll(() => emulator?.close());

  const onDisk = async (disk: string, path: string): Promise<string> =>
    (await emulator.cloud.hardware.readFile({ disk }, path)).toString();

  const write = (diskId: string, path: string, words: string): Promise<void> =>
    emulator.cloud.hardware.writeFile({ disk: `disk-${diskId}`, server: serverId }, path, Buffer.from(words));

  test(
    'several data disks become images in one job, each in a sub-job, and disks of a new server',
    async () => {
      const { a, over, cloud } = emulator;
      const [, first, second] = disks;
      const { jobId, imageIds } = await a.images.createDataImages({
        dataImages: [
          { name: 'data one', diskId: first, tags: [{ key: 'k', value: 'v' }] },
          { name: 'data two', diskId: second, description: 'the second' },
        ],
      });
      const [one = '', two = ''] = imageIds;
      expect(await a.images.get({ imageId: one })).toMatchObject({ kind: 'DATA', minDisk: 10, dataOrigin: `volume,${first}` });
      expect(await over(jobId)).toMatchObject({
        type: 'imsVolumesToSysDataImagesJob',
        status: 'SUCCESS',
        entities: { image_id: one, image_name: 'data one' },
      });
      expect(await a.jobs.listSubJobs({ jobIds: [jobId] })).toMatchObject(
        expect.arrayContaining(
          [one, two].map(image_id =>
            expect.objectContaining({
              type: 'imsCopyVolumeToImageJob',
              status: 'SUCCESS',
              entities: expect.objectContaining({ image_id }),
            }),
          ),
        ),
      );
      expect(await a.images.get({ imageId: two })).toMatchObject({
        status: 'ACTIVE',
        kind: 'DATA',
        description: 'the second',
        sourceDiskId: second,
        sourceServerId: serverId,
        userData: false,
        checksum: await cloud.hardware.disks.checksum(imageDisk(two)),
      });
      expect(await onDisk(imageDisk(one), '/words')).toBe('first');
      expect(await a.disks.get({ diskId: first })).toMatchObject({ status: 'IN_USE' });

      const launched = await emulator.launch({
        imageId: SOURCE,
        dataDisks: [
          { imageId: one, size: 12, type: 'SAS' },
          { imageId: two, deleteOnTermination: true },
        ],
      });
      const attached = await a.servers.listDisks({ serverIds: [launched] });
      expect(attached).toMatchObject([
        { device: '/dev/vda', bootIndex: 0, disk: { imageId: SOURCE } },
        { device: '/dev/vdb', bootIndex: null, deleteOnTermination: false, disk: { imageId: one, size: 12, type: 'SAS' } },
        { device: '/dev/vdc', deleteOnTermination: true, disk: { imageId: two, size: 10, type: 'SSD', status: 'IN_USE' } },
      ]);
      const words = attached
        .slice(1)
        .map(({ diskId }) => cloud.hardware.readFile({ disk: `disk-${diskId}`, server: launched }, '/words'));
      expect((await Promise.all(words)).map(String)).toEqual(['first', 'second']);
      await done(a.servers.delete({ serverIds: [launched] }));
      expect(await refusal(a.disks.get({ diskId: attached[2]?.diskId ?? '' }))).toBe('EVS.5404');
      expect(await a.disks.get({ diskId: attached[1]?.diskId ?? '' })).toMatchObject({ status: 'AVAILABLE' });
    },
    MINUTES,
  );

  test(
    'a data disk that holds a system becomes a system image, under what is found on it',
    async () => {
      const { a, cloud } = emulator;
      const [, first] = disks;
      const release = 'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\n';
      await write(first, '/etc/os-release', release);
      const order = { name: 'from a disk', diskId: first, osVersion: 'Debian GNU/Linux 12.0.0 64bit' };
      const match = { jobType: 'imsVolumeCreateImageJob', step: 'snapshot' };
      const held = await cloud.faults.add({ match, moment: 'before', effect: { kind: 'hold', percent: 5 } });
      const { jobId, imageId } = await a.images.createFromDisk(order);
      expect(await a.disks.get({ diskId: first })).toMatchObject({ status: 'UPLOADING' });
      await cloud.faults.remove(held.id);
      await waitSuccessfully(emulator, jobId);
      expect(await a.images.get({ imageId })).toMatchObject({
        status: 'ACTIVE',
        kind: 'SYSTEM',
        platform: 'Ubuntu',
        osVersion: expect.stringMatching(/^Ubuntu 22\.04 /),
        dataOrigin: `volume,${first}`,
      });
      expect(await a.disks.get({ diskId: first })).toMatchObject({ status: 'IN_USE' });
    },
    MINUTES,
  );

  test.runIf(hardware === 'embedded')(
    'a data disk with a system and a partition table becomes an image for bare metal',
    async () => {
      const { a, over, cloud } = emulator;
      const [, first] = disks;
      // One partition, to be booted from, and the signature.
      const table = Buffer.alloc(66);
      table.writeUInt8(0x80, 0);
      table.writeUInt8(0x83, 4);
      table.writeUInt16LE(0xaa55, 64);
      await cloud.hardware.disks.write(`disk-${first}`, 446, table);
      const order = { name: 'whole disk', diskId: first, osVersion: 'Debian GNU/Linux 12.0.0 64bit' };
      const { jobId, imageId } = await a.images.createFromDisk(order);
      await waitSuccessfully(emulator, jobId);
      const forServers = await a.images.createFromDisk({ ...order, type: 'ECS' });
      expect(await over(forServers.jobId), 'a table is proof').toMatchObject({ status: 'FAIL', errorCode: 'IMG.0024' });
      await cloud.hardware.disks.write(`disk-${first}`, 446, Buffer.alloc(66));
      expect(await a.images.get({ imageId })).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE' });
      expect(await refusal(a.disks.create({ name: 'x', imageId }))).toBe('EVS.2046');
    },
    MINUTES,
  );

  test(
    'a disk without a system is refused by the job, and nothing of the image is left',
    async () => {
      const { a, over, cloud } = emulator;
      const [, , second] = disks;
      const order = { name: 'no system', diskId: second, osVersion: 'Ubuntu 22.04 server 64bit' };
      const { jobId, imageId } = await a.images.createFromDisk(order);
      expect(await over(jobId)).toMatchObject({ type: 'imsVolumeCreateImageJob', status: 'FAIL', errorCode: 'IMG.0057' });
      expect(await refusal(a.images.get({ imageId }))).toBe('IMG.0027');
      expect(await cloud.hardware.disks.stat(imageDisk(imageId))).toBeUndefined();
      expect(await a.disks.get({ diskId: second })).toMatchObject({ status: 'IN_USE' });
    },
    MINUTES,
  );

  test(
    'a sub-job that fails takes its own image back only',
    async () => {
      const { a, over, cloud } = emulator;
      const [, first, second] = disks;
      const match = { jobType: 'imsCopyVolumeToImageJob', step: 'verify' };
      await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'IMG.0014' }, count: 1 });
      const dataImages = [first, second].map(diskId => ({ name: 'half', diskId }));
      const { jobId, imageIds } = await a.images.createDataImages({ dataImages });
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0014' });
      const left = await Promise.all(imageIds.map(imageId => refusal(a.images.get({ imageId }))));
      expect(left.filter(code => code === 'IMG.0027')).toHaveLength(1);
      const stored = await Promise.all(imageIds.map(id => cloud.hardware.disks.stat(imageDisk(id))));
      expect(stored.filter(stat => stat === undefined)).toHaveLength(1);
      for (const diskId of [first, second]) expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
    },
    MINUTES,
  );

  describe('is refused with the documented code', () => {
    const data = (...diskIds: string[]) =>
      refusal(emulator.a.images.createDataImages({ dataImages: diskIds.map(diskId => ({ name: 'x', diskId })) }));

    test('an unknown disk, a malformed id, the system disk, the disk of another tenant', async () => {
      const [system, first] = disks;
      expect(await data(nowhere)).toBe('IMG.0120');
      expect(await data('disk')).toBe('IMG.0120');
      expect(await data(system)).toBe('IMG.0120');
      expect(await refusal(emulator.b.images.createDataImages({ dataImages: [{ name: 'x', diskId: first }] }))).toBe('IMG.0120');
    });

    test(
      'the same disk twice, and disks of two servers',
      async () => {
        const [, first] = disks;
        expect(await data(first, first)).toBe('IMG.0120');
        const other = await emulator.launch({ imageId: SOURCE, dataDisks: [{ ...SIZE, deleteOnTermination: true }] });
        const [, attached] = await emulator.a.servers.listDisks({ serverIds: [other] });
        expect(await data(first, attached?.diskId ?? '')).toBe('IMG.0140');
        await done(emulator.a.servers.delete({ serverIds: [other] }));
      },
      MINUTES,
    );

    test('a disk that nobody has, one that is worked on, and one that is too big', async () => {
      const [, first] = disks;
      const { database } = emulator.cloud;
      const row = await database.read.disk.findUniqueOrThrow({ where: { id: first } });
      const change = (disk: object) => database.write(tx => tx.disk.update({ where: { id: first }, data: disk }));
      await change({ status: 'BACKING_UP' });
      expect(await data(first)).toBe('IMG.0022');
      await change({ status: 'IN_USE', size: 1025 });
      expect(await data(first)).toBe('IMG.0111');
      await change({ size: row.size, damage: 'chunk 3 is damaged' });
      expect(await data(first)).toBe('IMG.0022');
      await change({ damage: null });
    });

    test('names, descriptions and tags, with the place of each', async () => {
      const [, first] = disks;
      const call = (image: object) =>
        emulator.a.images.createDataImages({ dataImages: [{ name: 'ok', diskId: first, ...image }] });
      await expect(call({ name: ' ' })).rejects.toMatchObject({ code: 'IMG.0003', field: 'dataImages.0.name' });
      await expect(call({ name: undefined })).rejects.toMatchObject({ code: 'IMG.0013', field: 'dataImages.0.name' });
      await expect(call({ description: '<' })).rejects.toMatchObject({ code: 'IMG.0054', field: 'dataImages.0.description' });
      await expect(call({ tags: [{ key: '' }] })).rejects.toMatchObject({ code: 'IMG.0115' });
    });

    test('a system image without a known OS version', async () => {
      const [, first] = disks;
      const order = { name: 'x', diskId: first };
      const call = (osVersion: string) => refusal(emulator.a.images.createFromDisk({ ...order, osVersion }));
      expect(await call('Plan 9')).toBe('IMG.0056');
    });

    test('more images than the quota', async () => {
      const [, first, second] = disks;
      const used = (await emulator.cloud.database.read.quota.findFirstOrThrow({ where: { resource: 'images' } })).used;
      const { a, cloud } = emulator;
      const limit = (value: number | null) =>
        cloud.database.write(tx =>
          tx.quota.updateMany({ where: { tenantId: a.id, resource: 'images' }, data: { limit: value } }),
        );
      await limit(used + 1);
      expect(await data(first, second)).toBe('IMG.0015');
      await limit(null);
    });
  });
});
