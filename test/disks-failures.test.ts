import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cloud } from '../emulator/cloud.ts';
import { deleteDisks } from '../emulator/disks/operations/delete-disks.ts';
import { extendDisk } from '../emulator/disks/operations/extend-disk.ts';
import { getDisk } from '../emulator/disks/operations/get-disk.ts';
import type { FaultRuleInput } from '../emulator/faults/fault-rule.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

type Order = Parameters<EmulatorCloud['a']['disks']['create']>[0];

describe.each(everyHardware)('what is wrong with an order of disks (%s)', hardware => {
  let emulator: EmulatorCloud;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware, config: { quotas: { disks: 4, diskGigabytes: 160, snapshots: 1 } } });
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  const ordered = (input: Partial<Order>): Promise<string | undefined> =>
    refusal(emulator.a.disks.create({ name: 'data', size: 10, ...input }));
  const NOWHERE = '00000000-0000-4000-8000-000000000000';

  test.each<[string, Partial<Order>]>([
    ['EVS.1003', { name: '' }],
    ['EVS.1003', { name: 'x'.repeat(65) }],
    ['EVS.1003', { name: 'x'.repeat(60), count: 2 }],
    ['EVS.1004', { description: '<b>' }],
    ['EVS.1021', { count: 0 }],
    ['EVS.1021', { count: 101 }],
    ['EVS.1010', { size: 9 }],
    ['EVS.1010', { size: null }],
    ['EVS.1010', { size: 32_769 }],
    ['EVS.1020', { type: 'TAPE' as 'SSD' }],
    ['EVS.1036', { availabilityZone: 'eu-nl-01' }],
    ['EVS.1061', { tags: Array.from({ length: 11 }, (_, index) => ({ key: `k${index}` })) }],
    ['EVS.1062', { tags: [{ key: 'a' }, { key: 'a' }] }],
    ['EVS.1062', { tags: [{ key: '' }] }],
    ['EVS.1016', { imageId: SOURCE, snapshotId: NOWHERE }],
    ['EVS.2046', { imageId: NOWHERE }],
    ['EVS.2046', { imageId: 'no id' }],
    ['EVS.2045', { snapshotId: NOWHERE }],
    ['EVS.1006', { backupId: NOWHERE }],
    ['EVS.1051', { backupId: NOWHERE, count: 2 }],
    ['EVS.2094', { imageId: SOURCE, size: null, shareable: true }],
    ['EVS.1043', { imageId: SOURCE, size: null, metadata: { __system__encrypted: '1' } }],
    ['EVS.5400', { metadata: { __system__encrypted: '1' } }],
    ['EVS.5400', { imageId: SOURCE, size: null, fileSystem: 'EXT4' }],
    ['EVS.5400', { serverId: NOWHERE, fileSystem: 'NTFS' as 'EXT4' }],
    ['Ecs.0114', { serverId: NOWHERE }],
    ['EVS.1034', { count: 5 }],
    ['EVS.1042', { size: 161 }],
  ])('%s for %j', async (code, input) => {
    expect(await ordered(input)).toBe(code);
  });

  test('takes the quotas to the last GiB, and gives them back', async () => {
    const { a, over } = emulator;
    const { jobId, diskIds } = await a.disks.create({ name: 'data', count: 2, size: 40 });
    await over(jobId);
    const [diskId = ''] = diskIds;
    expect(await ordered({ size: 81 })).toBe('EVS.1042');
    expect(await refusal(a.disks.extend({ diskId, size: 121 }))).toBe('EVS.1042');
    expect((await over((await a.disks.extend({ diskId, size: 60 })).jobId)).status).toBe('SUCCESS');
    const snapshot = await a.disks.createSnapshot({ diskId, name: 'one' });
    await over(snapshot.jobId);
    expect(await ordered({}), 'a snapshot counts as much as its disk').toBe('EVS.1042');
    expect(await refusal(a.disks.extend({ diskId, size: 61 }))).toBe('EVS.1042');
    expect(await refusal(a.disks.createSnapshot({ diskId, name: 'two' }))).toBe('EVS.5413');
    expect(await refusal(a.disks.createSnapshot({ diskId, name: 'autobk_snapshot_1' }))).toBe('EVS.1003');
    await over((await a.disks.deleteSnapshot({ snapshotId: snapshot.snapshotId })).jobId);
    await over((await a.disks.extend({ diskId, size: 61 })).jobId);
    expect(await refusal(a.disks.createSnapshot({ diskId, name: 'two' }))).toBe('EVS.5413');
    await over((await a.disks.delete({ diskIds })).jobId);
    const resource = { in: ['disks', 'diskGigabytes', 'snapshots'] };
    const used = await emulator.cloud.database.read.quota.findMany({ where: { tenantId: a.id, resource } });
    expect(used).toHaveLength(3);
    expect(used.every(quota => quota.used === 0)).toBe(true);
  });

  test('says why where several servers cannot share a disk', async () => {
    const { cloud } = emulator;
    const can = cloud.hardware.capabilities().some(({ name, available }) => name === 'sharedDisks' && available);
    expect(await ordered({ shareable: true, size: can ? 9 : 10 })).toBe(can ? 'EVS.1010' : 'Cloudyard.0003');
  });

  test('is not shared where several servers cannot have one, and no server is launched with such a disk', async () => {
    const { a, cloud } = emulator;
    const { hardware } = cloud;
    const capabilities = hardware.capabilities.bind(hardware);
    hardware.capabilities = () => capabilities().map(one => (one.name === 'sharedDisks' ? { ...one, available: false } : one));
    const dataDisks = [{ type: 'SAS' as const, size: 10, shareable: true }];
    expect(await ordered({ shareable: true })).toBe('Cloudyard.0003');
    const launch = { name: 'web', imageId: SOURCE, flavorId: FLAVOR, dataDisks };
    expect(await refusal(a.servers.launch(launch))).toBe('Cloudyard.0003');
    const metal = { imageId: publicImageId('BMS_Debian_12_latest'), flavorId: 'physical.s4.medium' };
    expect(await refusal(a.bareMetal.launch({ ...launch, ...metal }))).toBe('Cloudyard.0003');
    hardware.capabilities = capabilities;
  });

  test('leaves nothing behind when its job fails or is cancelled', async () => {
    const { cloud, a, over } = emulator;
    const failing = await rule(cloud, { kind: 'fail', code: 'Cloudyard.0007' });
    const failed = await a.disks.create({ name: 'data', size: 10 });
    expect(await over(failed.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0007' });
    await cloud.faults.remove(failing.id);
    const holding = await rule(cloud, { kind: 'hold', percent: 0 });
    const cancelled = await a.disks.create({ name: 'data', size: 10 });
    await a.jobs.cancel({ jobId: cancelled.jobId });
    expect(await over(cancelled.jobId)).toMatchObject({ status: 'CANCELLED' });
    await cloud.faults.remove(holding.id);
    const told = await cloud.database.read.event.findMany({
      where: { resourceId: { in: [...failed.diskIds, ...cancelled.diskIds] } },
    });
    expect(told.map(({ kind, payload }) => [kind, payload])).toContainEqual([
      'disk.updated',
      expect.objectContaining({ id: failed.diskIds[0], status: 'ERROR' }),
    ]);
    expect((await a.disks.list({})).rows).toEqual([]);
    expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('disk-'))).toEqual([]);
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('is answered once for one idempotency key', async () => {
    const { a, over } = emulator;
    const order = { name: 'once', size: 10 };
    const first = await a.disks.create(order, { idempotencyKey: 'disk' });
    expect(await a.disks.create(order, { idempotencyKey: 'disk' })).toEqual(first);
    expect(await refusal(a.disks.create({ ...order, size: 11 }, { idempotencyKey: 'disk' }))).toBe('Cloudyard.0001');
    await over(first.jobId);
    await over((await a.disks.delete({ diskIds: first.diskIds })).jobId);
  });
});

describe.each(everyHardware)('a server with disks (%s)', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    serverId = await emulator.launch();
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  const ends = async (call: Promise<{ jobId: string }>): Promise<string> => {
    const { status, errorCode } = await emulator.over((await call).jobId);
    return errorCode ?? status;
  };

  test('keeps a disk that something in it uses, unless forced', async context => {
    const { a, cloud } = emulator;
    context.skip(!cloud.hardware.capabilities().some(({ name, available }) => name === 'exec' && available));
    const { jobId, diskIds } = await a.disks.create({ name: 'busy', size: 10, fileSystem: 'EXT4', serverId });
    await emulator.over(jobId);
    const [diskId = ''] = diskIds;
    const run = (line: string) => a.servers.runCommand({ serverId, command: ['sh', '-c', line] });
    await run('sleep 600 < /dev/null > /mnt/vdb/open 2>&1 &');
    expect(await ends(a.disks.detach({ serverId, diskId }))).toBe('Ecs.0102');
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
    expect((await run('test -e /mnt/vdb/open')).exitCode).toBe(0);
    expect(await ends(a.disks.detach({ serverId, diskId, force: true }))).toBe('SUCCESS');
    expect((await run('test -e /mnt/vdb/open')).exitCode).not.toBe(0);
    expect(await ends(a.disks.delete({ diskIds }))).toBe('SUCCESS');
  });

  test('finds a disk full at its size', async context => {
    const { a, cloud } = emulator;
    context.skip(!cloud.hardware.capabilities().some(({ name, available }) => name === 'diskFull' && available));
    const { jobId, diskIds } = await a.disks.create({ name: 'small', size: 10, fileSystem: 'EXT4', serverId });
    await emulator.over(jobId);
    // Space is taken without writing: the file system is as large as its disk, whatever that has stored.
    const { exitCode, stdout, stderr } = await a.servers.runCommand({
      serverId,
      command: ['sh', '-c', 'fallocate -l 8G /mnt/vdb/most && echo most && fallocate -l 3G /mnt/vdb/more'],
      timeoutSeconds: 120,
    });
    expect(Buffer.from(stdout, 'base64').toString()).toBe('most\n');
    expect(Buffer.from(stderr, 'base64').toString()).toContain('No space left on device');
    expect(exitCode).not.toBe(0);
    await ends(a.disks.detach({ serverId, diskId: diskIds[0] ?? '' }));
    expect(await ends(a.disks.delete({ diskIds }))).toBe('SUCCESS');
  });

  test('takes 60 disks and no more, and each at a device of its own', async () => {
    const { a } = emulator;
    await ends(a.servers.stop({ serverIds: [serverId], type: 'HARD' }));
    const { jobId, diskIds } = await a.disks.create({ name: 'many', count: 60, size: 10 });
    await emulator.over(jobId);
    const last = diskIds[59] ?? '';
    for (const diskId of diskIds.slice(0, 59)) expect(await ends(a.disks.attach({ serverId, diskId }))).toBe('SUCCESS');
    expect(await refusal(a.disks.attach({ serverId, diskId: last }))).toBe('Ecs.0104');
    expect(await refusal(a.disks.create({ name: 'more', size: 10, serverId }))).toBe('Ecs.0104');
    const devices = (await a.servers.listDisks({ serverIds: [serverId] })).map(({ device }) => device);
    expect(new Set(devices).size).toBe(60);
    expect(devices).toContain('/dev/vdbh');
    await ends(a.servers.delete({ serverIds: [serverId], deleteDisks: true }));
    expect(await ends(a.disks.delete({ diskIds: [last] }))).toBe('SUCCESS');
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
  }, 240_000);
});

describe.each(everyHardware)('a disk that a job works on (%s)', hardware => {
  test('is refused to every other job, and a reader can do nothing with it', async () => {
    const emulator = await openEmulator({ hardware });
    const { cloud, a, over } = emulator;
    try {
      const { jobId, diskIds } = await a.disks.create({ name: 'data', size: 10 });
      await over(jobId);
      const [diskId = ''] = diskIds;
      const reader = { ...a.caller, roles: ['READER' as const] };
      expect((await cloud.run(getDisk, reader, { diskId })).id).toBe(diskId);
      expect(await refusal(cloud.run(deleteDisks, reader, { diskIds }))).toBe('APIGW.0302');
      expect(await refusal(cloud.run(extendDisk, reader, { diskId, size: 20 }))).toBe('APIGW.0302');
      const holding = await cloud.faults.add({
        match: { jobType: 'retypeVolume' },
        moment: 'before',
        effect: { kind: 'hold', percent: 0 },
      });
      const retype = await a.disks.retype({ diskId, type: 'ESSD' });
      expect(await a.disks.get({ diskId })).toMatchObject({ status: 'RETYPING', type: 'SSD' });
      expect(await refusal(a.disks.extend({ diskId, size: 20 }))).toBe('EVS.2068');
      expect(await refusal(a.disks.delete({ diskIds }))).toBe('EVS.2068');
      expect(await refusal(a.disks.createSnapshot({ diskId, name: 'x' }))).toBe('EVS.2068');
      expect(await refusal(a.disks.setReadOnly({ diskId, readOnly: true }))).toBe('EVS.2068');
      await cloud.faults.remove(holding.id);
      expect((await over(retype.jobId)).status).toBe('SUCCESS');
      expect(await refusal(a.disks.retype({ diskId, type: 'SAS' }))).toBe('EVS.2087');
    } finally {
      await emulator.close();
    }
  }, 300_000);
});

/** Strikes at the step of a creation in which the disk is there already. */
function rule(cloud: Cloud, effect: FaultRuleInput['effect']) {
  return cloud.faults.add({ match: { jobType: 'createVolume', step: 'attach' }, moment: 'before', effect });
}
