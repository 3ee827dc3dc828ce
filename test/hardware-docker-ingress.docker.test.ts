/** How servers are reached from this machine: by ssh on a port of theirs, and by public addresses. */
import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LABEL } from '../emulator/hardware/docker/labels.ts';
import type { AddressBinding, Hardware, ServerSpec } from '../emulator/hardware/hardware.ts';
import { docker } from './appliance-bench.ts';
import { seedOf, testSubnet } from './appliance-fixtures.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';
import { missing } from './hardware.ts';

describe('the ways to running servers', () => {
  const bench = new DockerHardwareBench();
  const { cloudId, folder, container, newServer, launch, remove, run } = bench;
  // Another test run on this machine may bind addresses too.
  const eip = (last: number) => `127.91.${Number.parseInt(cloudId.slice(-2), 16)}.${last}`;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
  }, 600_000);
  afterAll(bench.dismantle);

  const reopen = async (): Promise<void> => {
    hardware = await bench.open();
    await hardware.prepare();
  };
  const containerOf = async ({ id }: ServerSpec) => (await container('server', id).inspect()).Id;

  test.skipIf(missing.ssh)('ssh answers on the same port over restarts, to the key that was given only', async () => {
    const key = join(folder, 'key');
    for (const name of [key, `${key}-other`]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', name]);
    const sshPort = await freePort();
    const spec = await launch({ sshPort }, { authorizedKeys: [await readFile(`${key}.pub`, 'utf8')] });
    const options = [
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'LogLevel=ERROR',
      'BatchMode=yes',
      'IdentitiesOnly=yes',
    ];
    const ssh = async (identity: string, line: string): Promise<string> => {
      const args = ['-i', identity, '-p', String(sshPort), ...options.flatMap(option => ['-o', option]), 'root@127.0.0.1', line];
      return (await promisify(execFile)('ssh', args, { timeout: 10_000 })).stdout.trim();
    };
    await expect.poll(() => ssh(key, 'hostname').catch(String), { timeout: 20_000, interval: 200 }).toBe(spec.hostname);
    await expect(ssh(`${key}-other`, 'hostname')).rejects.toThrow(/Permission denied/);
    await hardware.rebootServer(spec, 'SOFT');
    await expect.poll(() => ssh(key, 'hostname').catch(String), { timeout: 20_000, interval: 200 }).toBe(spec.hostname);
    await remove(spec);
  });

  test('a port that is taken is said to be', async () => {
    const holder = net.createServer();
    const spec = await newServer({ sshPort: await listeningPort(holder) });
    await expect(hardware.startServer(spec, seedOf(spec))).rejects.toMatchObject({
      name: 'HardwareError',
      problem: 'port-taken',
    });
    await new Promise(resolve => holder.close(resolve));
    await remove(spec);
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
      await remove(spec);
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
    await container('address', 'eip-1').kill();
    await answers(1).toBe('SSH-');
    expect(await containerOf(spec)).toBe(before);

    const other = await launch();
    await hardware.bindAddress(binding(other, 'eip-1', 1));
    await hardware.stopServer(spec.id, 'HARD');
    await answers(1).toBe('SSH-');
    await hardware.startServer(spec);

    await hardware.close({ keepRunning: true });
    await answers(2).toBe('SSH-');
    await reopen();
    await answers(2).toBe('SSH-');
    await hardware.close();
    expect(await greeting(eip(2))).not.toBe('SSH-');
    await reopen();
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
      subnet: new Set([testSubnet.id]),
      address: new Set<string>(),
    };
    const disks = new Set(await hardware.disks.list());
    expect(await hardware.sweep(async kind => (kind === 'disk' ? disks : known[kind]))).toEqual(['address eip-1']);
    await remove(spec, other);
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
      await reopen();
      expect(await greeting(eip(4))).toBe('SSH-');
      await hardware.close();
      await reopen();
      await hardware.startServer(spec);
      await expect.poll(() => greeting(eip(4)), { timeout: 20_000 }).toBe('SSH-');
      await hardware.releaseAddress('eip-4');
    }
    await remove(spec);
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
      await remove(spec);
    },
    90_000,
  );
});

async function freePort(): Promise<number> {
  const probe = net.createServer();
  const port = await listeningPort(probe);
  await new Promise(resolve => probe.close(resolve));
  return port;
}

async function listeningPort(server: net.Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a port');
  return address.port;
}
