import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDisks } from '../emulator/disks/operations/create-disks.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { objectOf } from '../emulator/jobs/job.ts';
import { openTestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { untilAtRest } from './crash/reopen.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { broken, endOf } from './failing-hardware.ts';

const BMS_DEBIAN = publicImageId('BMS_Debian_12_latest');
const LOCAL = 'physical.s4.medium';
const VOLUME = 'physical.o2.medium';
const BIG_DATA = 'physical.d2.large';
const nowhere = '00000000-0000-4000-8000-000000000000';
const disk = { type: 'SAS', size: 10 } as const;

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const order = { name: 'metal', imageId: BMS_DEBIAN, flavorId: LOCAL };

async function launch(input: Partial<typeof order> & object = {}): Promise<string> {
  const { jobId, serverIds } = await emulator.a.bareMetal.launch({ ...order, ...input });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  return serverIds[0] ?? '';
}

describe('a launch is refused with the documented code', () => {
  test.each([
    ['an empty name', { name: '' }, 'BMS.0206'],
    ['a name of 64 characters', { name: 'x'.repeat(64) }, 'BMS.0206'],
    ['a name without room for the number', { name: 'x'.repeat(59), count: 2 }, 'BMS.0206'],
    ['a blank in the name', { name: 'a b' }, 'BMS.0206'],
    ['no server at all', { count: 0 }, 'BMS.0205'],
    ['25 servers', { count: 25 }, 'BMS.0205'],
    ['an unknown image', { imageId: nowhere }, 'BMS.0010'],
    ['an image of cloud servers', { imageId: SOURCE }, 'BMS.0011'],
    [
      'an image without drivers for the machine',
      { imageId: publicImageId('BMS_EulerOS_2.9_latest'), flavorId: VOLUME },
      'BMS.0011',
    ],
    ['an unknown flavor', { flavorId: 'physical.x1.tiny' }, 'BMS.0021'],
    ['a flavor of cloud servers', { flavorId: FLAVOR }, 'BMS.0021'],
    ['an unknown zone', { availabilityZone: 'eu-nl-01' }, 'BMS.0208'],
    ['a flavor that is sold out in the zone', { flavorId: 'physical.o2.large', availabilityZone: 'eu-de-02' }, 'BMS.0054'],
    ['a volume to boot from where there is a disk', { rootVolume: { type: 'SAS' as const, size: 40 } }, 'BMS.0047'],
    ['no volume to boot from where there is no disk', { flavorId: VOLUME }, 'BMS.0047'],
    ['a volume that is too small', { flavorId: VOLUME, rootVolume: { type: 'SAS' as const, size: 39 } }, 'BMS.0047'],
    ['a volume that is too large', { flavorId: VOLUME, rootVolume: { type: 'SAS' as const, size: 1025 } }, 'BMS.0047'],
    ['a volume of a slow type', { flavorId: VOLUME, rootVolume: { type: 'SATA' as 'SAS', size: 40 } }, 'BMS.0047'],
    ['a data disk that is too small', { dataDisks: [{ ...disk, size: 9 }] }, 'BMS.0203'],
    ['forty data disks', { dataDisks: Array.from({ length: 40 }, () => disk) }, 'BMS.0204'],
    ['data disks on a machine that takes none', { flavorId: BIG_DATA, dataDisks: [disk] }, 'BMS.0315'],
    ['a weak password', { adminPassword: 'password' }, 'BMS.3039'],
    ['an unknown key pair', { keyName: 'nobody' }, 'BMS.0049'],
    ['a password and a key pair', { adminPassword: 'Cloudyard-1', keyName: 'nobody' }, 'BMS.0111'],
    ['user data that is no base64', { userData: '#!/bin/sh' }, 'BMS.0210'],
    ['eleven pairs of metadata', { metadata: Array.from({ length: 11 }, (_, n) => ({ key: `k${n}`, value: '' })) }, 'BMS.0217'],
    ['three network interfaces', { nics: [{}, {}, {}] }, 'BMS.0019'],
    ['two interfaces in one subnet', { nics: [{}, {}] }, 'BMS.0019'],
    ['an unknown subnet', { nics: [{ subnetId: nowhere }] }, 'BMS.0080'],
    ['the address of the gateway', { nics: [{ address: '192.168.0.1' }] }, 'BMS.0019'],
    ['one address for two servers', { nics: [{ address: '192.168.3.3' }], count: 2 }, 'BMS.0207'],
    ['an unknown security group', { securityGroupIds: [nowhere] }, 'BMS.3001'],
    ['a field that makes no sense', { securityGroupIds: 'all' as unknown as string[] }, 'BMS.0022'],
  ])('%s', async (_, change, code) => {
    expect(await refusal(emulator.a.bareMetal.launch({ ...order, ...change }))).toBe(code);
    expect(await emulator.a.servers.count({ filter: { kind: 'BARE_METAL', name: order.name } })).toBe(0);
  });

  test('for an address that is in use, and where none is free', async () => {
    const { a } = emulator;
    const [vpc] = (await a.networks.listVpcs({})).rows;
    const cidr = '192.168.48.0/28';
    const { subnetId } = await a.networks.createSubnet({ vpcId: vpc?.id ?? '', name: 'small', cidr });
    const take = (host: number) => a.networks.createPort({ subnetId, address: `192.168.48.${host}` });
    const launchIn = (nic: object) => refusal(a.bareMetal.launch({ ...order, nics: [{ subnetId, ...nic }] }));
    await take(2);
    expect(await launchIn({ address: '192.168.48.2' })).toBe('BMS.0014');
    for (let host = 3; host <= 12; host++) await take(host);
    expect(await launchIn({})).toBe('BMS.0012');
    expect(await a.servers.count({ filter: { kind: 'BARE_METAL', name: order.name } })).toBe(0);
  });

  test.each([
    ['servers', 1, 'BMS.0025'],
    ['cores', 24, 'BMS.0026'],
    ['ram', 96 * 1024, 'BMS.0027'],
  ] as const)('a quota of %s', async (resource, limit, code) => {
    const small = await openEmulator({ config: { quotas: { [resource]: limit } } });
    try {
      expect(await refusal(small.a.bareMetal.launch({ ...order, count: 2 }))).toBe(code);
      expect((await small.over((await small.a.bareMetal.launch(order)).jobId)).status).toBe('SUCCESS');
    } finally {
      await small.close();
    }
  });

  test('a quota of disks', async () => {
    const small = await openEmulator({ config: { quotas: { diskGigabytes: 39 } } });
    try {
      const rootVolume = { type: 'SAS', size: 40 } as const;
      expect(await refusal(small.a.bareMetal.launch({ ...order, flavorId: VOLUME, rootVolume }))).toBe('BMS.3028');
      const local = await small.a.bareMetal.launch(order);
      expect((await small.over(local.jobId)).status, 'a disk of the machine counts for nothing').toBe('SUCCESS');
    } finally {
      await small.close();
    }
  });

  test('a role that may only read', async () => {
    const { cloud, a } = emulator;
    const { launchBareMetalServers } = await import('../emulator/servers/bare-metal/operations/launch.ts');
    expect(await refusal(cloud.run(launchBareMetalServers, { ...a.caller, roles: ['READER'] }, order))).toBe('APIGW.0302');
  });
});

test('images and flavors of bare metal are for no cloud server', async () => {
  const { a } = emulator;
  expect(await refusal(a.servers.launch({ name: 'vm', imageId: BMS_DEBIAN, flavorId: FLAVOR }))).toBe('Ecs.0007');
  expect(await refusal(a.servers.launch({ name: 'vm', imageId: SOURCE, flavorId: LOCAL }))).toBe('Ecs.0029');
  const [cloudFlavors, machines] = [await a.servers.listFlavors({}), await a.servers.listFlavors({ kind: 'BARE_METAL' })];
  expect(cloudFlavors.every(({ id }) => !id.startsWith('physical.'))).toBe(true);
  expect(machines.every(({ id }) => id.startsWith('physical.'))).toBe(true);
  const here = await a.servers.listFlavors({ kind: 'BARE_METAL', availabilityZone: 'eu-de-02' });
  expect(here.map(({ id }) => id)).not.toContain('physical.o2.large');
  // A zone that the region does not have is refused as by a launch there.
  const nowhere = { availabilityZone: 'eu-nl-01' };
  expect(await refusal(a.servers.listFlavors(nowhere))).toBe('Ecs.0005');
  expect(await refusal(a.servers.listFlavors({ ...nowhere, kind: 'BARE_METAL' }))).toBe('BMS.0208');
});

test('a server of the longest name is launched; it can be renamed within its limit, and is in the list of its kind', async () => {
  const { a } = emulator;
  const name = 'x'.repeat(63);
  const serverId = await launch({ name });
  expect(await refusal(a.servers.update({ serverId, name: 'y'.repeat(64) }))).toBe('BMS.0206');
  await a.servers.update({ serverId, name: 'renamed' });
  const { rows } = await a.servers.list({ filter: { kind: 'BARE_METAL', name: 'renamed' } });
  expect(rows.map(({ id }) => id)).toEqual([serverId]);
  expect((await a.servers.list({ filter: { kind: 'CLOUD', name: 'renamed' } })).rows).toEqual([]);
});

test('a machine whose disks cannot be made is not launched, and says which of them', async () => {
  const { a, cloud } = emulator;
  const spies = [
    vi.spyOn(cloud.hardware.disks, 'create').mockImplementationOnce(broken),
    vi.spyOn(cloud.hardware, 'snapshot').mockImplementationOnce(broken),
  ];
  const ordering = () => a.bareMetal.launch({ ...order, name: 'none', dataDisks: [disk] });
  expect(await endOf(emulator, ordering)).toBe('BMS.3033');
  expect(await endOf(emulator, ordering)).toBe('BMS.3021');
  for (const spy of spies) spy.mockRestore();
  expect(await a.servers.count({ filter: { kind: 'BARE_METAL', name: 'none' } })).toBe(0);
});

test('a disk that is made for it fits its machine, or is refused with codes that the operation names', async () => {
  const { a } = emulator;
  const named = createDisks.errors.map(({ code }) => code);
  const refused = async (input: Pick<Parameters<typeof a.disks.create>[0], 'serverId' | 'deviceType'>): Promise<string> => {
    const code = (await refusal(a.disks.create({ name: 'data', size: 10, ...input }))) ?? 'none';
    expect(named).toContain(code);
    return code;
  };
  const serverId = await launch({ name: 'disked' });
  expect(await refused({ serverId, deviceType: 'VBD' })).toBe('BMS.0223');
  const whole = await launch({ name: 'diskless', flavorId: BIG_DATA });
  expect(await refused({ serverId: whole, deviceType: 'SCSI' })).toBe('BMS.0315');
  const { cloud } = emulator;
  const zone = (await a.servers.get({ serverId })).availabilityZone;
  const now = cloud.clock.now();
  const rest = {
    tenantId: a.id,
    availabilityZone: zone,
    size: 10,
    type: 'SAS',
    bootable: false,
    createdAt: now,
    updatedAt: now,
  } as const;
  const ids = Array.from({ length: 60 }, () => crypto.randomUUID());
  const disks = ids.map((id, index) => ({ id, name: `data-${index}`, status: 'IN_USE' as const, ...rest }));
  const attachments = ids.map((id, index) => ({ id, diskId: id, serverId, device: `/dev/sd-${index}`, attachedAt: now }));
  await cloud.transactions.run(async tx => {
    await tx.db.disk.createMany({ data: disks });
    await tx.db.diskAttachment.createMany({ data: attachments });
  });
  expect(await refused({ serverId, deviceType: 'SCSI' })).toBe('BMS.1002');
  await cloud.transactions.run(async tx => {
    await tx.db.diskAttachment.deleteMany({ where: { serverId } });
    await tx.db.disk.deleteMany({ where: { id: { in: ids } } });
  });
});

test('a disk that a server can boot from is no data disk of it', async () => {
  const { a, over } = emulator;
  const serverId = await launch({ name: 'booted' });
  const { jobId, diskIds } = await a.disks.create({ name: 'bootable', size: 10, deviceType: 'SCSI' });
  await over(jobId);
  const [diskId = ''] = diskIds;
  await a.disks.setBootable({ diskId, bootable: true });
  expect(await refusal(a.disks.attach({ serverId, diskId }))).toBe('BMS.0108');
  await a.disks.setBootable({ diskId, bootable: false });
  expect(await over((await a.disks.attach({ serverId, diskId })).jobId)).toMatchObject({ status: 'SUCCESS' });
});

test('its flavor stays, and there is no image of a disk that is a part of a machine', async () => {
  const { a, over } = emulator;
  const serverId = await launch({ name: 'fixed' });
  await over((await a.bareMetal.operate({ serverIds: [serverId], action: 'POWER_OFF' })).jobId);
  expect(await refusal(a.servers.resize({ serverId, flavorId: FLAVOR }))).toBe('Ecs.0005');
  expect(await refusal(a.images.create({ name: 'local', serverId }))).toBe('IMG.0119');
});

test('the boot order is set, with the disk in it and each device once', async () => {
  const { a, b } = emulator;
  const serverId = await launch({ name: 'order' });
  await a.bareMetal.setBootOrder({ serverId, bootOrder: ['pxe', 'disk'] });
  expect((await a.servers.get({ serverId })).bootOrder).toEqual(['pxe', 'disk']);
  expect(await refusal(a.bareMetal.setBootOrder({ serverId, bootOrder: ['pxe'] }))).toBe('BMS.0022');
  expect(await refusal(a.bareMetal.setBootOrder({ serverId, bootOrder: ['disk', 'disk'] }))).toBe('BMS.0022');
  expect(await refusal(a.bareMetal.setBootOrder({ serverId, bootOrder: ['floppy' as 'disk'] }))).toBe('BMS.0022');
  expect(await refusal(b.bareMetal.setBootOrder({ serverId, bootOrder: ['disk'] }))).toBe('BMS.0040');
});

/** What was told of a machine, in its order; what is told again is left out. */
async function phasesOf(serverId: string): Promise<string[]> {
  const told = await emulator.cloud.database.read.event.findMany({
    where: { resourceId: serverId, kind: { startsWith: 'server.' } },
    orderBy: { sequence: 'asc' },
  });
  const phases = told
    .map(({ payload }) => objectOf(payload))
    .map(({ provisionState, powerState }) => `${provisionState} ${powerState}`);
  return phases.filter((phase, index) => phase !== phases[index - 1]);
}

test('the phases of a launch are told of as they come', async () => {
  const serverId = await launch({ name: 'phases' });
  expect(await phasesOf(serverId)).toEqual(['cleaning OFF', 'deploying OFF', 'active ON']);
});

test('so are those of a new system, and of one that was not to be', async () => {
  const { a, cloud, over } = emulator;
  const serverId = await launch({ name: 'again' });
  const before = (await phasesOf(serverId)).length;
  const again = async () => over((await a.servers.reinstall({ serverId, stopServer: true })).jobId);
  expect(await again()).toMatchObject({ status: 'SUCCESS' });
  expect((await phasesOf(serverId)).slice(before)).toEqual(['cleaning ON', 'deploying ON', 'active ON']);
  const match = { jobType: 'reinstallOs', step: 'boot' };
  await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'BMS.3037' }, count: 1 });
  expect(await again()).toMatchObject({ status: 'FAIL' });
  expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', powerState: 'ON', provisionState: 'active' });
  expect(await brokenInvariants(cloud)).toEqual([]);
});

test('a second network interface is attached, but no third', async () => {
  const { a, over } = emulator;
  const serverId = await launch({ name: 'wired' });
  const [vpc] = (await a.networks.listVpcs({})).rows;
  const make = async (cidr: string) => (await a.networks.createSubnet({ vpcId: vpc?.id ?? '', name: 'sub', cidr })).subnetId;
  const [second, third] = [await make('192.168.32.0/24'), await make('192.168.33.0/24')];
  expect(await over((await a.servers.attachNic({ serverId, subnetId: second })).jobId)).toMatchObject({ status: 'SUCCESS' });
  expect(await refusal(a.servers.attachNic({ serverId, subnetId: third }))).toBe('BMS.0019');
});

test.each(['clean', 'deploy', 'boot'])(
  'a launch that fails in its phase %s leaves nothing, and says so in a code of the service',
  async step => {
    await using failing = await openTestCloud();
    const code = 'BMS.3004';
    await failing.faults.fail({ jobType: 'baremetalSingleCreate', step }, code);
    const { jobId } = await failing.a.bareMetal.launch(order);
    await untilAtRest(failing.cloud);
    expect(await failing.a.jobs.get({ jobId })).toMatchObject({ status: 'FAIL', errorCode: code });
    expect(await failing.a.servers.count({})).toBe(0);
    expect(await brokenInvariants(failing.cloud)).toEqual([]);
  },
);

test('nothing was lost, and nothing is half made', async () => {
  expect(await brokenInvariants(emulator.cloud)).toEqual([]);
});
