/**
 * Servers of two tenants with the same addresses, and of two subnets of one tenant: inside a subnet they reach each other, across its border
 * nothing does, neither by the cloud's addresses nor by the engine's; elastic IPs lead to the right one.
 */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LABEL } from '../emulator/hardware/docker/labels.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { TestTenant } from '../src/testing/tenant.ts';
import { docker } from './appliance-bench.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
/** Two in one subnet of A; one in another VPC of A with the same range, and one of B, both with the second one's address. */
let one: string;
let two: string;
let elsewhere: string;
let theirs: string;

/** The tiny base system on every machine: nobody waits for packages. */
const TINY = publicImageId('Standard_EulerOS_2.9_latest');
const METAL = publicImageId('BMS_EulerOS_2.9_latest');
const MACHINE = 'physical.s4.medium';
const CIDR = '10.9.0.0/24';
const [FIRST, SECOND] = ['10.9.0.10', '10.9.0.20'];

beforeAll(async () => {
  emulator = await openEmulator({ hardware: 'docker' });
  const { a, b } = emulator;
  const [home, twin, foreign] = [await subnetOf(a, 'home'), await subnetOf(a, 'twin'), await subnetOf(b, 'foreign')];
  one = await launch(a, home, FIRST);
  two = await launch(a, home, SECOND);
  elsewhere = await launch(a, twin, SECOND);
  theirs = await launch(b, foreign, SECOND);
  for (const [tenant, serverId] of [
    [a, two],
    [a, elsewhere],
    [b, theirs],
  ] as const)
    await serve(tenant, serverId);
}, 600_000);
afterAll(() => emulator.close(), 300_000);

async function subnetOf({ networks }: TestTenant, name: string): Promise<string> {
  const { vpcId } = await networks.createVpc({ name, cidr: '10.9.0.0/16' });
  return (await networks.createSubnet({ vpcId, name, cidr: CIDR })).subnetId;
}

async function launch(tenant: TestTenant, subnetId: string, address: string): Promise<string> {
  const nics = [{ subnetId, address }];
  const { jobId, serverIds } = await tenant.servers.launch({ name: 'web', imageId: TINY, flavorId: FLAVOR, nics });
  expect(await emulator.over(jobId)).toMatchObject({ status: 'SUCCESS' });
  return serverIds[0] ?? '';
}

/** What a server answers with at port 8000: its own id. */
async function serve(tenant: TestTenant, serverId: string): Promise<void> {
  await tenant.servers.writeFile({ serverId, path: '/root/id', content: Buffer.from(`${serverId}\n`) });
  const { exitCode } = await tenant.servers.runCommand({ serverId, command: ['sh', '-c', SERVE] });
  expect(exitCode).toBe(0);
}

/** Every server has it, whatever its image. */
const BUSYBOX = '/usr/lib/cloudyard/busybox';
const SERVE = `${BUSYBOX} nc -ll -p 8000 -e ${BUSYBOX} cat /root/id </dev/null >/dev/null 2>&1 &`;

/** What is answered at an address and port, as seen from a server; empty where nothing is. */
async function heard(from: string, address: string, port = 8000): Promise<string> {
  const command = ['sh', '-c', `${BUSYBOX} nc -w 2 ${address} ${port} </dev/null`];
  const { stdout } = await emulator.a.servers.runCommand({ serverId: from, command });
  return Buffer.from(stdout, 'base64').toString().trim();
}

/** The container's address in the engine's own range, which only carries published ports. */
async function engineAddress(tenant: TestTenant, serverId: string): Promise<string> {
  const command = ['sh', '-c', "cat /proc/net/fib_trie | grep -o '198\\.1[89]\\.[0-9]*\\.[0-9]*' | grep -v '\\.0$' | head -1"];
  const { stdout } = await tenant.servers.runCommand({ serverId, command });
  return Buffer.from(stdout, 'base64').toString().trim();
}

describe('a server', () => {
  test('reaches another one in its subnet, and only the one with that address there', async () => {
    expect(await heard(one, SECOND)).toBe(two);
    expect(await heard(elsewhere, FIRST)).toBe('');
  });

  test('reaches nobody across the border by an address of the engine', async () => {
    const { a, b } = emulator;
    for (const [tenant, serverId] of [
      [b, theirs],
      [a, elsewhere],
    ] as const) {
      const address = await engineAddress(tenant, serverId);
      expect(address).toMatch(/^198\.1[89]\./);
      expect(await heard(one, address)).toBe('');
    }
  });

  test('is told about itself by its own metadata service', async () => {
    const command = [BUSYBOX, 'wget', '-q', '-O', '-', 'http://169.254.169.254/openstack/latest/meta_data.json'];
    for (const [tenant, serverId] of [
      [emulator.a, two],
      [emulator.a, elsewhere],
      [emulator.b, theirs],
    ] as const) {
      const { stdout } = await tenant.servers.runCommand({ serverId, command });
      expect(Buffer.from(stdout, 'base64').toString()).toContain(serverId);
    }
  });
});

describe('an elastic IP', () => {
  const banner = (address: string, port = 22): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port });
      socket.once('data', data => {
        socket.destroy();
        resolve(data.toString());
      });
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('nobody is behind it')));
    });

  /** The ssh of a server that has just been started takes a moment to listen. */
  const expectSsh = (address: string): Promise<void> =>
    expect.poll(() => banner(address).catch(() => 'nobody'), { timeout: 30_000 }).toMatch(/^SSH-2\.0/);

  test('leads to ssh of its server, also after a new start, and is not reached from another tenant’s server', async () => {
    const { publicAddressId } = await emulator.b.networks.allocatePublicAddress({});
    const { address } = await emulator.b.networks.getPublicAddress({ publicAddressId });
    // Its own port tells when its ssh listens.
    const { sshPort } = await emulator.b.servers.get({ serverId: theirs });
    await expect.poll(() => banner('127.0.0.1', sshPort ?? 0).catch(() => 'nobody'), { timeout: 30_000 }).toMatch(/^SSH-2\.0/);
    for (let time = 0; time < 5; time++) {
      if (time > 0) await emulator.b.networks.unbindPublicAddress({ publicAddressId });
      await emulator.b.networks.bindPublicAddress({ publicAddressId, serverId: theirs });
      expect(await banner(address)).toMatch(/^SSH-2\.0/);
    }
    // A loopback address means the server itself there; what leads to the other tenant's server has one of the engine's, too.
    const label = [`${LABEL.cloud}=${emulator.cloud.id}`, `${LABEL.id}=${publicAddressId}`];
    const [forwarder] = await docker.listContainers({ filters: { label } });
    const inside = Object.values(forwarder?.NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
    expect(inside).toHaveLength(1);
    for (const at of inside) expect(await heard(one, at, 22)).toBe('');
    emulator = await emulator.reopen();
    await expectSsh(address);
    expect(await refusal(emulator.b.networks.bindPublicAddress({ publicAddressId, serverId: theirs }))).toBe('VPC.0510');
    await emulator.b.networks.unbindPublicAddress({ publicAddressId });
    await expect(banner(address)).rejects.toThrow();
    await emulator.b.networks.releasePublicAddress({ publicAddressId });
  }, 300_000);

  const addressesOf = async (): Promise<string[]> =>
    (await emulator.a.networks.listPublicAddresses({})).rows.map(({ address }) => address);

  test('comes with a launch, of a bare-metal server by its port, and goes with its server if that is asked for', async () => {
    const { a, cloud } = emulator;
    const launched = await a.servers.launch({ name: 'web', imageId: TINY, flavorId: FLAVOR, publicAddress: {} });
    expect(await emulator.over(launched.jobId)).toMatchObject({ status: 'SUCCESS' });
    const [own = ''] = await addressesOf();
    await expectSsh(own);
    const [subnet] = (await a.networks.listSubnets({})).rows;
    const { portId } = await a.networks.createPort({ subnetId: subnet?.id ?? '' });
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    await a.networks.bindPublicAddress({ publicAddressId, portId });
    const metal = { name: 'metal', imageId: METAL, flavorId: MACHINE, nics: [{ portId }] };
    const machines = await a.bareMetal.launch(metal);
    expect(await emulator.over(machines.jobId)).toMatchObject({ status: 'SUCCESS' });
    const { address } = await a.networks.getPublicAddress({ publicAddressId });
    await expectSsh(address);
    const order = { serverIds: launched.serverIds, deletePublicAddresses: true };
    expect(await emulator.over((await a.servers.delete(order)).jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await addressesOf()).toEqual([address]);
    const rest = { serverIds: machines.serverIds };
    expect(await emulator.over((await a.servers.delete(rest)).jobId)).toMatchObject({ status: 'SUCCESS' });
    // The port was made by itself, so it stays with its elastic IP, which leads nowhere now.
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ portId });
    await expect.poll(() => banner(address).catch(() => 'nobody'), { timeout: 30_000 }).toBe('nobody');
    expect(await brokenInvariants(cloud)).toEqual([]);
    await a.networks.deletePort({ portId });
    await a.networks.releasePublicAddress({ publicAddressId });
  }, 300_000);

  test('of a launch that fails is not there afterwards, and one that was there is free', async () => {
    const { a, cloud } = emulator;
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    for (const publicAddress of [{}, { publicAddressId }]) {
      const match = { jobType: 'createSingleServer', step: 'boot' };
      await cloud.faults.add({ match, moment: 'after', effect: { kind: 'fail', code: 'Ecs.0205' }, count: 1 });
      const { jobId } = await a.servers.launch({ name: 'web', imageId: TINY, flavorId: FLAVOR, publicAddress });
      expect(await emulator.over(jobId)).toMatchObject({ status: 'FAIL' });
      expect((await a.networks.listPublicAddresses({})).rows).toMatchObject([{ id: publicAddressId, portId: null }]);
    }
    await a.networks.releasePublicAddress({ publicAddressId });
    expect(await brokenInvariants(cloud)).toEqual([]);
  }, 300_000);
});
