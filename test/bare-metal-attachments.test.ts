/** Disks and network interfaces of bare-metal servers: the jobs and the codes of their service, which are not those of cloud servers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachDisk } from '../emulator/disks/operations/attach-disk.ts';
import { createDisks } from '../emulator/disks/operations/create-disks.ts';
import { detachDisk } from '../emulator/disks/operations/detach-disk.ts';
import { updateAttachment } from '../emulator/disks/operations/update-attachment.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { Operation } from '../emulator/operation.ts';
import { attachNic, detachNic } from '../emulator/servers/operations/server-nics.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

const imageId = publicImageId('BMS_Debian_12_latest');
const nowhere = '00000000-0000-4000-8000-000000000000';

let emulator: EmulatorCloud;
let serverId: string;
let other: string;
beforeAll(async () => {
  emulator = await openEmulator();
  const { jobId, serverIds } = await emulator.a.bareMetal.launch({
    name: 'metal',
    count: 2,
    imageId,
    flavorId: 'physical.s4.medium',
  });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  [serverId = '', other = ''] = serverIds;
});
afterAll(() => emulator.close());

type NewDisk = Partial<Parameters<EmulatorCloud['a']['disks']['create']>[0]>;

async function makeDisk(input: NewDisk = {}): Promise<string> {
  const { jobId, diskIds } = await emulator.a.disks.create({ name: 'data', size: 10, deviceType: 'SCSI', ...input });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  return diskIds[0] ?? '';
}

/** What a call is refused with, which the operation names. */
async function refusedBy({ errors }: Pick<Operation, 'errors'>, call: Promise<unknown>): Promise<string | undefined> {
  const code = await refusal(call);
  expect(errors.map(error => error.code)).toContain(code);
  return code;
}

const hold = (jobType: string) =>
  emulator.cloud.faults.add({ match: { jobType }, moment: 'before', effect: { kind: 'hold', percent: 5 } });

describe('a disk is attached and detached by jobs of the bare-metal service', () => {
  test('with the ids of server and disk', async () => {
    const { a, over } = emulator;
    const diskId = await makeDisk();
    const entities = { server_id: serverId, volume_id: diskId };
    const attached = await over((await a.disks.attach({ serverId, diskId })).jobId);
    expect(attached).toMatchObject({ type: 'baremetalAttachVolume', status: 'SUCCESS', entities });
    const detached = await over((await a.disks.detach({ serverId, diskId })).jobId);
    expect(detached).toMatchObject({ type: 'baremetalDetachVolume', status: 'SUCCESS', entities });
  });

  test('which fail with a code of it', async () => {
    const { a, cloud, over } = emulator;
    const diskId = await makeDisk();
    // The order finds it, the hardware does not.
    await cloud.hardware.disks.remove(`disk-${diskId}`);
    const { jobId } = await a.disks.attach({ serverId, diskId });
    expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'BMS.3019' });
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE' });
    await over((await a.disks.delete({ diskIds: [diskId] })).jobId);
  });

  test('and cloud servers by theirs', async () => {
    const { a, over } = emulator;
    const vm = await emulator.launch();
    const diskId = await makeDisk();
    expect(await over((await a.disks.attach({ serverId: vm, diskId })).jobId)).toMatchObject({ type: 'attachVolume' });
    expect(await refusal(a.disks.attach({ serverId: vm, diskId }))).toBe('Ecs.0057');
    expect(await over((await a.disks.detach({ serverId: vm, diskId })).jobId)).toMatchObject({ type: 'detachVolume' });
    expect(await refusal(a.disks.detach({ serverId: vm, diskId }))).toBe('Ecs.0111');
  });
});

describe('attaching a disk is refused with the documented code', () => {
  const attach = (input: { diskId: string; serverId?: string; device?: string }) =>
    refusedBy(attachDisk, emulator.a.disks.attach({ serverId, ...input }));

  test('where there is no such disk, or it is another tenant’s', async () => {
    const { b, over } = emulator;
    expect(await attach({ diskId: nowhere })).toBe('BMS.0103');
    const { jobId, diskIds } = await b.disks.create({ name: 'theirs', size: 10, deviceType: 'SCSI' });
    await over(jobId);
    expect(await attach({ diskId: diskIds[0] ?? '' })).toBe('BMS.0103');
  });

  test('at the device of the system disk, or at one that there is not or that is taken', async () => {
    const [diskId, first] = [await makeDisk(), await makeDisk({ serverId, device: '/dev/sdc' })];
    expect(await attach({ diskId, device: '/dev/sda' })).toBe('BMS.0104');
    expect(await attach({ diskId, device: '/dev/vdb' })).toBe('BMS.0105');
    expect(await attach({ diskId, device: '/dev/sdc' })).toBe('BMS.0105');
    const fresh = { name: 'fresh', size: 10, deviceType: 'SCSI', serverId } as const;
    expect(await refusedBy(createDisks, emulator.a.disks.create({ ...fresh, device: '/dev/sda' }))).toBe('BMS.0104');
    expect(await refusedBy(createDisks, emulator.a.disks.create({ ...fresh, device: '/dev/sdc' }))).toBe('BMS.0105');
    await emulator.over((await emulator.a.disks.detach({ serverId, diskId: first })).jobId);
  });

  test('from another zone', async () => {
    const away = { availabilityZone: 'eu-de-03' } as const;
    const diskId = await makeDisk(away);
    expect(await attach({ diskId })).toBe('BMS.0106');
    const order = { name: 'fresh', size: 10, deviceType: 'SCSI', serverId, ...away } as const;
    expect(await refusedBy(createDisks, emulator.a.disks.create(order))).toBe('BMS.0106');
  });

  test('while it is being attached, when it is, and for a second server unless it is shared', async () => {
    const { a, cloud, over } = emulator;
    const diskId = await makeDisk();
    const held = await hold('baremetalAttachVolume');
    const { jobId } = await a.disks.attach({ serverId, diskId });
    expect(await attach({ diskId })).toBe('BMS.1011');
    expect(await attach({ diskId, serverId: other })).toBe('BMS.1011');
    expect(await attach({ diskId: await makeDisk() }), 'the server is busy').toBe('BMS.1001');
    await cloud.faults.remove(held.id);
    await over(jobId);
    expect(await attach({ diskId })).toBe('BMS.1009');
    expect(await attach({ diskId, serverId: other })).toBe('BMS.0290');
    await over((await a.disks.detach({ serverId, diskId })).jobId);
  });

  test('to more servers than can share it', async () => {
    const { a, cloud } = emulator;
    const diskId = await makeDisk();
    const attachedAt = cloud.clock.now();
    const vm = await emulator.launch({ name: 'sharing', count: 1 });
    const server = await cloud.database.read.server.findUniqueOrThrow({ where: { id: vm } });
    const ids = Array.from({ length: 16 }, () => crypto.randomUUID());
    await cloud.transactions.run(async tx => {
      await tx.db.disk.update({ where: { id: diskId }, data: { shareable: true, status: 'IN_USE' } });
      const rows = ids.map((id, index) => ({
        ...{ id, tenantId: a.id, regionId: server.regionId, availabilityZone: server.availabilityZone, name: `s${index}` },
        ...{ hostname: id, status: 'SHUTOFF' as const, flavorId: server.flavorId, imageId: server.imageId },
        ...{ imageName: server.imageName, osType: server.osType, metadata: {}, createdAt: attachedAt, updatedAt: attachedAt },
      }));
      await tx.db.server.createMany({ data: rows });
      await tx.db.diskAttachment.createMany({
        data: ids.map(id => ({ id, diskId, serverId: id, device: '/dev/vdb', attachedAt })),
      });
    });
    expect(await attach({ diskId })).toBe('BMS.1004');
    await cloud.transactions.run(async tx => {
      await tx.db.diskAttachment.deleteMany({ where: { diskId } });
      await tx.db.server.deleteMany({ where: { id: { in: ids } } });
      await tx.db.disk.update({ where: { id: diskId }, data: { shareable: false, status: 'AVAILABLE' } });
    });
  });

  test('in a status that does not allow it', async () => {
    const { cloud } = emulator;
    const diskId = await makeDisk();
    const settle = (status: 'ERROR' | 'AVAILABLE') =>
      cloud.transactions.run(tx => tx.db.disk.update({ where: { id: diskId }, data: { status } }));
    await settle('ERROR');
    expect(await attach({ diskId })).toBe('BMS.1003');
    await settle('AVAILABLE');
  });
});

test('what a server does not have is not detached from it, nor said to go with it', async () => {
  const { a } = emulator;
  const free = await makeDisk();
  for (const [diskId, code] of [
    [nowhere, 'BMS.0103'],
    [free, 'BMS.0114'],
  ] as const) {
    expect(await refusedBy(detachDisk, a.disks.detach({ serverId, diskId }))).toBe(code);
    const update = a.disks.updateAttachment({ serverId, diskId, deleteOnTermination: true });
    expect(await refusedBy(updateAttachment, update)).toBe(code);
  }
});

describe('network interfaces', () => {
  test('the primary one stays, and only what a server has is taken from it', async () => {
    const { a } = emulator;
    const detach = (portId: string) => refusedBy(detachNic, a.servers.detachNic({ serverId, portId }));
    const [port] = await a.servers.listPorts({ serverIds: [serverId] });
    expect(await detach(port?.id ?? '')).toBe('BMS.0222');
    expect(await detach(nowhere)).toBe('BMS.0019');
    const [theirs] = await a.servers.listPorts({ serverIds: [other] });
    expect(await detach(theirs?.id ?? '')).toBe('BMS.0019');
    const vm = await emulator.launch({ name: 'vm' });
    const [primary] = await a.servers.listPorts({ serverIds: [vm] });
    expect(await refusal(a.servers.detachNic({ serverId: vm, portId: primary?.id ?? '' }))).toBe('Ecs.0086');
  });

  test('a second one is refused with the documented code, attached, and detached', async () => {
    const { a, cloud, over } = emulator;
    const [vpc] = (await a.networks.listVpcs({})).rows;
    const { subnetId } = await a.networks.createSubnet({ vpcId: vpc?.id ?? '', name: 'sub', cidr: '192.168.32.0/24' });
    const attach = (input: object) => refusedBy(attachNic, a.servers.attachNic({ serverId, ...input }));
    expect(await attach({ subnetId: nowhere })).toBe('BMS.0080');
    expect(await attach({ subnetId, address: '192.168.33.9' })).toBe('BMS.0019');
    expect(await attach({ subnetId, securityGroupIds: [nowhere] })).toBe('BMS.3001');
    expect(await attach({ portId: nowhere })).toBe('BMS.0019');
    const [primary] = await a.servers.listPorts({ serverIds: [serverId] });
    expect(await attach({ subnetId: primary?.subnetId }), 'the subnet where it is').toBe('BMS.0019');
    const { portId } = await a.networks.createPort({ subnetId, name: 'kept' });
    const { address } = await cloud.database.read.port.findUniqueOrThrow({ where: { id: portId } });
    expect(await attach({ subnetId, address })).toBe('BMS.0014');
    const attached = await a.servers.attachNic({ serverId, portId });
    expect(await over(attached.jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await refusal(a.servers.attachNic({ serverId: other, portId }))).toBe('BMS.0019');
    expect(await over((await a.servers.detachNic({ serverId, portId })).jobId)).toMatchObject({ status: 'SUCCESS' });
  });
});

test('nothing half-made is left', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
