/** Servers as containers: what they have and may, what they run at their start, and how they end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware, ServerExit } from '../emulator/hardware/hardware.ts';
import { seedOf } from './appliance-fixtures.ts';
import { MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

describe('servers as containers', () => {
  const bench = new DockerHardwareBench();
  const { container, newServer, launch, remove, run, kibOf, consoleOf } = bench;
  const exits: ServerExit[] = [];
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
    hardware.onServerExit(exit => exits.push(exit));
  }, 600_000);
  afterAll(bench.dismantle);

  const exitOf = (id: string) => expect.poll(() => exits.findLast(exit => exit.id === id)?.how, { timeout: 20_000 });

  test('every capability was proved by a trial, but for those that containers cannot have', () => {
    const absent = hardware.capabilities().filter(({ available }) => !available);
    // Block devices depend on the machine's control groups: see hardware-docker-raw-disks.
    expect(absent.map(({ name }) => name).filter(name => name !== 'rawDisks')).toEqual(['diskThroughput', 'securityGroups']);
    for (const { reason } of absent) expect(reason).toBeTruthy();
  });

  test('a server is small: it may do little, and sees its own disk, name and address only', async () => {
    const spec = await launch({ memoryMiB: 96 });
    expect(await run(spec, 'hostname')).toBe(spec.hostname);
    expect(await run(spec, 'cat /proc/1/comm')).toBe('init');
    expect(await run(spec, 'ls /.go /stub 2>/dev/null | wc -l')).toBe('0');
    const { HostConfig } = await container('server', spec.id).inspect();
    expect(HostConfig).toMatchObject({ Privileged: false, Memory: 96 * MIB, NanoCpus: 1e9, PidsLimit: 1024 });
    // SYS_ADMIN, SYS_PTRACE, SYS_MODULE, NET_ADMIN, MKNOD: bits 21, 19, 16, 12, 27.
    const effective = BigInt(`0x${await run(spec, "sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status")}`);
    for (const bit of [21n, 19n, 16n, 12n, 27n]) expect((effective >> bit) & 1n, `capability ${bit}`).toBe(0n);
    expect(await run(spec, 'mknod /dev/loop9 b 7 9 2>&1 || true')).toContain('not permitted');
    expect(await run(spec, 'mount -t tmpfs x /mnt 2>&1 || true')).toMatch(/denied|not permitted/);
    expect(await run(spec, `grep -c ${spec.hostname} /etc/hosts`)).toBe('1');
    await remove(spec);
  });

  test('a disk that grew is that large on the server, and full at that size', async () => {
    const spec = await newServer();
    await hardware.growDisk(spec.disk, 320 * MIB);
    await hardware.startServer(spec, seedOf(spec));
    const size = await kibOf(spec, '/');
    expect(size).toBeGreaterThan(280 * 1024);
    expect(size).toBeLessThan(320 * 1024);
    expect(await run(spec, 'dd if=/dev/zero of=/fill bs=64k 2>&1 || true')).toContain('No space left on device');
    await run(spec, 'rm /fill && echo fine > /after && sync');
    await hardware.rebootServer(spec, 'HARD');
    expect(await run(spec, 'cat /after')).toBe('fine');
    await remove(spec);
  });

  test('user data runs once for each instance id, with its output on the console', async () => {
    const userData = Buffer.from('#!/bin/bash\necho "ran for $(hostname)"\necho ran >> /root/runs\n');
    const spec = await launch({ userData }, { userData });
    const runs = () => run(spec, 'cat /root/runs 2>/dev/null | wc -l');
    await expect.poll(runs, { timeout: 10_000 }).toBe('1');
    await expect.poll(() => consoleOf(spec)).toContain(`ran for ${spec.hostname}`);
    await hardware.rebootServer(spec, 'SOFT');
    await expect.poll(async () => (await consoleOf(spec)).split('is up').length, { timeout: 10_000 }).toBe(3);
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
    await container('server', spec.id).kill();
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
    expect(flood.stdout).toHaveLength(MIB);
    expect(flood.exitCode).toBe(0);
    await remove(spec);
  });

  test('another size keeps what the console said', async () => {
    const spec = await launch();
    const says = (text: string) => expect.poll(() => consoleOf(spec), { timeout: 10_000 }).toContain(text);
    await says(`${spec.hostname} is up`);
    await hardware.stopServer(spec.id, 'SOFT');
    const before = await hardware.console(spec.id, 0);
    await hardware.reconfigureServer({ ...spec, hostname: 'larger', memoryMiB: 160 });
    const after = await hardware.console(spec.id, 0);
    expect(after.data.toString()).toBe(before.data.toString());
    await hardware.startServer({ ...spec, hostname: 'larger', memoryMiB: 160 });
    await says('larger is up');
    expect((await hardware.console(spec.id, before.next)).data.toString()).not.toContain(`${spec.hostname} is up`);
    const { HostConfig } = await container('server', spec.id).inspect();
    expect(HostConfig.Memory).toBe(160 * MIB);
    await remove(spec);
  });
});
