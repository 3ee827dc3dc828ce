/** Full-ECS images: what a launch of one, and the making of one, is refused for. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from './emulator-cloud.ts';
import { type FullEcsCloud, MINUTES, nowhere, openFullEcs, SOURCE } from './full-ecs-cloud.ts';
import { everyHardware } from './hardware.ts';

describe.each(everyHardware)('on %s', hardware => {
  let emulator: FullEcsCloud;

  beforeAll(async () => {
    emulator = await openFullEcs(hardware);
  }, MINUTES);
  afterAll(() => emulator?.close());
  beforeEach(() => emulator.checked());

  describe('a launch is refused', () => {
    const launch = (change: object) => refusal(emulator.a.servers.launch({ ...emulator.order, ...change }));

    test('for disks that do not fit the image', async () => {
      const { disks } = emulator;
      const [system = '', first = ''] = disks;
      expect(await launch({ dataDisks: [{ snapshotId: first, size: 9 }] })).toBe('Ecs.0007');
      expect(await launch({ dataDisks: [{ snapshotId: nowhere }] })).toBe('Ecs.0005');
      expect(await launch({ dataDisks: [{ snapshotId: system }] })).toBe('Ecs.0005');
      expect(await launch({ dataDisks: [{ snapshotId: first }, { snapshotId: first }] })).toBe('Ecs.0005');
      expect(await launch({ dataDisks: [{ type: 'SSD', size: 10, count: 58 }] })).toBe('Ecs.0042');
      expect(await launch({ systemDisk: { size: 3 } })).toBe('Ecs.0007');
      expect(await launch({ imageId: SOURCE, dataDisks: [{ snapshotId: first }] })).toBe('Ecs.0005');
    });

    test(
      'while the image or its backup is damaged, by name; everything else works',
      async () => {
        const { backupId, order, done, rows } = emulator;
        const damage = 'chunk 7 is damaged';
        const [child] = await emulator.cloud.database.read.backup.findMany({ where: { parentId: backupId } });
        await rows(db => db.backup.update({ where: { id: child?.id ?? '' }, data: { damage } }));
        await expect(emulator.a.servers.launch(order)).rejects.toMatchObject({
          code: 'Ecs.0048',
          message: expect.stringMatching(/whole: .*chunk 7 is damaged/),
        });
        await rows(db => db.backup.update({ where: { id: child?.id ?? '' }, data: { damage: null } }));
        const plain = await emulator.launch({ imageId: SOURCE });
        await done(emulator.a.servers.delete({ serverIds: [plain] }));
      },
      MINUTES,
    );

    test(
      'elsewhere than in the zone of its source while its backup is not complete',
      async () => {
        const { imageId, backupId, done, rows } = emulator;
        await rows(db => db.backup.update({ where: { id: backupId }, data: { status: 'PROTECTING' } }));
        expect(await launch({ availabilityZone: 'eu-de-02' })).toBe('Ecs.0048');
        const inZone = await emulator.launch({ imageId });
        expect(await emulator.a.servers.get({ serverId: inZone })).toMatchObject({ availabilityZone: 'eu-de-01' });
        await rows(db => db.backup.update({ where: { id: backupId }, data: { status: 'AVAILABLE' } }));
        await done(emulator.a.servers.delete({ serverIds: [inZone], deleteDisks: true }));
      },
      MINUTES,
    );
  });

  describe('making one is refused with the documented code', () => {
    const make = (change: object = {}) => {
      const { a, serverId, vaultId } = emulator;
      return refusal(a.images.createWhole({ name: 'no', serverId, vaultId, ...change }));
    };

    test('an unknown server, an unknown vault, a vault of another tenant, one for disks', async () => {
      expect(await make({ serverId: nowhere })).toBe('IMG.0005');
      expect(await make({ vaultId: nowhere })).toBe('IMG.0184');
      expect(await make({ vaultId: 'vault' })).toBe('IMG.0184');
      expect(await make({ vaultId: (await emulator.b.vaults.create({ name: 'b', size: 100 })).vaultId })).toBe('IMG.0184');
      const forDisks = await emulator.a.vaults.create({ name: 'disks', size: 100, objectType: 'DISK' });
      expect(await make({ vaultId: forDisks.vaultId })).toBe('IMG.0193');
    });

    test('a server that is bound to another vault, and a vault that is full', async () => {
      const { vaultId, disks, write, rows } = emulator;
      const other = await emulator.a.vaults.create({ name: 'other', size: 10 });
      expect(await make({ vaultId: other.vaultId })).toBe('IMG.0183');
      const full = { usedBytes: 1000n * 2n ** 30n };
      const { usedBytes } = await emulator.cloud.database.read.vault.findUniqueOrThrow({ where: { id: vaultId } });
      await rows(db => db.vault.update({ where: { id: vaultId }, data: full }));
      await write(disks[1] ?? '', '/more', 'more');
      expect(await make()).toBe('IMG.0182');
      await rows(db => db.vault.update({ where: { id: vaultId }, data: { usedBytes } }));
    });

    test('a server in another state, and one that is being backed up', async () => {
      const { serverId, disks, rows } = emulator;
      await rows(db => db.server.update({ where: { id: serverId }, data: { status: 'ERROR' } }));
      expect(await make()).toBe('IMG.0126');
      await rows(db => db.server.update({ where: { id: serverId }, data: { status: 'ACTIVE' } }));
      await rows(db => db.disk.update({ where: { id: disks[2] ?? '' }, data: { status: 'BACKING_UP' } }));
      expect(await make()).toBe('IMG.0136');
      expect(await refusal(emulator.a.images.create({ name: 'system', serverId }))).toBeUndefined();
      await rows(db => db.disk.update({ where: { id: disks[2] ?? '' }, data: { status: 'IN_USE' } }));
      for (const { id } of await emulator.cloud.database.read.job.findMany()) await emulator.over(id);
    });

    test('a server or a disk that something else holds, and a quota of backups that is used up', async () => {
      const { a, cloud, serverId, disks, rows } = emulator;
      const job = await cloud.database.read.job.findFirstOrThrow();
      for (const [resource, code] of [
        [`server:${serverId}`, 'IMG.0010'],
        [`disk:${disks[1]}`, 'IMG.0022'],
      ] as const) {
        await rows(db => db.resourceLock.create({ data: { resource, jobId: job.id } }));
        expect(await make()).toBe(code);
        await rows(db => db.resourceLock.delete({ where: { resource } }));
      }
      const where = { tenantId_resource: { tenantId: a.id, resource: 'backups' } };
      const { used } = await cloud.database.read.quota.findUniqueOrThrow({ where });
      await rows(db => db.quota.update({ where, data: { limit: used } }));
      expect(await make()).toBe('IMG.0015');
      await rows(db => db.quota.update({ where, data: { limit: null } }));
    });

    test(
      'a vault that leaves out the system disk, and a backup without it',
      async () => {
        const { a, cloud, over, serverId, vaultId, disks, rows } = emulator;
        const leaveOut = (excludedDiskIds: string[]) =>
          rows(db => db.vaultResource.updateMany({ where: { resourceId: serverId }, data: { excludedDiskIds } }));
        await leaveOut(disks.slice(0, 1));
        expect(await make()).toBe('IMG.0195');
        const made = await a.checkpoints.create({ vaultId, resourceIds: [serverId] });
        await over(made.jobId);
        const id = made.backupIds[0] ?? '';
        expect(await refusal(a.images.createWholeFromBackup({ name: 'no', backupId: id }))).toBe('IMG.0033');
        await leaveOut([]);
        await over((await a.backups.delete({ backupId: id })).jobId);
        expect(await cloud.database.read.backup.count({ where: { id } })).toBe(0);
      },
      MINUTES,
    );

    test('of a backup: unknown, of another tenant, used already', async () => {
      const { backupId } = emulator;
      const ofBackup = (tenant: 'a' | 'b', id: string) =>
        refusal(emulator[tenant].images.createWholeFromBackup({ name: 'no', backupId: id }));
      expect(await ofBackup('a', nowhere)).toBe('IMG.0198');
      expect(await ofBackup('b', backupId)).toBe('IMG.0198');
      expect(await ofBackup('a', backupId)).toBe('IMG.0029');
      const [child] = await emulator.cloud.database.read.backup.findMany({ where: { parentId: backupId } });
      expect(await ofBackup('a', child?.id ?? '')).toBe('IMG.0198');
    });
  });
});
