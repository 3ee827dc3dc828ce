/** What only containers can show: processes, networks, ssh, a full disk, how a guest ends. */
import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import type { Hardware, Seed, ServerExit, ServerSpec } from '../emulator/hardware/hardware.ts';
import { docker, expectNothingLeft, shell, testCloudId, testFolder, testImages } from './appliance-bench.ts';
import { placeholder, testServer, testSubnet } from './appliance-fixtures.ts';
import { missing } from './hardware.ts';

const GIB = 2 ** 30;

describe('servers as containers', () => {
  const cloudId = testCloudId();
  let folder: string;
  let hardware: Hardware;
  const exits: ServerExit[] = [];
  let made = 0;

  beforeAll(async () => {
    await testImages();
    folder = await testFolder();
    hardware = await openDockerHardware({ cloudId, folder, engine: docker, poolBytes: 4 * GIB, stateFloor: GIB });
    hardware.onServerExit(exit => exits.push(exit));
    await hardware.prepare();
    await hardware.materialise(placeholder, 'image');
    await hardware.ensureSubnet(testSubnet);
  }, 600_000);
  afterAll(async () => {
    await hardware.dismantle();
    await expectNothingLeft(cloudId, folder);
  });

  const seedOf = (spec: ServerSpec, changes: Partial<Seed> = {}): Seed => ({
    hostname: spec.hostname,
    authorizedKeys: [],
    passwordHash: null,
    userData: null,
    instanceId: spec.id,
    ...changes,
  });

  /** A new server that runs from a copy of the image. */
  const launch = async (changes: Partial<ServerSpec> = {}, seed: Partial<Seed> = {}): Promise<ServerSpec> => {
    const spec = testServer(++made, changes);
    await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
    await hardware.createServer(spec);
    await hardware.startServer(spec, seedOf(spec, seed));
    return spec;
  };
  const remove = async (...specs: ServerSpec[]): Promise<void> => {
    for (const { id, disk } of specs) {
      await hardware.destroyServer(id);
      await hardware.disks.remove(disk);
    }
  };
  const run = (spec: ServerSpec, line: string): Promise<string> => shell(hardware, spec.id, line);
  const exitOf = (id: string) => expect.poll(() => exits.findLast(exit => exit.id === id)?.how, { timeout: 20_000 });

  test('every capability was proved by a trial, but for those that containers cannot have', () => {
    const absent = hardware.capabilities().filter(({ available }) => !available);
    // Block devices depend on the machine's control groups: see hardware-docker-raw-disks.
    expect(absent.map(({ name }) => name).filter(name => name !== 'rawDisks')).toEqual(['diskThroughput', 'securityGroups']);
    for (const { reason } of absent) expect(reason).toBeTruthy();
  });

  test('a disk that asks for a panic at the first damage does not get its way', async () => {
    const spec = testServer(++made);
    await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
    const tune = ['tune2fs', '-e', 'panic', `/pool/disks/${spec.disk}`];
    execFileSync('docker', ['exec', `cloudyard-${cloudId}-helper`, ...tune]);
    await hardware.startServer(spec, seedOf(spec));
    expect(await run(spec, "grep ' / ext4 ' /proc/mounts")).toContain('errors=continue');
    await remove(spec);
  });

  test('a file system of a hostile disk that claims blocks of any size boots no server, and nothing else minds', async () => {
    const spec = testServer(++made);
    await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
    await hardware.disks.write(spec.disk, 1024 + 0x18, Buffer.alloc(4, 0xff));
    await hardware.growDisk(spec.disk, GIB);
    await expect(hardware.startServer(spec, seedOf(spec))).rejects.toMatchObject({ problem: 'failed' });
    await remove(spec);
    await remove(await launch());
  });

  test('a server is small: it may do little, and sees its own disk, name and address only', async () => {
    const spec = await launch({ memoryMiB: 96 });
    expect(await run(spec, 'hostname')).toBe(spec.hostname);
    expect(await run(spec, 'cat /proc/1/comm')).toBe('init');
    expect(await run(spec, 'ls /.go /stub 2>/dev/null | wc -l')).toBe('0');
    const { HostConfig } = await docker.getContainer(`cloudyard-${cloudId}-server-${spec.id}`).inspect();
    expect(HostConfig).toMatchObject({ Privileged: false, Memory: 96 * 2 ** 20, NanoCpus: 1e9, PidsLimit: 1024 });
    // SYS_ADMIN, SYS_PTRACE, SYS_MODULE, NET_ADMIN, MKNOD: bits 21, 19, 16, 12, 27.
    const effective = BigInt(`0x${await run(spec, "sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status")}`);
    for (const bit of [21n, 19n, 16n, 12n, 27n]) expect((effective >> bit) & 1n, `capability ${bit}`).toBe(0n);
    expect(await run(spec, 'mknod /dev/loop9 b 7 9 2>&1 || true')).toContain('not permitted');
    expect(await run(spec, 'mount -t tmpfs x /mnt 2>&1 || true')).toMatch(/denied|not permitted/);
    expect(await run(spec, `grep -c ${spec.hostname} /etc/hosts`)).toBe('1');
    await remove(spec);
  });

  test('a disk that grew is that large on the server, and full at that size', async () => {
    const spec = testServer(++made);
    await hardware.disks.snapshot([{ source: 'image', target: spec.disk }]);
    await hardware.growDisk(spec.disk, 320 * 2 ** 20);
    await hardware.startServer(spec, seedOf(spec));
    const size = Number(await run(spec, "df -k / | tail -n 1 | awk '{print $2}'"));
    expect(size).toBeGreaterThan(280 * 1024);
    expect(size).toBeLessThan(320 * 1024);
    expect(await run(spec, 'dd if=/dev/zero of=/fill bs=64k 2>&1 || true')).toContain('No space left on device');
    await run(spec, 'rm /fill && echo fine > /after && sync');
    await hardware.rebootServer(spec, 'HARD');
    expect(await run(spec, 'cat /after')).toBe('fine');
    await remove(spec);
  });

  test('a guest that gives its folders strange names, or leaves its root, is in nobody’s way', async () => {
    const data = { disk: 'data', device: '/dev/vdb', readOnly: false } as const;
    await hardware.disks.create(data.disk, 64 * 2 ** 20);
    await hardware.formatDisk(data.disk);
    const victim = await launch({ dataDisks: [data] });
    const renamer = await launch();
    for (const code of ['\\014', '\\015', '\\342\\200\\250']) await run(renamer, `mv /e*tc "$(printf '/e${code}tc')"`);
    const leaver = testServer(++made);
    await hardware.disks.snapshot([{ source: 'image', target: leaver.disk }]);
    const kit = '/usr/lib/cloudyard';
    const leave = `#!${kit}/busybox sh\nmkdir /cell\ncp ${kit}/busybox /cell/\nexec ${kit}/busybox chroot /cell /busybox sleep 600\n`;
    await hardware.writeFile({ disk: leaver.disk }, `${kit}/init`, Buffer.from(leave), { mode: 0o755 });
    await hardware.startServer(leaver);
    expect(await hardware.servers()).toContainEqual({ id: victim.id, state: 'RUNNING' });
    const copies = [victim.disk, data.disk].map(source => ({ source, target: `copy-${source}` }));
    await hardware.snapshot(copies);
    await docker.getContainer(`cloudyard-${cloudId}-helper`).kill();
    await hardware.growDisk(data.disk, 128 * 2 ** 20);
    expect(await run(victim, 'df -m /mnt/vdb | tail -n 1')).toMatch(/ 1\d\d /);
    await remove(victim, renamer, leaver);
    for (const disk of [data.disk, ...copies.map(({ target }) => target)]) await hardware.disks.remove(disk);
  });

  test('user data runs once for each instance id, with its output on the console', async () => {
    const userData = Buffer.from('#!/bin/bash\necho "ran for $(hostname)"\necho ran >> /root/runs\n');
    const spec = await launch({ userData }, { userData });
    const runs = () => run(spec, 'cat /root/runs 2>/dev/null | wc -l');
    await expect.poll(runs, { timeout: 10_000 }).toBe('1');
    await expect.poll(async () => `${(await hardware.console(spec.id, 0)).data}`).toContain(`ran for ${spec.hostname}`);
    await hardware.rebootServer(spec, 'SOFT');
    await expect
      .poll(async () => `${(await hardware.console(spec.id, 0)).data}`.split('is up').length, { timeout: 10_000 })
      .toBe(3);
    expect(await runs()).toBe('1');
    await hardware.stopServer(spec.id, 'HARD');
    await hardware.startServer(spec, seedOf(spec, { userData, instanceId: 'another' }));
    await expect.poll(runs, { timeout: 10_000 }).toBe('2');
    await remove(spec);
  });

  test('user data that is no script is left where cloud-init looks for it', async () => {
    const userData = Buffer.from('#cloud-config\nruncmd: [touch /ran]\n');
    const spec = await launch({ userData }, { userData });
    expect(await run(spec, 'cat /var/lib/cloud/seed/nocloud/user-data')).toBe(userData.toString().trim());
    expect(await run(spec, 'ls /ran 2>/dev/null | wc -l')).toBe('0');
    await remove(spec);
  });

  test.skipIf(missing.ssh)('ssh answers on the same port over restarts, to the key that was given only', async () => {
    const key = join(folder, 'key');
    for (const name of [key, `${key}-other`]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', name]);
    const sshPort = await freePort();
    const spec = await launch({ sshPort }, { authorizedKeys: [await readFile(`${key}.pub`, 'utf8')] });
    const fixed = [
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      'LogLevel=ERROR',
      '-o',
      'BatchMode=yes',
    ];
    const ssh = async (identity: string, line: string): Promise<string> => {
      const args = ['-i', identity, '-o', 'IdentitiesOnly=yes', '-p', String(sshPort), ...fixed, 'root@127.0.0.1', line];
      return (await promisify(execFile)('ssh', args, { timeout: 10_000 })).stdout.trim();
    };
    await expect.poll(() => ssh(key, 'hostname').catch(String), { timeout: 20_000, interval: 200 }).toBe(spec.hostname);
    await expect(ssh(`${key}-other`, 'hostname')).rejects.toThrow(/Permission denied/);
    await hardware.rebootServer(spec, 'SOFT');
    await expect.poll(() => ssh(key, 'hostname').catch(String), { timeout: 20_000, interval: 200 }).toBe(spec.hostname);
    await remove(spec);
  });

  test('a port that is taken is said to be', async () => {
    const holder = createServer();
    const sshPort = await new Promise<number>(resolve => {
      holder.listen(0, '127.0.0.1', () => resolve(portOf(holder)));
    });
    await expect(launch({ sshPort })).rejects.toMatchObject({ name: 'HardwareError', problem: 'port-taken' });
    await new Promise(resolve => holder.close(resolve));
    await remove(testServer(made));
  });

  test('tenants may use the same range: addresses are as asked for, neighbours are reached, strangers are not', async () => {
    const theirs = { ...testSubnet, id: 'subnet-2', tenantId: 'stranger' };
    await hardware.ensureSubnet(theirs);
    const [one, two] = [await launch(), await launch()];
    const addressOfTwo = two.nics[0]?.address ?? '';
    const stranger = testServer(++made);
    const [nic] = stranger.nics;
    const there = {
      ...stranger,
      nics: [{ portId: 'p', mac: 'fa:16:3e:00:00:ff', address: addressOfTwo, ...nic, subnetId: theirs.id }],
    };
    await hardware.disks.snapshot([{ source: 'image', target: there.disk }]);
    await hardware.startServer({ ...there, nics: [{ ...there.nics[0], address: '192.168.0.77' }] } as ServerSpec, seedOf(there));

    expect(await run(one, 'ip addr show eth0')).toContain(`inet ${one.nics[0]?.address}/24`);
    expect(await run(one, 'cat /sys/class/net/eth0/address')).toBe(one.nics[0]?.mac);
    const ping = (from: ServerSpec, to: string) => run(from, `ping -c 1 -W 1 ${to} >/dev/null && echo yes || echo no`);
    expect(await ping(one, addressOfTwo)).toBe('yes');
    expect(await ping(one, testSubnet.gateway)).toBe('yes');
    expect(await ping(there, addressOfTwo)).toBe('no');
    expect(await ping(one, '192.168.0.77')).toBe('no');
    await remove(one, two, there);
    await hardware.removeSubnet(theirs.id);
  });

  test('a server on two subnets has an address on each, and is reached on both', async () => {
    const second = { id: 'subnet-3', tenantId: 'tenant', cidr: '10.9.0.0/16', gateway: '10.9.0.1' };
    await hardware.ensureSubnet(second);
    const onSecond = (address: string, mac: string) => ({ portId: `port-${address}`, subnetId: second.id, address, mac });
    const [first] = testServer(made + 1).nics;
    const two = await launch({ nics: [...(first ? [first] : []), onSecond('10.9.77.5', 'fa:16:3e:00:01:05')] });
    const neighbour = await launch({ nics: [onSecond('10.9.200.6', 'fa:16:3e:00:01:06')] });
    // The engine makes and lists them in an order of its own.
    const addresses = await run(two, 'ip -4 addr');
    expect(addresses).toContain(`inet ${first?.address}/24`);
    expect(addresses).toContain('inet 10.9.77.5/16');
    expect(await run(two, "ip link | grep -c 'fa:16:3e'")).toBe('2');
    expect(await run(neighbour, 'ping -c 1 -W 1 10.9.77.5 >/dev/null && echo yes')).toBe('yes');
    await remove(two, neighbour);
    await hardware.removeSubnet(second.id);
  });

  test('the metadata service tells each server about itself, and an address that is used again tells nothing old', async () => {
    const [one, two] = [await launch({ userData: Buffer.from('for one') }), await launch()];
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
    const again = testServer(++made, { nics: one.nics });
    await remove(one);
    await hardware.disks.snapshot([{ source: 'image', target: again.disk }]);
    await hardware.startServer(again, seedOf(again));
    expect(await get(again, '/openstack/latest/user_data')).toContain('404');
    await remove(again, two);
  });

  test('a metadata service that died serves again by itself', async () => {
    const spec = await launch();
    const get = () => run(spec, 'timeout 3 wget -q -O - http://169.254.169.254/latest/meta-data/hostname 2>&1 || true');
    expect(await get()).toBe(spec.hostname);
    await docker.getContainer(`cloudyard-${cloudId}-metadata-${testSubnet.id}`).kill();
    await expect.poll(get, { timeout: 20_000 }).toBe(spec.hostname);
    await remove(spec);
  });

  test('a guest that powers off, reboots or crashes is told apart', async () => {
    const spec = await launch();
    for (const [line, how] of [
      ['reboot', 'reboot'],
      ['reboot -f', 'reboot'],
      ['poweroff', 'off'],
      ['poweroff -f', 'off'],
    ] as const) {
      exits.length = 0;
      await hardware.exec(spec.id, ['sh', '-c', line], { timeoutMs: 10_000 });
      await exitOf(spec.id).toBe(how);
      await hardware.startServer(spec);
    }
    exits.length = 0;
    await docker.getContainer(`cloudyard-${cloudId}-server-${spec.id}`).kill();
    await exitOf(spec.id).toBe('crashed');
    await hardware.startServer(spec);
    exits.length = 0;
    await hardware.stopServer(spec.id, 'SOFT');
    await hardware.startServer(spec);
    await hardware.rebootServer(spec, 'HARD');
    expect(exits).toEqual([]);
    await remove(spec);
  });

  test('a command that runs too long is ended with all that it started, and what it said is kept', async () => {
    const spec = await launch();
    const line = 'echo before; (sleep 311 & sleep 312 & wait)';
    const result = await hardware.exec(spec.id, ['sh', '-c', line], { timeoutMs: 700 });
    expect(result.exitCode).toBeNull();
    expect(result.stdout.toString()).toBe('before\n');
    expect(await run(spec, 'ps | grep -c "[s]leep 31" || true')).toBe('0');
    const flood = await hardware.exec(spec.id, ['sh', '-c', 'head -c 3000000 /dev/zero'], { timeoutMs: 20_000 });
    expect(flood.stdout).toHaveLength(2 ** 20);
    expect(flood.exitCode).toBe(0);
    await remove(spec);
  });

  test.each(['running', 'off'] as const)('a hostile disk leads nowhere but to itself (%s)', async state => {
    const spec = await launch();
    const ours = await readFile('/etc/passwd', 'utf8');
    await run(spec, 'mkdir /trap && cd /trap && ln -s /etc/shadow up && ln -s /proc/1/root/etc/passwd magic && ln -s loop loop');
    await run(
      spec,
      'cd /trap && mkfifo fifo && ln -s ../../../../../../etc/passwd dots && ln -s /proc/self/environ environ && sync',
    );
    if (state === 'off') await hardware.stopServer(spec.id, 'SOFT');
    const at = state === 'running' ? { disk: spec.disk, server: spec.id } : { disk: spec.disk };
    expect((await hardware.readFile(at, '/trap/up')).toString()).toMatch(/^root:/);
    expect((await hardware.readFile(at, '/trap/up')).toString()).not.toBe(await readFile('/etc/shadow', 'utf8').catch(() => ''));
    expect((await hardware.readFile(at, '/trap/dots')).toString()).not.toBe(ours);
    await expect(hardware.readFile(at, '/trap/loop')).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.readFile(at, '/trap/fifo')).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.writeFile(at, '/trap/fifo', Buffer.from('x'))).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.readFile(at, '/trap/magic')).rejects.toMatchObject({ name: 'HardwareError' });
    await hardware.writeFile(at, '/trap/dots', Buffer.from('root:x:0:0::/root:/bin/sh\n'));
    expect(await readFile('/etc/passwd', 'utf8')).toBe(ours);
    await remove(spec);
  });

  test('what is mounted on a running server is not on its disk, whatever leads there', async () => {
    const spec = await launch();
    const at = { disk: spec.disk, server: spec.id };
    await run(
      spec,
      'mkdir /traps && cd /traps && ln -s /proc proc && ln -s ../sys sys && ln -s /dev/null null && ln -s /proc/1 one',
    );
    const badPath = { name: 'HardwareError', problem: 'bad-path' };
    for (const path of [
      '/proc/version',
      '/proc/../proc/version',
      '/traps/proc/sysrq-trigger',
      '/traps/sys/kernel/notes',
      '/traps/null',
    ])
      await expect(hardware.readFile(at, path), path).rejects.toMatchObject(badPath);
    for (const path of ['/proc/sys/kernel/core_pattern', '/traps/proc/sysrq-trigger', '/traps/null', '/dev/shm/new', '/sys/new'])
      await expect(hardware.writeFile(at, path, Buffer.from('x')), path).rejects.toMatchObject(badPath);
    for (const path of ['/proc', '/dev', '/traps/sys', '/traps/one/root'])
      await expect(hardware.listFiles(at, path), path).rejects.toMatchObject(badPath);

    // The engine's own files in /etc are read; what a guest puts in their place is not followed.
    expect((await hardware.readFile(at, '/etc/hosts')).toString()).toContain(spec.hostname);
    await run(spec, 'mv /etc /etc.real && mkdir /etc && ln -s /proc/1/environ /etc/hosts && ln -s /proc/version /etc/hostname');
    for (const path of ['/etc/hosts', '/etc/hostname'])
      await expect(hardware.readFile(at, path), path).rejects.toMatchObject({ name: 'HardwareError' });
    await remove(spec);
  });

  test('another size keeps what the console said', async () => {
    const spec = await launch();
    const says = (text: string) =>
      expect.poll(async () => `${(await hardware.console(spec.id, 0)).data}`, { timeout: 10_000 }).toContain(text);
    await says(`${spec.hostname} is up`);
    await hardware.stopServer(spec.id, 'SOFT');
    const before = await hardware.console(spec.id, 0);
    await hardware.reconfigureServer({ ...spec, hostname: 'larger', memoryMiB: 160 });
    const after = await hardware.console(spec.id, 0);
    expect(after.data.toString()).toBe(before.data.toString());
    await hardware.startServer({ ...spec, hostname: 'larger', memoryMiB: 160 });
    await says('larger is up');
    expect((await hardware.console(spec.id, before.next)).data.toString()).not.toContain(`${spec.hostname} is up`);
    const { HostConfig } = await docker.getContainer(`cloudyard-${cloudId}-server-${spec.id}`).inspect();
    expect(HostConfig.Memory).toBe(160 * 2 ** 20);
    await remove(spec);
  });

  test('a disk without an init is refused in words', async () => {
    const spec = testServer(++made);
    await hardware.disks.create(spec.disk, 2 ** 20);
    await expect(hardware.startServer(spec)).rejects.toMatchObject({ name: 'HardwareError' });
    expect(await hardware.servers()).toContainEqual({ id: spec.id, state: 'STOPPED' });
    await remove(spec);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>(resolve => {
    probe.listen(0, '127.0.0.1', () => resolve(portOf(probe)));
  });
  await new Promise(resolve => probe.close(resolve));
  return port;
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a port');
  return address.port;
}
