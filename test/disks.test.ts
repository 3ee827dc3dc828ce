import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const GIB = 2 ** 30;

describe.each(everyHardware)('a disk (%s)', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    serverId = await emulator.launch();
  }, 300_000);
  afterAll(async () => {
    expect(await brokenInvariants(emulator.cloud)).toEqual([]);
    await emulator.close();
  }, 300_000);

  type Order = Parameters<EmulatorCloud['a']['disks']['create']>[0];

  async function create(input: Partial<Order> = {}): Promise<string> {
    const { jobId, diskIds } = await emulator.a.disks.create({ name: 'data', size: 10, ...input });
    expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS', errorCode: null });
    return diskIds[0] ?? '';
  }

  async function ends(ordered: Promise<{ jobId: string }>): Promise<string> {
    const { status, errorCode } = await emulator.over((await ordered).jobId);
    return errorCode ?? status;
  }

  const disk = (diskId: string) => emulator.a.disks.get({ diskId });
  const put = (diskId: string, text: string) =>
    emulator.a.servers.writeFile({ serverId, diskId, path: '/notes/today.txt', content: Buffer.from(text) });
  const read = async (diskId: string, from = serverId) =>
    (await emulator.a.servers.readFile({ serverId: from, diskId, path: '/notes/today.txt' })).toString();
  const remove = (...diskIds: string[]) => ends(emulator.a.disks.delete({ diskIds }));

  test('is made empty, of its size, and goes again with all that it took', async () => {
    const { cloud, a, over } = emulator;
    const used = async () => (await cloud.database.read.quota.findMany({ where: { tenantId: a.id } })).map(quota => quota.used);
    const before = await used();
    const { jobId, diskIds } = await a.disks.create({
      name: 'data',
      size: 12,
      type: 'SAS',
      tags: [{ key: 'use', value: 'test' }],
    });
    const [diskId = ''] = diskIds;
    expect(await over(jobId)).toMatchObject({
      type: 'createVolume',
      status: 'SUCCESS',
      entities: { volume_id: diskId, name: 'data', size: 12, volume_type: 'SAS' },
    });
    expect(await disk(diskId)).toMatchObject({ status: 'AVAILABLE', size: 12, type: 'SAS', bootable: false });
    expect(await cloud.hardware.disks.stat(`disk-${diskId}`)).toEqual({ size: 12 * GIB });
    expect(await a.disks.listTags({ diskIds })).toMatchObject([{ key: 'use', value: 'test' }]);
    expect(await over((await a.disks.delete({ diskIds })).jobId)).toMatchObject({ type: 'deleteVolume', status: 'SUCCESS' });
    expect(await refusal(disk(diskId))).toBe('EVS.5404');
    expect(await cloud.hardware.disks.stat(`disk-${diskId}`)).toBeUndefined();
    expect(await used()).toEqual(before);
  });

  test('several are made and deleted in a job with a sub-job for each', async () => {
    const { a, over } = emulator;
    const { jobId, diskIds } = await a.disks.create({ name: 'many', count: 3, size: 10 });
    expect(await over(jobId)).toMatchObject({ type: 'batchCreateVolume', status: 'SUCCESS' });
    const { rows } = await a.disks.list({ order: { by: 'NAME', direction: 'asc' } });
    expect(rows.map(({ name }) => name).filter(name => name.startsWith('many'))).toEqual(['many-0001', 'many-0002', 'many-0003']);
    expect(await over((await a.disks.delete({ diskIds })).jobId)).toMatchObject({ type: 'bulkDeleteVolume', status: 'SUCCESS' });
  });

  test('keeps what is written to it over detach and attach, in a running and in a stopped server', async () => {
    const { a } = emulator;
    const diskId = await create();
    const attached = await a.disks.attach({ serverId, diskId, fileSystem: 'EXT4' });
    expect(await emulator.over(attached.jobId)).toMatchObject({
      type: 'attachVolume',
      status: 'SUCCESS',
      entities: { server_id: serverId, volume_id: diskId },
    });
    expect(await disk(diskId)).toMatchObject({ status: 'IN_USE', fileSystem: 'EXT4' });
    expect(await a.disks.listAttachments({ diskIds: [diskId] })).toMatchObject([
      { serverId, device: '/dev/vdb', bootIndex: null },
    ]);
    await put(diskId, 'hello\n');
    expect(await read(diskId)).toBe('hello\n');
    await ends(a.servers.stop({ serverIds: [serverId] }));
    expect(await ends(a.disks.detach({ serverId, diskId }))).toBe('SUCCESS');
    expect(await disk(diskId)).toMatchObject({ status: 'AVAILABLE' });
    expect(await ends(a.disks.attach({ serverId, diskId, device: '/dev/vdd' }))).toBe('SUCCESS');
    await ends(a.servers.start({ serverIds: [serverId] }));
    expect(await read(diskId)).toBe('hello\n');
    expect(await ends(a.disks.detach({ serverId, diskId }))).toBe('SUCCESS');
    expect(await refusal(read(diskId))).toBe('Ecs.0111');
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('is made formatted and attached in one go', async () => {
    const { a } = emulator;
    const diskId = await create({ fileSystem: 'EXT4', serverId, device: '/dev/vdc' });
    expect(await disk(diskId)).toMatchObject({ status: 'IN_USE', fileSystem: 'EXT4' });
    await put(diskId, 'at once');
    expect(await read(diskId)).toBe('at once');
    expect(await ends(a.disks.detach({ serverId, diskId }))).toBe('SUCCESS');
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('is attached read-only, and nothing writes to it then', async () => {
    const { a } = emulator;
    const diskId = await create({ fileSystem: 'EXT4' });
    await a.disks.setReadOnly({ diskId, readOnly: true });
    await ends(a.disks.attach({ serverId, diskId }));
    expect(await refusal(put(diskId, 'no'))).toBe('Ecs.0103');
    expect(await refusal(a.disks.setReadOnly({ diskId, readOnly: false }))).toBe('EVS.5400');
    await ends(a.disks.detach({ serverId, diskId }));
    await a.disks.setReadOnly({ diskId, readOnly: false });
    await ends(a.disks.attach({ serverId, diskId, readOnly: true }));
    expect(await refusal(put(diskId, 'no'))).toBe('Ecs.0103');
    await ends(a.disks.detach({ serverId, diskId }));
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('is not formatted over what it holds', async () => {
    const { a, cloud } = emulator;
    const diskId = await create();
    await cloud.hardware.disks.write(`disk-${diskId}`, 4096, Buffer.from('not a file system'));
    expect(await ends(a.disks.attach({ serverId, diskId, fileSystem: 'EXT4' }))).toBe('Ecs.0205');
    expect(await disk(diskId)).toMatchObject({ status: 'AVAILABLE', fileSystem: null });
    expect(await a.disks.listAttachments({ diskIds: [diskId] })).toEqual([]);
    expect((await cloud.hardware.disks.read(`disk-${diskId}`, { offset: 4096, length: 3 })).toString()).toBe('not');
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('attaching is refused twice, to strangers, across zones, at a wrong device; detaching the system disk always', async () => {
    const { a, b } = emulator;
    const diskId = await create();
    const [system] = await a.servers.listDisks({ serverIds: [serverId] });
    const elsewhere = await create({ availabilityZone: 'eu-de-02' });
    const nowhere = '00000000-0000-4000-8000-000000000000';
    expect(await refusal(a.disks.attach({ serverId, diskId: elsewhere }))).toBe('Ecs.0121');
    expect(await refusal(a.disks.attach({ serverId, diskId: nowhere }))).toBe('EVS.5404');
    expect(await refusal(a.disks.attach({ serverId: nowhere, diskId }))).toBe('Ecs.0114');
    expect(await refusal(b.disks.attach({ serverId, diskId }))).toBe('Ecs.0114');
    const theirs = await b.disks.create({ name: 'theirs', size: 10 });
    await emulator.over(theirs.jobId);
    expect(await refusal(a.disks.attach({ serverId, diskId: theirs.diskIds[0] ?? '' }))).toBe('EVS.5404');
    for (const device of ['/dev/vda', '/dev/sdb', 'vdb', '/dev/vdzz'])
      expect(await refusal(a.disks.attach({ serverId, diskId, device })), device).toBe('Ecs.0005');
    expect(await refusal(a.disks.detach({ serverId, diskId }))).toBe('Ecs.0111');
    await ends(a.disks.attach({ serverId, diskId }));
    expect(await refusal(a.disks.attach({ serverId, diskId }))).toBe('Ecs.0057');
    expect(await refusal(a.disks.delete({ diskIds: [diskId] }))).toBe('EVS.1046');
    expect(await refusal(a.disks.detach({ serverId, diskId: system?.diskId ?? '' }))).toBe('Ecs.0102');
    await ends(a.disks.detach({ serverId, diskId }));
    expect(await remove(diskId, elsewhere)).toBe('SUCCESS');
    await emulator.over((await b.disks.delete({ diskIds: theirs.diskIds })).jobId);
  });

  test('is extended in a running server and keeps what it holds, and never becomes smaller', async () => {
    const { a, cloud } = emulator;
    const diskId = await create({ fileSystem: 'EXT4', serverId });
    await put(diskId, 'before');
    expect(await refusal(a.disks.extend({ diskId, size: 10 }))).toBe('EVS.1015');
    expect(await refusal(a.disks.extend({ diskId, size: 9 }))).toBe('EVS.1015');
    expect(await refusal(a.disks.extend({ diskId, size: 32_769 }))).toBe('EVS.1010');
    expect(await ends(a.disks.extend({ diskId, size: 20 }))).toBe('SUCCESS');
    expect(await disk(diskId)).toMatchObject({ status: 'IN_USE', size: 20 });
    expect(await cloud.hardware.disks.stat(`disk-${diskId}`)).toEqual({ size: 20 * GIB });
    expect(await read(diskId)).toBe('before');
    const [system] = await a.servers.listDisks({ serverIds: [serverId] });
    expect(await refusal(a.disks.extend({ diskId: system?.diskId ?? '', size: 100 }))).toBe('EVS.1066');
    await ends(a.disks.detach({ serverId, diskId }));
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('goes back to its snapshot, and other disks are made of that', async () => {
    const { a, cloud } = emulator;
    const diskId = await create({ fileSystem: 'EXT4', serverId });
    await put(diskId, 'first');
    const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId, name: 'one' });
    expect(await emulator.over(jobId)).toMatchObject({ type: 'createSnapshot', status: 'SUCCESS' });
    const snapshot = await a.disks.getSnapshot({ snapshotId });
    expect(snapshot).toMatchObject({ status: 'AVAILABLE', size: 10, diskId });
    expect(snapshot.checksum).toBe(await cloud.hardware.disks.checksum(`snapshot-${snapshotId}`));
    await put(diskId, 'second');
    expect(await refusal(a.disks.rollBack({ snapshotId }))).toBe('EVS.5400');
    await ends(a.disks.detach({ serverId, diskId }));
    await ends(a.disks.extend({ diskId, size: 15 }));
    expect(await ends(a.disks.rollBack({ snapshotId }))).toBe('SUCCESS');
    expect(await disk(diskId)).toMatchObject({ status: 'AVAILABLE', size: 15 });
    expect(await refusal(a.disks.create({ name: 'copy', snapshotId, size: 9 }))).toBe('EVS.1010');
    expect(await refusal(a.disks.create({ name: 'copy', snapshotId, type: 'SATA' }))).toBe('EVS.2096');
    expect(await refusal(a.disks.create({ name: 'copy', snapshotId, availabilityZone: 'eu-de-03' }))).toBe('EVS.2054');
    const copy = await create({ name: 'copy', snapshotId, size: null });
    for (const id of [diskId, copy]) {
      await ends(a.disks.attach({ serverId, diskId: id }));
      expect(await read(id)).toBe('first');
      await ends(a.disks.detach({ serverId, diskId: id }));
    }
    expect(await refusal(a.disks.delete({ diskIds: [diskId], cascade: false }))).toBe('EVS.1046');
    expect(await remove(diskId)).toBe('SUCCESS');
    expect(await refusal(a.disks.getSnapshot({ snapshotId }))).toBe('EVS.5404');
    expect(await cloud.hardware.disks.stat(`snapshot-${snapshotId}`)).toBeUndefined();
    expect(await ends(a.disks.attach({ serverId, diskId: copy }))).toBe('SUCCESS');
    expect(await read(copy), 'the copy needs neither disk nor snapshot').toBe('first');
    await ends(a.disks.detach({ serverId, diskId: copy }));
    expect(await remove(copy)).toBe('SUCCESS');
  });

  test('is made of a system image, bootable and as large as that', async () => {
    const { a } = emulator;
    const image = await a.images.get({ imageId: SOURCE });
    const diskId = await create({ imageId: SOURCE, size: null });
    expect(await disk(diskId)).toMatchObject({ bootable: true, size: image.minDisk, imageId: SOURCE });
    await ends(a.disks.attach({ serverId, diskId }));
    const release = await a.servers.readFile({ serverId, diskId, path: '/etc/os-release' });
    expect(release.toString()).toMatch(/Debian|Ubuntu/);
    await ends(a.disks.detach({ serverId, diskId }));
    expect(await refusal(a.disks.create({ name: 'x', imageId: SOURCE, size: 1025 }))).toBe('EVS.1010');
    expect(await refusal(a.disks.create({ name: 'x', imageId: SOURCE, deviceType: 'SCSI' }))).toBe('EVS.1043');
    expect(await remove(diskId)).toBe('SUCCESS');
  });

  test('stays when its server goes, and goes with it if that was asked for', async () => {
    const { a } = emulator;
    const other = await emulator.launch({ name: 'other' });
    const diskId = await create({ serverId: other });
    await ends(a.servers.delete({ serverIds: [other] }));
    expect(await disk(diskId)).toMatchObject({ status: 'AVAILABLE' });
    const another = await emulator.launch({ name: 'another' });
    await ends(a.disks.attach({ serverId: another, diskId }));
    const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId, name: 'kept' });
    await emulator.over(jobId);
    await ends(a.servers.delete({ serverIds: [another], deleteDisks: true }));
    expect(await refusal(disk(diskId))).toBe('EVS.5404');
    expect(await refusal(a.disks.getSnapshot({ snapshotId }))).toBe('EVS.5404');
  });

  test('goes with a server, or stays, as was said last while it was attached', async () => {
    const { a } = emulator;
    const other = await emulator.launch({ name: 'other' });
    const [goes, stays] = [await create({ serverId: other }), await create({ serverId: other })];
    const settle = (diskId: string, deleteOnTermination: boolean, server = other) =>
      a.disks.updateAttachment({ serverId: server, diskId, deleteOnTermination });
    await settle(goes, true);
    await settle(stays, true);
    await settle(stays, false);
    const [system] = await a.servers.listDisks({ serverIds: [other] });
    expect(await refusal(settle(system?.diskId ?? '', false))).toBe('Ecs.0617');
    expect(await refusal(settle(goes, true, serverId))).toBe('Ecs.0111');
    await ends(a.servers.delete({ serverIds: [other] }));
    expect(await refusal(disk(goes))).toBe('EVS.5404');
    expect(await disk(stays)).toMatchObject({ status: 'AVAILABLE' });
    expect(await remove(stays)).toBe('SUCCESS');
  });
});
