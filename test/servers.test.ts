import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

describe.each(everyHardware)('a server (%s)', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    serverId = await emulator.launch();
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  const status = async (): Promise<string> => (await emulator.a.servers.get({ serverId })).status;

  test('keeps what is written to its disk over stop, start and reboots', async () => {
    const { a, over } = emulator;
    const path = '/root/notes/today.txt';
    await a.servers.writeFile({ serverId, path, content: Buffer.from('hello\n'), mode: 0o640 });
    const stop = await a.servers.stop({ serverIds: [serverId] });
    expect(await over(stop.jobId)).toMatchObject({ type: 'stopServer', status: 'SUCCESS' });
    expect(await status()).toBe('SHUTOFF');
    expect((await a.servers.readFile({ serverId, path })).toString()).toBe('hello\n');
    const start = await a.servers.start({ serverIds: [serverId] });
    expect(await over(start.jobId)).toMatchObject({ type: 'startServer', status: 'SUCCESS' });
    expect(await status()).toBe('ACTIVE');
    for (const type of ['SOFT', 'HARD'] as const) {
      const reboot = await a.servers.reboot({ serverIds: [serverId], type });
      expect(await status()).toBe(type === 'SOFT' ? 'REBOOT' : 'HARD_REBOOT');
      expect((await over(reboot.jobId)).status).toBe('SUCCESS');
      expect(await status()).toBe('ACTIVE');
    }
    expect((await a.servers.readFile({ serverId, path })).toString()).toBe('hello\n');
    expect(await a.servers.listFiles({ serverId, path: '/root/notes' })).toMatchObject([
      { name: 'today.txt', type: 'FILE', size: 6, mode: 0o640 },
    ]);
  });

  test('answers for bad paths, missing files and other people’s servers', async () => {
    const { a, b } = emulator;
    expect(await refusal(a.servers.readFile({ serverId, path: '/no/such/file' }))).toBe('APIGW.0201');
    expect(await refusal(a.servers.readFile({ serverId, path: 'relative' }))).toBe('APIGW.0201');
    expect(await refusal(a.servers.listFiles({ serverId, path: '/etc/os-release' }))).toBe('APIGW.0201');
    expect(await refusal(a.servers.readFile({ serverId, path: '/etc' }))).toBe('APIGW.0201');
    expect(await refusal(a.servers.writeFile({ serverId, path: '/root/x', content: 'not base64!' }))).toBe('APIGW.0201');
    expect(await refusal(a.servers.writeFile({ serverId, path: '/root/x', content: Buffer.alloc(8 * 2 ** 20 + 1) }))).toBe(
      'APIGW.0201',
    );
    expect(await refusal(b.servers.readFile({ serverId, path: '/etc/os-release' }))).toBe('Ecs.0114');
    expect(await refusal(b.servers.get({ serverId }))).toBe('Ecs.0114');
    expect(await refusal(b.servers.delete({ serverIds: [serverId] }))).toBe('Ecs.0114');
  });

  test('runs commands where there are processes, and says why it does not elsewhere', async () => {
    const { cloud, a } = emulator;
    const can = cloud.hardware.capabilities().some(({ name, available }) => name === 'exec' && available);
    const call = a.servers.runCommand({ serverId, command: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
    if (!can) return expect(await refusal(call)).toBe('Cloudyard.0003');
    const { exitCode, stdout, stderr } = await call;
    expect([exitCode, Buffer.from(stdout, 'base64').toString(), Buffer.from(stderr, 'base64').toString()]).toEqual([
      3,
      'out\n',
      'err\n',
    ]);
  });

  test('has a console that can be read from any place on', async () => {
    const { a } = emulator;
    const { data, next } = await a.servers.readConsole({ serverId });
    expect(data.length).toBeGreaterThan(0);
    expect((await a.servers.readConsole({ serverId, offset: next })).data.length).toBe(0);
  });

  test('is resized when it is off, and only then', async () => {
    const { a, over } = emulator;
    expect(await refusal(a.servers.resize({ serverId, flavorId: 's3.medium.2' }))).toBe('Ecs.0100');
    await over((await a.servers.stop({ serverIds: [serverId], type: 'HARD' })).jobId);
    expect(await refusal(a.servers.resize({ serverId, flavorId: FLAVOR }))).toBe('Ecs.0009');
    expect(await refusal(a.servers.resize({ serverId, flavorId: 'none' }))).toBe('Ecs.0029');
    const { jobId } = await a.servers.resize({ serverId, flavorId: 's3.medium.2' });
    expect(await status()).toBe('RESIZE');
    expect(await over(jobId)).toMatchObject({ type: 'resizeServer', status: 'SUCCESS', entities: { server_id: serverId } });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'SHUTOFF', flavorId: 's3.medium.2' });
    await over((await a.servers.start({ serverIds: [serverId] })).jobId);
    expect(await status()).toBe('ACTIVE');
  });

  test('runs again after the cloud was closed and opened, and stays off if it was', async () => {
    const off = await emulator.launch({ name: 'off' });
    await emulator.over((await emulator.a.servers.stop({ serverIds: [off], type: 'HARD' })).jobId);
    emulator = await emulator.reopen();
    const { cloud, a } = emulator;
    // Where the hardware has to be prepared first, servers follow when it is.
    await cloud.reconciler.hardwareReady(AbortSignal.timeout(120_000));
    await cloud.reconciler.settled();
    expect(await status()).toBe('ACTIVE');
    expect((await a.servers.get({ serverId: off })).status).toBe('SHUTOFF');
    expect(Object.fromEntries((await cloud.hardware.servers()).map(({ id, state }) => [id, state]))).toMatchObject({
      [serverId]: 'RUNNING',
    });
    expect((await a.servers.readFile({ serverId, path: '/root/notes/today.txt' })).toString()).toBe('hello\n');
    await emulator.over((await a.servers.delete({ serverIds: [off] })).jobId);
  }, 240_000);

  test('goes with its disk, and its quotas come back', async () => {
    const { cloud, a, over } = emulator;
    const { jobId } = await a.servers.delete({ serverIds: [serverId] });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: 'deleting' });
    expect(await over(jobId)).toMatchObject({ type: 'deleteServer', status: 'SUCCESS' });
    expect(await refusal(a.servers.get({ serverId }))).toBe('Ecs.0114');
    expect(await cloud.hardware.servers()).toEqual([]);
    expect((await cloud.hardware.disks.list()).filter(id => id.startsWith('disk-'))).toEqual([]);
    const used = await cloud.database.read.quota.findMany({ where: { tenantId: a.id } });
    const ofServers = ['servers', 'cores', 'ram', 'disks', 'diskGigabytes'];
    expect(used.filter(({ resource }) => ofServers.includes(resource)).every(quota => quota.used === 0)).toBe(true);
  });
});
