/** Full-ECS images: a server with all its disks into an image, and back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { refusal } from './emulator-cloud.ts';
import { type FullEcsCloud, MINUTES, openFullEcs, SOURCE } from './full-ecs-cloud.ts';
import { everyHardware } from './hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

describe.each(everyHardware)('on %s', hardware => {
  let emulator: FullEcsCloud;

  beforeAll(async () => {
    emulator = await openFullEcs(hardware);
  }, MINUTES);
  afterAll(() => emulator?.close());
  beforeEach(() => emulator.checked());

  test('the image stands on a backup of all disks, has no bytes of its own, and is summed afterwards', async () => {
    const { a, cloud, serverId, vaultId, imageId, backupId, disks } = emulator;
    const [system = '', first = '', second = ''] = disks;
    const image = await a.images.get({ imageId });
    expect(image).toMatchObject({
      kind: 'FULL_ECS',
      status: 'ACTIVE',
      dataOrigin: `server_backup,${backupId}`,
      backupId,
      sourceServerId: serverId,
      sourceImageId: SOURCE,
      minDisk: 4,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await cloud.hardware.disks.stat(imageDisk(imageId))).toBeUndefined();
    const backup = await cloud.database.read.backup.findUniqueOrThrow({ where: { id: backupId }, include: { children: true } });
    expect(backup).toMatchObject({ status: 'AVAILABLE', vaultId, resourceId: serverId });
    expect(backup.children.map(({ resourceId }) => resourceId).sort()).toEqual([system, first, second].sort());
    const sums = backup.children.map(
      async ({ id, checksum }) => (await cloud.hardware.disks.checksum(backupDisk(id))) === checksum,
    );
    expect(await Promise.all(sums)).toEqual([true, true, true]);
    const found = await a.images.list({ filter: { wholeImage: true } });
    expect(found.rows.map(({ id }) => id)).toEqual([imageId]);
    expect((await a.images.list({ filter: { wholeImage: false, relation: 'OWN' } })).rows).toEqual([]);
    expect(await a.vaults.listResources({ vaultIds: [vaultId] })).toMatchObject([{ resourceId: serverId }]);
  });

  test(
    'a server comes back with all its disks, without their being listed',
    async () => {
      const { a, imageId, done, read } = emulator;
      const restored = await emulator.launch({ imageId });
      const attached = await a.servers.listDisks({ serverIds: [restored] });
      expect(attached).toMatchObject([
        { device: '/dev/vda', bootIndex: 0, disk: { size: 4, type: 'SAS', imageId } },
        { device: '/dev/vdb', bootIndex: null, disk: { size: 10, type: 'SATA', status: 'IN_USE' } },
        { device: '/dev/vdc', bootIndex: null, disk: { size: 11, type: 'SSD' } },
      ]);
      const [system = '', first = '', second = ''] = attached.map(({ diskId }) => diskId);
      expect(await read(restored, system, '/root/words')).toBe('system');
      expect(await read(restored, first, '/words')).toBe('first');
      expect(await read(restored, second, '/words')).toBe('second');
      await done(a.servers.delete({ serverIds: [restored], deleteDisks: true }));
    },
    MINUTES,
  );

  test(
    'a listed disk changes type and size of the one that it names; the others are further disks',
    async () => {
      const { a, cloud, imageId, backupId, disks, done, read } = emulator;
      const [, first = ''] = disks;
      const { children } = await cloud.database.read.backup.findUniqueOrThrow({
        where: { id: backupId },
        include: { children: true },
      });
      const second = children.find(({ device }) => device === '/dev/vdc');
      const restored = await emulator.launch({
        imageId,
        systemDisk: { type: 'ESSD', size: 6 },
        dataDisks: [
          { snapshotId: first, type: 'GPSSD', size: 14 },
          { type: 'SATA', size: 10 },
          { snapshotId: second?.id, deleteOnTermination: true },
        ],
      });
      const attached = await a.servers.listDisks({ serverIds: [restored] });
      expect(attached).toMatchObject([
        { device: '/dev/vda', disk: { size: 6, type: 'ESSD' } },
        { device: '/dev/vdb', disk: { size: 14, type: 'GPSSD' } },
        { device: '/dev/vdc', deleteOnTermination: true, disk: { size: 11, type: 'SSD' } },
        { device: '/dev/vdd', disk: { size: 10, type: 'SATA', imageId: null } },
      ]);
      expect(await read(restored, attached[1]?.diskId ?? '', '/words')).toBe('first');
      await done(a.servers.delete({ serverIds: [restored], deleteDisks: true }));
    },
    MINUTES,
  );

  test(
    'the second backup of a server stores only what changed',
    async () => {
      const { a, cloud, serverId, vaultId, backupId, done, checked } = emulator;
      const made = await a.images.createWhole({ name: 'second', serverId, vaultId });
      await waitSuccessfully(emulator, made.jobId);
      await checked();
      const stored = async (id: string): Promise<number> =>
        Number((await cloud.database.read.backup.findUniqueOrThrow({ where: { id } })).storedBytes);
      expect(await stored(made.backupId)).toBeLessThan((await stored(backupId)) / 2);
      await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
      expect(await cloud.database.read.image.findUnique({ where: { id: made.imageId } })).toBeNull();
    },
    MINUTES,
  );

  test(
    'deleting the image leaves its backup, which gives another image; with its backup both go, and their bytes',
    async () => {
      const { a, cloud, serverId, imageId, backupId, done, rows } = emulator;
      expect(await refusal(a.backups.delete({ backupId }))).toBe('BackupService.6204');
      await done(a.images.delete({ imageId }));
      expect(await cloud.database.read.backup.findUnique({ where: { id: backupId } })).toMatchObject({ status: 'AVAILABLE' });

      const again = await a.images.createWholeFromBackup({ name: 'again', backupId });
      await waitSuccessfully(emulator, again.jobId);
      expect(await a.images.get({ imageId: again.imageId })).toMatchObject({
        kind: 'FULL_ECS',
        status: 'ACTIVE',
        platform: 'Ubuntu',
        sourceServerId: serverId,
        minDisk: 4,
        checksum: expect.any(String),
      });
      await rows(db => db.resourceLock.create({ data: { resource: `backup:${backupId}`, jobId: again.jobId } }));
      const withBackup = { imageId: again.imageId, deleteBackup: true };
      expect(await refusal(a.images.delete(withBackup))).toBe('IMG.0176');
      await rows(db => db.resourceLock.deleteMany({ where: { jobId: again.jobId } }));
      await a.images.delete(withBackup);
      for (const { id } of await cloud.database.read.job.findMany({ where: { type: 'deleteBackup' } })) await emulator.over(id);
      expect(await cloud.database.read.backup.findMany()).toEqual([]);
      expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('backup-'))).toEqual([]);
    },
    MINUTES,
  );

  test(
    'an image that has lost its backup is not launched, and can be deleted',
    async () => {
      const { a, cloud, serverId, vaultId, order, done, checked, rows } = emulator;
      const made = await a.images.createWhole({ name: 'bare', serverId, vaultId });
      await waitSuccessfully(emulator, made.jobId);
      await checked();
      const parts = await cloud.database.read.backup.findMany({ where: { parentId: made.backupId } });
      await rows(db => db.backup.delete({ where: { id: made.backupId } }));
      expect(await refusal(a.servers.launch({ ...order, imageId: made.imageId }))).toBe('Ecs.0034');
      await done(a.images.delete({ imageId: made.imageId }));
      for (const { id } of parts) await cloud.hardware.disks.remove(backupDisk(id));
    },
    MINUTES,
  );
});
