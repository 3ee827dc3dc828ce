/** Full-ECS images that are shared: who may accept, launch and hand them on. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from './emulator-cloud.ts';
import { type FullEcsCloud, MINUTES, openFullEcs } from './full-ecs-cloud.ts';
import { everyHardware } from './hardware.ts';
import { waitSuccessfully } from './wait-successfully.ts';

describe.each(everyHardware)('on %s', hardware => {
  let emulator: FullEcsCloud;

  beforeAll(async () => {
    emulator = await openFullEcs(hardware);
  }, MINUTES);
  afterAll(() => emulator?.close());
  beforeEach(() => emulator.checked());

  describe('sharing', () => {
    const answer = (status: 'ACCEPTED' | 'REJECTED', vault?: string) =>
      emulator.b.images.answerShares({ imageIds: [emulator.imageId], status, vaultId: vault });

    test(
      'to accept takes a vault with room; then the recipient launches it',
      async () => {
        const { a, b, cloud, vaultId, imageId, order, done, read } = emulator;
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
        const { a, b, over, serverId, vaultId, done } = emulator;
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
      const { a, b, cloud, imageId, rows } = emulator;
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
});
