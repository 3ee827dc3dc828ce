/** Reinstalling servers and changing their operating system: what stays, what changes, what is refused, and that failures lose nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { JobRecord } from '../emulator/jobs/job.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const UBUNTU = publicImageId('Standard_Ubuntu_20.04_latest');
const nowhere = '00000000-0000-4000-8000-000000000000';
const PATH = '/root/mark';

describe.each(everyHardware)('a server (%s)', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    const dataDisks = [{ size: 10, fileSystem: 'EXT4' as const }];
    serverId = await emulator.launch({ imageId: UBUNTU, systemDisk: { size: 41 }, dataDisks });
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  const server = () => emulator.a.servers.get({ serverId });
  const disks = () => emulator.a.servers.listDisks({ serverIds: [serverId] });
  const write = (content: string) => emulator.a.servers.writeFile({ serverId, path: PATH, content: Buffer.from(content) });
  const read = async () => (await emulator.a.servers.readFile({ serverId, path: PATH })).toString();
  const over = async ({ jobId }: { jobId: string }): Promise<JobRecord> => emulator.over(jobId);

  test('that runs is refused unless it may be stopped', async () => {
    expect(await refusal(emulator.a.servers.reinstall({ serverId }))).toBe('Ecs.0100');
    expect(await server()).toMatchObject({ status: 'ACTIVE', taskState: null });
  });

  test('is not reinstalled while its system disk is being backed up', async () => {
    const { a, cloud } = emulator;
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
    const hold = await cloud.faults.add({
      match: { jobType: 'createBackup' },
      moment: 'before',
      effect: { kind: 'hold', percent: 0 },
    });
    const { jobId } = await a.checkpoints.create({ vaultId });
    expect(await refusal(a.servers.reinstall({ serverId, stopServer: true }))).toBe('Ecs.0073');
    await cloud.faults.remove(hold.id);
    await emulator.over(jobId);
    await over(await a.vaults.delete({ vaultId }));
    expect(await server()).toMatchObject({ status: 'ACTIVE', taskState: null });
  });

  test('is reinstalled: a new system disk of the same size, and nothing else changes', async () => {
    const { a, cloud } = emulator;
    const [before, [oldSystem, data], ports] = [
      await server(),
      await disks(),
      await a.servers.listPorts({ serverIds: [serverId] }),
    ];
    await write('old');
    const order = await a.servers.reinstall({ serverId, stopServer: true, adminPassword: 'Cloudyard-2' });
    expect(await server()).toMatchObject({ status: 'REBUILD', taskState: 'rebuilding' });
    expect(await over(order)).toMatchObject({ type: 'reinstallOs', status: 'SUCCESS', entities: { server_id: serverId } });
    const { id, name, hostname, imageId, sshPort } = before;
    expect(await server()).toMatchObject({
      id,
      name,
      hostname,
      imageId,
      sshPort,
      status: 'ACTIVE',
      taskState: null,
      passwordHash: null,
    });
    const [newSystem, sameData] = await disks();
    expect(newSystem).toMatchObject({ device: '/dev/vda', bootIndex: 0, disk: { size: 41, status: 'IN_USE', imageId: UBUNTU } });
    expect(newSystem?.diskId).not.toBe(oldSystem?.diskId);
    expect(sameData).toEqual(data);
    expect(await a.servers.listPorts({ serverIds: [serverId] })).toEqual(ports);
    expect(await refusal(read()), 'the old system is gone').toBe('APIGW.0201');
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('gets another image, a key and user data, while it is off', async () => {
    const { a, cloud } = emulator;
    await a.keyPairs.create({ name: 'fresh' });
    await over(await a.servers.stop({ serverIds: [serverId] }));
    const userData = Buffer.from('#!/bin/sh\ntrue\n').toString('base64');
    expect(await over(await a.servers.changeOs({ serverId, imageId: SOURCE, keyName: 'fresh', userData }))).toMatchObject({
      type: 'changeOs',
      status: 'SUCCESS',
    });
    const image = await a.images.get({ imageId: SOURCE });
    expect(await server()).toMatchObject({
      status: 'ACTIVE',
      imageId: SOURCE,
      imageName: image.name,
      osType: 'LINUX',
      keyName: 'fresh',
      userData: new Uint8Array(Buffer.from(userData, 'base64')),
    });
    const release = (await a.servers.readFile({ serverId, path: '/etc/os-release' })).toString();
    expect(release).toMatch(/Debian|Ubuntu 22\.04/);
    expect((await a.servers.listFiles({ serverId, path: '/root/.ssh' })).map(file => file.name)).toContain('authorized_keys');
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('runs on its old disk again whatever step fails, and the change can be repeated', async () => {
    const { a, cloud } = emulator;
    await write('kept');
    const before = await server();
    for (const step of ['image', 'stop', 'disk', 'machine', 'boot']) {
      await cloud.faults.add({
        match: { jobType: 'changeOs', step },
        moment: 'after',
        effect: { kind: 'fail', code: 'Ecs.0226' },
        count: 1,
      });
      expect(await over(await a.servers.changeOs({ serverId, imageId: UBUNTU, stopServer: true })), step).toMatchObject({
        status: 'FAIL',
      });
      const { status, imageId, keyName } = before;
      expect(await server(), step).toMatchObject({ status, imageId, keyName, taskState: null });
      expect(await read(), step).toBe('kept');
      expect(await brokenInvariants(cloud), step).toEqual([]);
    }
    expect(await over(await a.servers.changeOs({ serverId, imageId: UBUNTU, stopServer: true }))).toMatchObject({
      status: 'SUCCESS',
    });
    expect(await server()).toMatchObject({ status: 'ACTIVE', imageId: UBUNTU });
  }, 120_000);

  test('is refused what cannot be', async () => {
    const { a, b } = emulator;
    const change = (more: object) => refusal(a.servers.changeOs({ serverId, imageId: UBUNTU, stopServer: true, ...more }));
    expect(await change({ imageId: nowhere })).toBe('Ecs.0031');
    expect(await change({ imageId: 'x' })).toBe('Ecs.0031');
    expect(await change({ keyName: 'nobody' })).toBe('Ecs.0314');
    expect(await change({ adminPassword: 'weak' })).toBe('Ecs.0011');
    expect(await change({ userData: '?' })).toBe('Ecs.0005');
    expect(await change({ serverId: nowhere })).toBe('Ecs.0114');
    expect(await refusal(b.servers.changeOs({ serverId, imageId: UBUNTU, stopServer: true }))).toBe('Ecs.0114');
    expect(await refusal(b.servers.reinstall({ serverId, stopServer: true }))).toBe('Ecs.0114');
  });

  test('cannot be reinstalled once its image is deleted', async () => {
    const { a } = emulator;
    const made = await a.images.create({ name: 'own', serverId });
    await over(made);
    expect(await over(await a.servers.changeOs({ serverId, imageId: made.imageId, stopServer: true }))).toMatchObject({
      status: 'SUCCESS',
    });
    await over(await a.images.delete({ imageId: made.imageId }));
    expect(await refusal(a.servers.reinstall({ serverId, stopServer: true }))).toBe('Ecs.0031');
    expect(await server()).toMatchObject({ status: 'ACTIVE' });
  });

  test('gets the system of a full-ECS image, and none of its other disks', async () => {
    const { a, cloud } = emulator;
    const file = async (server: string, words: string) => {
      const [, data] = await a.servers.listDisks({ serverIds: [server] });
      await a.servers.writeFile({ serverId: server, path: PATH, content: Buffer.from(words) });
      await cloud.hardware.writeFile({ disk: serverDisk(data?.diskId ?? ''), server }, '/mark', Buffer.from(words));
    };
    const golden = await emulator.launch({ name: 'golden', dataDisks: [{ size: 10, fileSystem: 'EXT4' }] });
    await file(golden, 'golden');
    const { vaultId } = await a.vaults.create({ name: 'whole', size: 100 });
    const whole = await a.images.createWhole({ name: 'whole', serverId: golden, vaultId });
    expect(await over(whole)).toMatchObject({ status: 'SUCCESS' });
    await over(await a.servers.delete({ serverIds: [golden], deleteDisks: true }));

    await file(serverId, 'own');
    const [{ id, name, hostname }, [oldSystem, data], ports] = [
      await server(),
      await disks(),
      await a.servers.listPorts({ serverIds: [serverId] }),
    ];
    const { imageId, backupId } = whole;
    expect(await over(await a.servers.changeOs({ serverId, imageId, stopServer: true }))).toMatchObject({ status: 'SUCCESS' });
    expect(await server()).toMatchObject({ id, name, hostname, imageId, imageName: 'whole', status: 'ACTIVE', taskState: null });
    expect(await a.servers.listPorts({ serverIds: [serverId] })).toEqual(ports);
    const [system, ...others] = await disks();
    const [part] = await a.backups.listParts({ backupIds: [backupId] });
    expect(part).toMatchObject({ systemDisk: true });
    expect(system).toMatchObject({ bootIndex: 0, disk: { size: 41, status: 'IN_USE', imageId, backupId: part?.id } });
    expect(system?.diskId).not.toBe(oldSystem?.diskId);
    expect(await read()).toBe('golden');
    expect(others).toEqual([data]);
    const kept = { disk: serverDisk(data?.diskId ?? ''), server: serverId };
    expect((await cloud.hardware.readFile(kept, '/mark')).toString()).toBe('own');

    await write('changed');
    expect(await over(await a.servers.reinstall({ serverId, stopServer: true }))).toMatchObject({ status: 'SUCCESS' });
    expect(await read()).toBe('golden');
    for (const job of (await a.jobs.list({})).rows) await emulator.over(job.id);
    expect(await brokenInvariants(cloud)).toEqual([]);
  });
});
