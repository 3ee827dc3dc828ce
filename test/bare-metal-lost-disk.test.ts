/** A bare-metal server whose own disk has lost its bytes: the check of all bytes finds it, and a reinstallation writes the disk anew. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localDisk } from '../emulator/disks/server-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { tenantOf } from '../src/testing/tenant.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

/** A tiny base system on every hardware. */
const imageId = publicImageId('BMS_EulerOS_2.9_latest');
const SLOW = { timeout: 360_000 };

describe.each(everyHardware)('a bare-metal server whose own disk is lost (%s)', hardware => {
  let emulator: EmulatorCloud;
  let admin: Awaited<ReturnType<typeof tenantOf>>;
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    admin = await tenantOf(emulator.cloud, 'cloudyard-admin');
  }, 300_000);
  afterAll(() => emulator.close(), 300_000);

  async function launch(name: string): Promise<string> {
    const { jobId, serverIds } = await emulator.a.bareMetal.launch({ name, imageId, flavorId: 'physical.s4.medium' });
    expect((await emulator.over(jobId)).status).toBe('SUCCESS');
    return serverIds[0] ?? '';
  }

  const over = async (order: Promise<{ jobId: string }>) => emulator.over((await order).jobId);
  const bytesOf = (serverId: string) => emulator.cloud.hardware.disks.stat(localDisk(serverId));
  async function fsck() {
    expect(await over(admin.cloud.fsck({}))).toMatchObject({ status: 'SUCCESS' });
    return admin.cloud.listDamage({});
  }

  /** Behind the back of the records; no driver takes the disk from under a server that runs. */
  async function lose(serverId: string): Promise<void> {
    const { cloud, a } = emulator;
    expect(await over(a.bareMetal.operate({ serverIds: [serverId], action: 'POWER_OFF' }))).toMatchObject({ status: 'SUCCESS' });
    await cloud.hardware.destroyServer(serverId);
    await cloud.hardware.disks.remove(localDisk(serverId));
  }

  test('is found by name, and is whole again when its system has been written anew', SLOW, async () => {
    const { a, cloud } = emulator;
    const serverId = await launch('metal');
    expect(await fsck()).toEqual([]);
    await lose(serverId);
    const finding = { kind: 'SERVER', id: serverId, name: 'metal', tenantId: a.id, what: 'its own disk: its bytes are gone' };
    expect(await fsck()).toEqual([finding]);

    expect(await over(a.servers.reinstall({ serverId }))).toMatchObject({ status: 'SUCCESS' });
    expect(await bytesOf(serverId)).toEqual({ size: 40 * 2 ** 30 });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON', provisionState: 'active' });
    expect(await admin.cloud.listDamage({}), 'also before the next check').toEqual([]);
    expect(await fsck()).toEqual([]);
    await over(a.servers.delete({ serverIds: [serverId] }));
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('is as it was where its system could not be written anew, with nothing half-made', SLOW, async () => {
    const { a, cloud } = emulator;
    const serverId = await launch('unlucky');
    await lose(serverId);
    const match = { jobType: 'reinstallOs', step: 'boot' };
    await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'Ecs.0226' }, count: 1 });
    expect(await over(a.servers.reinstall({ serverId }))).toMatchObject({ status: 'FAIL' });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ERROR', faultCode: 'Ecs.0226' });
    expect(await bytesOf(serverId)).toBeUndefined();
    expect(await fsck()).toMatchObject([{ kind: 'SERVER', id: serverId }]);
    expect(await over(a.servers.reinstall({ serverId }))).toMatchObject({ status: 'SUCCESS' });
    await over(a.servers.delete({ serverIds: [serverId] }));
    expect(await brokenInvariants(cloud)).toEqual([]);
  });

  test('is deleted like any other, and is no finding then', SLOW, async () => {
    const { a, cloud } = emulator;
    const serverId = await launch('gone');
    await lose(serverId);
    expect(await fsck()).toMatchObject([{ name: 'gone' }]);
    expect(await over(a.servers.delete({ serverIds: [serverId] }))).toMatchObject({ status: 'SUCCESS' });
    expect(await admin.cloud.listDamage({})).toEqual([]);
    expect(await brokenInvariants(cloud)).toEqual([]);
  });
});

test('one that shows as running is stopped for it, if the order says so', async () => {
  const emulator = await openEmulator();
  try {
    const { a, cloud, over } = emulator;
    const { jobId, serverIds } = await a.bareMetal.launch({ name: 'metal', imageId, flavorId: 'physical.s4.medium' });
    await over(jobId);
    const [serverId = ''] = serverIds;
    await cloud.hardware.disks.remove(localDisk(serverId));
    expect(await refusal(a.servers.reinstall({ serverId }))).toBe('Ecs.0100');
    const again = await a.servers.reinstall({ serverId, stopServer: true });
    expect(await over(again.jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE' });
    expect(await brokenInvariants(cloud)).toEqual([]);
  } finally {
    await emulator.close();
  }
});
