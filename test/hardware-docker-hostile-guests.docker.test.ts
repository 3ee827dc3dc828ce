/** What a guest may do to its disks, its files and its folders: it harms itself alone, and nobody who looks into it. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware } from '../emulator/hardware/hardware.ts';
import { at, seedOf, testServer } from './appliance-fixtures.ts';
import { GIB, MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

describe('hostile guests', () => {
  const bench = new DockerHardwareBench();
  const { container, newServer, launch, remove, blankDisk, formattedDisk, run, inHelper } = bench;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
  }, 600_000);
  afterAll(bench.dismantle);

  test('a disk that asks for a panic at the first damage does not get its way', async () => {
    const spec = await newServer();
    await inHelper('tune2fs', '-e', 'panic', `/pool/disks/${spec.disk}`);
    await hardware.startServer(spec, seedOf(spec));
    expect(await run(spec, "grep ' / ext4 ' /proc/mounts")).toContain('errors=continue');
    await remove(spec);
  });

  test('a file system of a hostile disk that claims blocks of any size boots no server, and nothing else minds', async () => {
    const spec = await newServer();
    await hardware.disks.write(spec.disk, 1024 + 0x18, Buffer.alloc(4, 0xff));
    await hardware.growDisk(spec.disk, GIB);
    await expect(hardware.startServer(spec, seedOf(spec))).rejects.toMatchObject({ problem: 'failed' });
    await remove(spec);
    await remove(await launch());
  });

  test('a disk without an init is refused in words', async () => {
    const spec = testServer(200, { disk: await blankDisk(MIB) });
    await expect(hardware.startServer(spec)).rejects.toMatchObject({ name: 'HardwareError' });
    expect(await hardware.servers()).toContainEqual({ id: spec.id, state: 'STOPPED' });
    await remove(spec);
  });

  test('a guest that gives its folders strange names, or leaves its root, is in nobody’s way', async () => {
    const data = at(await formattedDisk());
    const victim = await launch({ dataDisks: [data] });
    const renamer = await launch();
    for (const code of ['\\014', '\\015', '\\342\\200\\250']) await run(renamer, `mv /e*tc "$(printf '/e${code}tc')"`);
    const leaver = await newServer();
    const kit = '/usr/lib/cloudyard';
    const leave = `#!${kit}/busybox sh\nmkdir /cell\ncp ${kit}/busybox /cell/\nexec ${kit}/busybox chroot /cell /busybox sleep 600\n`;
    await hardware.writeFile({ disk: leaver.disk }, `${kit}/init`, Buffer.from(leave), { mode: 0o755 });
    await hardware.startServer(leaver);
    expect(await hardware.servers()).toContainEqual({ id: victim.id, state: 'RUNNING' });
    const copies = [victim.disk, data.disk].map(source => ({ source, target: `copy-${source}` }));
    await hardware.snapshot(copies);
    await container('helper').kill();
    await hardware.growDisk(data.disk, 128 * MIB);
    expect(await run(victim, 'df -m /mnt/vdb | tail -n 1')).toMatch(/ 1\d\d /);
    await remove(victim, renamer, leaver);
    for (const disk of [data.disk, ...copies.map(({ target }) => target)]) await hardware.disks.remove(disk);
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
    const target = state === 'running' ? { disk: spec.disk, server: spec.id } : { disk: spec.disk };
    expect((await hardware.readFile(target, '/trap/up')).toString()).toMatch(/^root:/);
    expect((await hardware.readFile(target, '/trap/up')).toString()).not.toBe(
      await readFile('/etc/shadow', 'utf8').catch(() => ''),
    );
    expect((await hardware.readFile(target, '/trap/dots')).toString()).not.toBe(ours);
    await expect(hardware.readFile(target, '/trap/loop')).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.readFile(target, '/trap/fifo')).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.writeFile(target, '/trap/fifo', Buffer.from('x'))).rejects.toMatchObject({ problem: 'bad-path' });
    await expect(hardware.readFile(target, '/trap/magic')).rejects.toMatchObject({ name: 'HardwareError' });
    await hardware.writeFile(target, '/trap/dots', Buffer.from('root:x:0:0::/root:/bin/sh\n'));
    expect(await readFile('/etc/passwd', 'utf8')).toBe(ours);
    await remove(spec);
  });

  test('what is mounted on a running server is not on its disk, whatever leads there', async () => {
    const spec = await launch();
    const target = { disk: spec.disk, server: spec.id };
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
      await expect(hardware.readFile(target, path), path).rejects.toMatchObject(badPath);
    for (const path of ['/proc/sys/kernel/core_pattern', '/traps/proc/sysrq-trigger', '/traps/null', '/dev/shm/new', '/sys/new'])
      await expect(hardware.writeFile(target, path, Buffer.from('x')), path).rejects.toMatchObject(badPath);
    for (const path of ['/proc', '/dev', '/traps/sys', '/traps/one/root'])
      await expect(hardware.listFiles(target, path), path).rejects.toMatchObject(badPath);

    // The engine's own files in /etc are read; what a guest puts in their place is not followed.
    expect((await hardware.readFile(target, '/etc/hosts')).toString()).toContain(spec.hostname);
    await run(spec, 'mv /etc /etc.real && mkdir /etc && ln -s /proc/1/environ /etc/hosts && ln -s /proc/version /etc/hostname');
    for (const path of ['/etc/hosts', '/etc/hostname'])
      await expect(hardware.readFile(target, path), path).rejects.toMatchObject({ name: 'HardwareError' });
    await remove(spec);
  });
});
