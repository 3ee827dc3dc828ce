/** Whom servers reach: neighbours and no strangers, the metadata service, over interfaces that come and go while they run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware, NicSpec, ServerSpec } from '../emulator/hardware/hardware.ts';
import { seedOf, testServer, testSubnet } from './appliance-fixtures.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

const SECOND = { id: 'subnet-2', tenantId: 'tenant', cidr: '10.9.0.0/16', gateway: '10.9.0.1' };

describe('networks of running servers', () => {
  const bench = new DockerHardwareBench();
  const { container, newServer, launch, remove, run } = bench;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
    await hardware.ensureSubnet(SECOND);
  }, 600_000);
  afterAll(bench.dismantle);

  const nicOn = (subnetId: string, address: string): NicSpec => ({
    portId: `port-${address}`,
    subnetId,
    address,
    mac: `fa:16:3e:01:00:${address.split('.')[3]?.padStart(2, '0')}`,
  });
  const further = (spec: ServerSpec, subnetId: string, address: string): { nic: NicSpec; spec: ServerSpec } => {
    const nic = nicOn(subnetId, address);
    return { nic, spec: { ...spec, nics: [...spec.nics, nic] } };
  };
  const addresses = (spec: ServerSpec) =>
    run(spec, "ip -4 addr | awk '/inet /{print $2}' | grep -v '^127\\|^198\\.18\\|^198\\.19' | sort");
  const containerOf = async ({ id }: ServerSpec) => (await container('server', id).inspect()).Id;

  test('tenants may use the same range: addresses are as asked for, neighbours are reached, strangers are not', async () => {
    const theirs = { ...testSubnet, id: 'subnet-of-stranger', tenantId: 'stranger' };
    await hardware.ensureSubnet(theirs);
    const [one, two] = await Promise.all([launch(), launch()]);
    const addressOfTwo = two.nics[0]?.address ?? '';
    const away = await newServer();
    const stranger = { ...away, nics: away.nics.map(nic => ({ ...nic, subnetId: theirs.id, address: '192.168.0.77' })) };
    await hardware.startServer(stranger, seedOf(stranger));

    expect(await run(one, 'ip addr show eth0')).toContain(`inet ${one.nics[0]?.address}/24`);
    expect(await run(one, 'cat /sys/class/net/eth0/address')).toBe(one.nics[0]?.mac);
    const ping = (from: ServerSpec, to: string) => run(from, `ping -c 1 -W 1 ${to} >/dev/null && echo yes || echo no`);
    expect(await ping(one, addressOfTwo)).toBe('yes');
    expect(await ping(one, testSubnet.gateway)).toBe('yes');
    expect(await ping(stranger, addressOfTwo)).toBe('no');
    expect(await ping(one, '192.168.0.77')).toBe('no');
    await remove(one, two, stranger);
    await hardware.removeSubnet(theirs.id);
  });

  test('a server on two subnets has an address on each, and is reached on both', async () => {
    const [first] = testServer(100).nics;
    const two = await launch({ nics: [...testServer(100).nics, nicOn(SECOND.id, '10.9.77.5')] });
    const neighbour = await launch({ nics: [nicOn(SECOND.id, '10.9.200.6')] });
    // The engine makes and lists them in an order of its own.
    const shown = await run(two, 'ip -4 addr');
    expect(shown).toContain(`inet ${first?.address}/24`);
    expect(shown).toContain('inet 10.9.77.5/16');
    expect(await run(two, "ip link | grep -c 'fa:16:3e'")).toBe('2');
    expect(await run(neighbour, 'ping -c 1 -W 1 10.9.77.5 >/dev/null && echo yes')).toBe('yes');
    await remove(two, neighbour);
  });

  test('the metadata service tells each server about itself, and an address that is used again tells nothing old', async () => {
    const [one, two] = await Promise.all([launch({ userData: Buffer.from('for one') }), launch()]);
    const get = (spec: ServerSpec, path: string) =>
      run(spec, `timeout 5 wget -q -O - http://169.254.169.254${path} 2>&1 || echo none`);
    expect(JSON.parse(await get(one, '/openstack/latest/meta_data.json'))).toEqual(one.metadata);
    expect(JSON.parse(await get(two, '/openstack/latest/meta_data.json'))).toEqual(two.metadata);
    expect(await get(one, '/openstack/latest/user_data')).toBe('for one');
    expect(await get(two, '/openstack/latest/user_data')).toContain('404');
    expect(await get(one, '/latest/meta-data/local-ipv4')).toBe(one.nics[0]?.address);
    expect(await get(one, '/latest/meta-data/')).toContain('placement/');
    for (const path of [
      '/../../../etc/passwd',
      '/..%2f..%2fetc/passwd',
      `/../${two.nics[0]?.address}/latest/meta-data/hostname`,
    ]) {
      expect(await get(one, path), path).toContain('404');
    }
    await remove(one);
    const again = await launch({ nics: one.nics });
    expect(await get(again, '/openstack/latest/user_data')).toContain('404');
    await remove(again, two);
  });

  test('a metadata service that died serves again by itself', async () => {
    const spec = await launch();
    const get = () => run(spec, 'timeout 3 wget -q -O - http://169.254.169.254/latest/meta-data/hostname 2>&1 || true');
    expect(await get()).toBe(spec.hostname);
    await container('metadata', testSubnet.id).kill();
    await expect.poll(get, { timeout: 20_000 }).toBe(spec.hostname);
    await remove(spec);
  });

  test('an interface comes and goes while the server runs, and is there after its next start, in the same container', async () => {
    const [spec, neighbour] = await Promise.all([launch(), launch()]);
    const before = await containerOf(spec);
    const [first] = spec.nics;
    const { nic, spec: wider } = further(spec, SECOND.id, '10.9.0.5');
    await hardware.attachNic(wider, nic);
    await hardware.attachNic(wider, nic);
    expect(await addresses(wider)).toBe(`10.9.0.5/16\n${first?.address}/24`);
    expect(await run(wider, 'cat /sys/class/net/*/address')).toContain(nic.mac);
    const { nic: theirs, spec: widerNeighbour } = further(neighbour, SECOND.id, '10.9.0.6');
    await hardware.attachNic(widerNeighbour, theirs);
    expect(await run(widerNeighbour, 'ping -c 1 -W 2 10.9.0.5 > /dev/null && echo yes')).toBe('yes');

    await hardware.rebootServer(wider, 'HARD');
    expect(await addresses(wider)).toBe(`10.9.0.5/16\n${first?.address}/24`);
    await hardware.detachNic(spec, nic);
    await hardware.detachNic(spec, nic);
    expect(await addresses(spec)).toBe(`${first?.address}/24`);
    await hardware.rebootServer(spec, 'HARD');
    expect(await addresses(spec)).toBe(`${first?.address}/24`);
    expect(await containerOf(spec)).toBe(before);
    await remove(spec, neighbour);
  });

  test('for a server that is off too; and two ports on one subnet share an interface', async () => {
    const spec = await launch();
    await hardware.stopServer(spec.id, 'HARD');
    const { nic, spec: wider } = further(spec, SECOND.id, '10.9.0.7');
    await hardware.attachNic(wider, nic);
    const { nic: beside, spec: widest } = further(wider, testSubnet.id, '192.168.0.77');
    await hardware.attachNic(widest, beside);
    await hardware.startServer(widest);
    const first = `${spec.nics[0]?.address}/24`;
    expect((await addresses(spec)).split('\n').sort()).toEqual(['10.9.0.7/16', '192.168.0.77/24', first].sort());
    await hardware.detachNic(wider, beside);
    expect((await addresses(spec)).split('\n').sort()).toEqual(['10.9.0.7/16', first].sort());
    await hardware.stopServer(spec.id, 'HARD');
    await hardware.detachNic(spec, nic);
    await hardware.startServer(spec);
    expect(await addresses(spec)).toBe(first);
    await remove(spec);
  });

  test('what metadata knows of an interface goes with its server', async () => {
    const spec = await launch();
    const { nic, spec: wider } = further(spec, SECOND.id, '10.9.0.8');
    await hardware.attachNic(wider, nic);
    const served = async () => {
      const exec = await container('metadata', SECOND.id).exec({ Cmd: ['test', '-e', '/srv/10.9.0.8'], AttachStdout: true });
      for await (const _ of await exec.start({}));
      return (await exec.inspect()).ExitCode === 0;
    };
    expect(await served()).toBe(true);
    await remove(wider);
    expect(await served()).toBe(false);
  });
});
