/** Interfaces and public addresses that come and go while servers run. */
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import { LABEL } from '../emulator/hardware/docker/labels.ts';
import type { AddressBinding, Hardware, NicSpec, ServerSpec } from '../emulator/hardware/hardware.ts';
import { docker, expectNothingLeft, shell, testCloudId, testFolder, testImages } from './appliance-bench.ts';
import { placeholder, testServer, testSubnet } from './appliance-fixtures.ts';

const GIB = 2 ** 30;
const SECOND = { id: 'subnet-2', tenantId: 'tenant', cidr: '10.9.0.0/16', gateway: '10.9.0.1' };

describe('networks of running servers', () => {
  const cloudId = testCloudId();
  // Another test run on this machine may bind addresses too.
  const eip = (last: number) => `127.91.${Number.parseInt(cloudId.slice(-2), 16)}.${last}`;
  let folder: string;
  let hardware: Hardware;
  let made = 0;
  const open = async () => {
    hardware = await openDockerHardware({ cloudId, folder, engine: docker, poolBytes: 4 * GIB, stateFloor: GIB });
    await hardware.prepare();
  };

  beforeAll(async () => {
    await testImages();
    folder = await testFolder();
    await open();
    await hardware.materialise(placeholder, 'image');
    await hardware.ensureSubnet(testSubnet);
    await hardware.ensureSubnet(SECOND);
  }, 600_000);
  afterAll(async () => {
    await hardware.dismantle();
    await expectNothingLeft(cloudId, folder);
  });

  const launch = async (): Promise<ServerSpec> => {
    const spec = testServer(++made);
    await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
    await hardware.startServer(spec);
    return spec;
  };
  const further = (spec: ServerSpec, subnetId: string, address: string): { nic: NicSpec; spec: ServerSpec } => {
    const nic = {
      portId: `port-${address}`,
      subnetId,
      address,
      mac: `fa:16:3e:01:00:${address.split('.')[3]?.padStart(2, '0')}`,
    };
    return { nic, spec: { ...spec, nics: [...spec.nics, nic] } };
  };
  const run = (spec: ServerSpec, line: string): Promise<string> => shell(hardware, spec.id, line);
  const addresses = (spec: ServerSpec) =>
    run(spec, "ip -4 addr | awk '/inet /{print $2}' | grep -v '^127\\|^198\\.18\\|^198\\.19' | sort");
  const containerOf = async ({ id }: ServerSpec) => (await docker.getContainer(`cloudyard-${cloudId}-server-${id}`).inspect()).Id;
  const destroy = async (...specs: ServerSpec[]) => {
    for (const { id } of specs) await hardware.destroyServer(id);
  };

  test('an interface comes and goes while the server runs, and is there after its next start, in the same container', async () => {
    const [spec, neighbour] = [await launch(), await launch()];
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
    await destroy(spec, neighbour);
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
    await destroy(spec);
  });

  test('what metadata knows of an interface goes with its server', async () => {
    const spec = await launch();
    const { nic, spec: wider } = further(spec, SECOND.id, '10.9.0.8');
    await hardware.attachNic(wider, nic);
    const served = async () => {
      const exec = await docker
        .getContainer(`cloudyard-${cloudId}-metadata-${SECOND.id}`)
        .exec({ Cmd: ['test', '-e', '/srv/10.9.0.8'], AttachStdout: true });
      for await (const _ of await exec.start({}));
      return (await exec.inspect()).ExitCode === 0;
    };
    expect(await served()).toBe(true);
    await destroy(wider);
    expect(await served()).toBe(false);
  });

  const has = (name: string) => hardware.capabilities().find(capability => capability.name === name);
  /** What ssh says first, through a loopback address. */
  const greeting = (address: string): Promise<string> =>
    new Promise(resolve => {
      const socket = net.connect({ host: address, port: 22, timeout: 3_000 });
      const end = (text: string) => {
        socket.destroy();
        resolve(text);
      };
      socket.once('data', data => end(`${data}`.slice(0, 4))).once('error', error => end(error.message));
      socket.once('timeout', () => end('silence')).once('close', () => end('closed'));
    });

  const binding = (spec: ServerSpec, id: string, last: number): AddressBinding => ({
    id,
    address: eip(last),
    tenantId: 'tenant',
    subnetId: testSubnet.id,
    target: spec.nics[0]?.address ?? '',
  });

  test('a public address leads to its server, from binding to release, over restarts of both', async () => {
    const spec = await launch();
    if (!has('publicAddresses')?.available) {
      expect(has('publicAddresses')?.reason).toMatch(/port 22/);
      await destroy(spec);
      return;
    }
    const before = await containerOf(spec);
    await hardware.bindAddress(binding(spec, 'eip-1', 1));
    await hardware.bindAddress(binding(spec, 'eip-1', 1));
    await hardware.bindAddress(binding(spec, 'eip-2', 2));
    const answers = (last: number) => expect.poll(() => greeting(eip(last)), { timeout: 20_000 });
    await answers(1).toBe('SSH-');
    await answers(2).toBe('SSH-');

    await hardware.rebootServer(spec, 'HARD');
    await answers(1).toBe('SSH-');
    await docker.getContainer(`cloudyard-${cloudId}-address-eip-1`).kill();
    await answers(1).toBe('SSH-');
    expect(await containerOf(spec)).toBe(before);

    const other = await launch();
    await hardware.bindAddress(binding(other, 'eip-1', 1));
    await hardware.stopServer(spec.id, 'HARD');
    await answers(1).toBe('SSH-');
    await hardware.startServer(spec);

    await hardware.close({ keepRunning: true });
    await answers(2).toBe('SSH-');
    await open();
    await answers(2).toBe('SSH-');
    await hardware.close();
    expect(await greeting(eip(2))).not.toBe('SSH-');
    await open();
    await hardware.startServer(spec);
    await answers(2).toBe('SSH-');

    await expect(hardware.bindAddress(binding(spec, 'eip-3', 2))).rejects.toMatchObject({ problem: 'port-taken' });
    await expect(hardware.bindAddress({ ...binding(spec, 'eip-3', 2), address: '10.0.0.1' })).rejects.toMatchObject({
      problem: 'unsupported',
    });
    await hardware.releaseAddress('eip-2');
    await hardware.releaseAddress('eip-2');
    expect(await greeting(eip(2))).not.toBe('SSH-');

    const known = {
      server: new Set([spec.id, other.id]),
      subnet: new Set([testSubnet.id, SECOND.id]),
      address: new Set<string>(),
    };
    const disks = new Set(await hardware.disks.list());
    expect(await hardware.sweep(async kind => (kind === 'disk' ? disks : known[kind]))).toEqual(['address eip-1']);
    await destroy(spec, other);
  });

  test('a public address leads to its server as soon as it is bound', async () => {
    const spec = await launch();
    if (has('publicAddresses')?.available) {
      await expect.poll(() => run(spec, "netstat -ltn | grep -c ':22 '"), { timeout: 20_000 }).not.toBe('0');
      for (let time = 0; time < 5; time++) {
        await hardware.bindAddress(binding(spec, 'eip-4', 4));
        expect(await greeting(eip(4))).toBe('SSH-');
        await hardware.releaseAddress('eip-4');
      }
      await hardware.bindAddress(binding(spec, 'eip-4', 4));
      await hardware.close({ keepRunning: true });
      await open();
      expect(await greeting(eip(4))).toBe('SSH-');
      await hardware.close();
      await open();
      await hardware.startServer(spec);
      await expect.poll(() => greeting(eip(4)), { timeout: 20_000 }).toBe('SSH-');
      await hardware.releaseAddress('eip-4');
    }
    await destroy(spec);
  });

  test.each([
    ['ends', ['sh', '-c', 'echo "no port to be had" >&2; exit 1'], 'no port to be had'],
    ['does not listen', ['sleep', '600'], 'nothing listens on [22'],
  ])(
    'a public address whose container %s is not bound, with the reason, and can be bound later',
    async (_, Cmd, reason) => {
      const spec = await launch();
      if (has('publicAddresses')?.available) {
        const create = docker.createContainer.bind(docker);
        const spy = vi.spyOn(docker, 'createContainer').mockImplementation(options => create({ ...options, Cmd }));
        try {
          const refused = { problem: 'failed', message: expect.stringContaining(reason) };
          await expect(hardware.bindAddress(binding(spec, 'eip-5', 5))).rejects.toMatchObject(refused);
        } finally {
          spy.mockRestore();
        }
        const label = [`${LABEL.cloud}=${cloudId}`, `${LABEL.id}=eip-5`];
        expect(await docker.listContainers({ all: true, filters: { label } })).toEqual([]);
        await hardware.bindAddress(binding(spec, 'eip-5', 5));
        await expect.poll(() => greeting(eip(5)), { timeout: 20_000 }).toBe('SSH-');
        await hardware.releaseAddress('eip-5');
      }
      await destroy(spec);
    },
    90_000,
  );
});
