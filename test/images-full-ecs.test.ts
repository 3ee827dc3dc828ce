/** Full-ECS images: a server with all its disks into an image, and back; who may share, accept and delete them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { DiskStoreError } from '../emulator/store/disks/disk-store.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

/** A placeholder where no registry answers: quick to make. */
const SOURCE = publicImageId('Standard_Ubuntu_22.04_latest');
const nowhere = '00000000-0000-4000-8000-000000000000';
const MINUTES = 300_000;
const CHECK = 'imsCheckWholeImageJob';

describe.each(everyHardware)('on %s', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  let vaultId: string;
  let imageId: string;
  let backupId: string;
  /** Of the server: the system disk, then /dev/vdb and /dev/vdc. */
  let disks: string[];

  const done = async (ordered: Promise<{ jobId: string }>): Promise<void> => waitSuccessfully(emulator, (await ordered).jobId);
  const write = (diskId: string, path: string, words: string): Promise<void> =>
    emulator.cloud.hardware.writeFile({ disk: `disk-${diskId}`, server: serverId }, path, Buffer.from(words));
  const read = async (server: string, diskId: string, path: string): Promise<string> =>
    (await emulator.cloud.hardware.readFile({ disk: `disk-${diskId}`, server }, path)).toString();
  const checked = async (): Promise<void> => {
    const jobs = await emulator.cloud.database.read.job.findMany({ where: { type: CHECK } });
    for (const { id } of jobs) await waitSuccessfully(emulator, id);
  };
  /** Changes rows behind the back of the cloud, as damage or time would. */
  const rows = (
    change: (tx: Parameters<Parameters<EmulatorCloud['cloud']['transactions']['run']>[0]>[0]['db']) => Promise<unknown>,
  ) => emulator.cloud.transactions.run(tx => change(tx.db));
  const order = { name: 'web', imageId: '', flavorId: 's3.small.1' };

  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    const { a } = emulator;
    vaultId = (await a.vaults.create({ name: 'vault', size: 1000 })).vaultId;
    serverId = await emulator.launch({
      imageId: SOURCE,
      systemDisk: { type: 'SAS' },
      dataDisks: [
        { type: 'SATA', size: 10, fileSystem: 'EXT4' },
        { type: 'SSD', size: 11, fileSystem: 'EXT4' },
      ],
    });
    disks = (await a.servers.listDisks({ serverIds: [serverId] })).map(({ diskId }) => diskId);
    const [system = '', first = '', second = ''] = disks;
    await write(system, '/root/words', 'system');
    await write(first, '/words', 'first');
    await write(second, '/words', 'second');
    const made = await a.images.createWhole({ name: 'whole', serverId, vaultId, tags: [{ key: 'k', value: 'v' }] });
    await waitSuccessfully(emulator, made.jobId);
    ({ imageId, backupId } = made);
    order.imageId = imageId;
    // Written after the image.
    await write(first, '/words', 'later');
  }, MINUTES);
  afterAll(() => emulator?.close());
  beforeEach(checked);

  test('the image stands on a backup of all disks, has no bytes of its own, and is summed afterwards', async () => {
    const { a, cloud } = emulator;
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
      const { a } = emulator;
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
      const { a, cloud } = emulator;
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
      const { a, cloud } = emulator;
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

  describe('a launch is refused', () => {
    const launch = (change: object) => refusal(emulator.a.servers.launch({ ...order, ...change }));

    test('for disks that do not fit the image', async () => {
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
    const make = (change: object = {}) => refusal(emulator.a.images.createWhole({ name: 'no', serverId, vaultId, ...change }));

    test('an unknown server, an unknown vault, a vault of another tenant, one for disks', async () => {
      expect(await make({ serverId: nowhere })).toBe('IMG.0005');
      expect(await make({ vaultId: nowhere })).toBe('IMG.0184');
      expect(await make({ vaultId: 'vault' })).toBe('IMG.0184');
      expect(await make({ vaultId: (await emulator.b.vaults.create({ name: 'b', size: 100 })).vaultId })).toBe('IMG.0184');
      const forDisks = await emulator.a.vaults.create({ name: 'disks', size: 100, objectType: 'DISK' });
      expect(await make({ vaultId: forDisks.vaultId })).toBe('IMG.0193');
    });

    test('a server that is bound to another vault, and a vault that is full', async () => {
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
      const { a, cloud } = emulator;
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
        const { a, cloud, over } = emulator;
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
      const ofBackup = (tenant: 'a' | 'b', id: string) =>
        refusal(emulator[tenant].images.createWholeFromBackup({ name: 'no', backupId: id }));
      expect(await ofBackup('a', nowhere)).toBe('IMG.0198');
      expect(await ofBackup('b', backupId)).toBe('IMG.0198');
      expect(await ofBackup('a', backupId)).toBe('IMG.0029');
      const [child] = await emulator.cloud.database.read.backup.findMany({ where: { parentId: backupId } });
      expect(await ofBackup('a', child?.id ?? '')).toBe('IMG.0198');
    });
  });

  test(
    'one that fails leaves neither image, backup nor bytes, and takes the server out of the vault that it was put into',
    async () => {
      const { a, cloud, over } = emulator;
      const other = await emulator.launch({ imageId: SOURCE });
      const before = await cloud.hardware.disks.list();
      for (const step of ['snapshot', 'register']) {
        const match = { jobType: 'imsCreateWholeImageByInstanceJob', step };
        await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'IMG.0014' }, count: 1 });
        const { jobId, imageId: id, backupId: gone } = await a.images.createWhole({ name: 'half', serverId: other, vaultId });
        expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0014' });
        expect(await refusal(a.images.get({ imageId: id }))).toBe('IMG.0027');
        expect(await cloud.database.read.backup.findUnique({ where: { id: gone } })).toBeNull();
        expect((await cloud.hardware.disks.list()).sort()).toEqual([...before].sort());
        expect(await cloud.database.read.vaultResource.findMany({ where: { resourceId: other } })).toEqual([]);
      }
      await done(a.servers.delete({ serverIds: [other] }));
    },
    MINUTES,
  );

  test('one whose disks cannot be copied, or do not fit the vault, fails with the codes of images', async () => {
    const { a, cloud, over } = emulator;
    const { hardware } = cloud;
    const snapshot = hardware.snapshot.bind(hardware);
    const { usedBytes } = await cloud.database.read.vault.findUniqueOrThrow({ where: { id: vaultId } });
    const failures: [() => Promise<unknown>, string][] = [
      [() => Promise.reject(new HardwareError('failed', 'the disks cannot be copied')), 'IMG.0014'],
      // Something else takes the room after the order.
      [() => rows(db => db.vault.update({ where: { id: vaultId }, data: { usedBytes: 1000n * 2n ** 30n } })), 'IMG.0182'],
    ];
    for (const [happens, code] of failures) {
      await write(disks[1] ?? '', '/more', code);
      hardware.snapshot = async copies => {
        await happens();
        return snapshot(copies);
      };
      const { jobId } = await a.images.createWhole({ name: 'no', serverId, vaultId });
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: code });
    }
    hardware.snapshot = snapshot;
    await rows(db => db.vault.update({ where: { id: vaultId }, data: { usedBytes } }));
  });

  test('the check of its bytes cannot be cancelled: there is nothing to take back', async () => {
    const { a, cloud } = emulator;
    const held = await cloud.faults.add({ match: { jobType: CHECK }, moment: 'before', effect: { kind: 'hold', percent: 0 } });
    const made = await a.images.createWhole({ name: 'checked', serverId, vaultId });
    await waitSuccessfully(emulator, made.jobId);
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
    expect(await refusal(a.jobs.cancel({ jobId: check.id }))).toBe('Cloudyard.0009');
    await cloud.faults.remove(held.id);
    await waitSuccessfully(emulator, check.id);
    expect((await a.images.get({ imageId: made.imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
    await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
  });

  test('a check that loses the hardware goes on when that is back', async () => {
    const { a, cloud } = emulator;
    const { disks: store } = cloud.hardware;
    const checksum = store.checksum.bind(store);
    let isGone = true;
    let asked = 0;
    store.checksum = (...args) => {
      if (!isGone) return checksum(...args);
      asked++;
      return Promise.reject(new DiskStoreError('unavailable', 'the engine has gone'));
    };
    const made = await a.images.createWhole({ name: 'checked', serverId, vaultId });
    await waitSuccessfully(emulator, made.jobId);
    await expect.poll(() => asked).toBeGreaterThan(1);
    isGone = false;
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
    await waitSuccessfully(emulator, check.id);
    store.checksum = checksum;
    expect(await cloud.database.read.job.findUnique({ where: { id: check.id } })).toMatchObject({ attempt: 1 });
    expect((await a.images.get({ imageId: made.imageId })).checksum).toMatch(/^[0-9a-f]{64}$/);
    await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
  });

  test(
    'bytes that are found damaged leave an image that is not used',
    async () => {
      const { a, cloud, over } = emulator;
      const match = { jobType: CHECK, step: 'verify' };
      await cloud.faults.add({ match, moment: 'before', effect: { kind: 'fail', code: 'Cloudyard.0011' }, count: 1 });
      const made = await a.images.createWhole({ name: 'damaged', serverId, vaultId });
      await waitSuccessfully(emulator, made.jobId);
      const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: CHECK }, orderBy: { createdAt: 'desc' } });
      expect(await over(check.id)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
      expect(await a.images.get({ imageId: made.imageId })).toMatchObject({ status: 'ACTIVE', checksum: null });
      expect(await refusal(a.servers.launch({ ...order, imageId: made.imageId }))).toBe('Ecs.0048');
      await done(a.images.delete({ imageId: made.imageId, deleteBackup: true }));
      await cloud.database.write(tx => tx.job.delete({ where: { id: check.id } }));
    },
    MINUTES,
  );

  describe('sharing', () => {
    const answer = (status: 'ACCEPTED' | 'REJECTED', vault?: string) =>
      emulator.b.images.answerShares({ imageIds: [imageId], status, vaultId: vault });

    test(
      'to accept takes a vault with room; then the recipient launches it',
      async () => {
        const { a, b, cloud } = emulator;
        await done(a.images.share({ imageIds: [imageId], tenantIds: [b.id] }));
        const launch = { ...order, name: 'of-b' };
        expect(await refusal(b.servers.launch(launch))).toBe('Ecs.0048');
        const look = () =>
          refusal(b.contents.listFiles({ source: { kind: 'IMAGE', id: imageId, device: '/dev/vdb' }, path: '/' }));
        expect(await look()).toBe('Cloudyard.0014');
        expect(await refusal(answer('ACCEPTED'))).toBe('IMG.0184');
        expect(await refusal(answer('ACCEPTED', vaultId))).toBe('IMG.0184');
        const small = await b.vaults.create({ name: 'small', size: 24 });
        expect(await refusal(answer('ACCEPTED', small.vaultId))).toBe('IMG.0182');
        const forDisks = await b.vaults.create({ name: 'for-disks', size: 100, objectType: 'DISK' });
        expect(await refusal(answer('ACCEPTED', forDisks.vaultId))).toBe('IMG.0193');
        const replica = await b.vaults.create({ name: 'replica', size: 100, protectType: 'REPLICATION' });
        expect(await refusal(answer('ACCEPTED', replica.vaultId))).toBe('IMG.0193');
        const large = await b.vaults.create({ name: 'large', size: 25 });
        await done(answer('ACCEPTED', large.vaultId));
        expect(await cloud.database.read.imageMember.findFirst({ where: { imageId } })).toMatchObject({ vaultId: large.vaultId });

        const { jobId, serverIds } = await b.servers.launch(launch);
        await waitSuccessfully(emulator, jobId);
        const attached = await b.servers.listDisks({ serverIds });
        expect(attached).toHaveLength(3);
        expect(await read(serverIds[0] ?? '', attached[1]?.diskId ?? '', '/words')).toBe('first');
        await done(b.servers.delete({ serverIds: [...serverIds], deleteDisks: true }));
        expect(await look()).toBeUndefined();
        await done(answer('REJECTED'));
        expect(await look()).toBe('Cloudyard.0014');
        expect(await refusal(b.servers.launch(launch))).toBe('Ecs.0048');
        await done(a.images.unshare({ imageIds: [imageId], tenantIds: [b.id] }));
      },
      MINUTES,
    );

    test(
      'what was made of a shared backup is not handed on',
      async () => {
        const { a, b, over } = emulator;
        const made = await a.checkpoints.create({ vaultId, resourceIds: [serverId] });
        await over(made.jobId);
        const id = made.backupIds[0] ?? '';
        await a.backups.share({ backupId: id, tenantIds: [b.id] });
        const ofB = { name: 'of-b', backupId: id };
        expect(await refusal(b.images.createWholeFromBackup(ofB))).toBe('IMG.0198');
        const room = await b.vaults.create({ name: 'room', size: 100 });
        await b.backups.answerShare({ backupId: id, status: 'ACCEPTED', vaultId: room.vaultId });
        const image = await b.images.createWholeFromBackup(ofB);
        await waitSuccessfully(emulator, image.jobId);
        expect(await refusal(b.images.share({ imageIds: [image.imageId], tenantIds: [a.id] }))).toBe('IMG.0135');
        expect(await refusal(a.backups.delete({ backupId: id }))).toBe('BackupService.6204');
        await done(b.images.delete({ imageId: image.imageId }));
        await over((await a.backups.delete({ backupId: id })).jobId);
      },
      MINUTES,
    );

    test('ten tenants at most, whatever they answer', async () => {
      const { a, b, cloud } = emulator;
      const now = cloud.clock.now();
      const tenantIds = Array.from({ length: 10 }, (_, index) => String(index).padStart(32, '0'));
      const status = 'PENDING';
      const members = tenantIds.map(tenantId => ({ imageId, tenantId, status, createdAt: now, updatedAt: now }) as const);
      await rows(db => db.imageMember.createMany({ data: members }));
      const { jobId } = await a.images.share({ imageIds: [imageId], tenantIds: [b.id] });
      expect(await emulator.over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0088' });
      await rows(db => db.imageMember.deleteMany({ where: { tenantId: { in: tenantIds } } }));
    });
  });

  test(
    'deleting the image leaves its backup, which gives another image; with its backup both go, and their bytes',
    async () => {
      const { a, cloud } = emulator;
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
      const { a } = emulator;
      const made = await a.images.createWhole({ name: 'bare', serverId, vaultId });
      await waitSuccessfully(emulator, made.jobId);
      await checked();
      await rows(db => db.backup.delete({ where: { id: made.backupId } }));
      expect(await refusal(a.servers.launch({ ...order, imageId: made.imageId }))).toBe('Ecs.0034');
      await done(a.images.delete({ imageId: made.imageId }));
    },
    MINUTES,
  );
});
