/** Whole disks, and the files of two disks compared, on real file systems. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware } from '../emulator/hardware/hardware.ts';
import { at, placeholder } from './appliance-fixtures.ts';
import { GIB, MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

describe('files and whole disks', () => {
  const bench = new DockerHardwareBench();
  const { newServer, launch, remove, run, kibOf } = bench;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
    await hardware.materialise({ ...placeholder, partitioned: true }, 'whole');
  }, 600_000);
  afterAll(bench.dismantle);

  test('a whole disk has a partition table, and boots, grows, is copied, read and written as any other', async () => {
    const head = await hardware.disks.read('whole', { offset: 0, length: 1024 });
    expect(head.subarray(510, 512)).toEqual(Buffer.from([0x55, 0xaa]));
    expect(head.subarray(512, 520).toString()).toBe('EFI PART');
    expect((await hardware.readFile({ disk: 'whole' }, '/etc/os-release')).toString()).toContain('Windows');

    const spec = await newServer({}, 'whole');
    await hardware.startServer(spec);
    const before = await kibOf(spec, '/');
    await run(spec, 'echo written > /written');
    await hardware.writeFile({ disk: spec.disk, server: spec.id }, '/outside', Buffer.from('out'));
    await hardware.snapshot([{ source: spec.disk, target: 'copy' }]);
    expect((await hardware.readFile({ disk: 'copy' }, '/written')).toString()).toBe('written\n');
    await hardware.stopServer(spec.id, 'SOFT');

    const size = ((await hardware.disks.stat(spec.disk))?.size ?? 0) + 512 * MIB;
    await hardware.growDisk(spec.disk, size);
    await hardware.growDisk(spec.disk, size);
    await hardware.startServer(spec);
    expect(await kibOf(spec, '/')).toBeGreaterThan(before + 400 * 1024);
    expect(await run(spec, 'cat /written /outside')).toBe('written\nout');

    const other = await launch();
    await hardware.attachDisk(other.id, at('copy'));
    expect(await run(other, 'cat /mnt/vdb/written')).toBe('written');
    await hardware.growDisk('copy', GIB);
    expect(await kibOf(other, '/mnt/vdb')).toBeGreaterThan(700 * 1024);
    await remove(spec, other);
    await expect(hardware.formatDisk('copy')).rejects.toMatchObject({ problem: 'failed' });
  });

  test('two disks are compared as of now, while a server writes to one', async () => {
    const spec = await launch();
    await run(spec, 'echo new > /srv-new; echo more >> /etc/motd; chmod 600 /etc/group; rm /etc/shells; ln -s x /link');
    const [from, to] = [{ disk: 'image' }, { disk: spec.disk, server: spec.id }];
    const found = await hardware.compareFiles(from, to, { path: '/', limit: 1000 });
    const words = found.map(({ path, change, aspects }) => [path, change, aspects.join()].join(' ').trim());
    expect(words).toEqual(
      expect.arrayContaining([
        '/etc/group CHANGED mode',
        '/etc/motd CHANGED content',
        '/etc/shells REMOVED',
        '/link ADDED',
        '/srv-new ADDED',
      ]),
    );
    expect(words.filter(word => word.startsWith('/usr/lib/cloudyard'))).toEqual([]);
    expect(found.find(({ path }) => path === '/etc/group')).toMatchObject({ before: { mode: 0o644 }, after: { mode: 0o600 } });
    expect(await hardware.compareFiles({ disk: 'image' }, { disk: 'image' }, { path: '/', limit: 10 })).toEqual([]);
    const [first] = await hardware.compareFiles(from, to, { path: '/etc', limit: 1 });
    const rest = await hardware.compareFiles(from, to, { path: '/etc', after: first?.path ?? '', limit: 100 });
    const etc = found.filter(({ path }) => path.startsWith('/etc/'));
    expect([first, ...rest].map(difference => difference?.path)).toEqual(etc.map(({ path }) => path));
    await expect(hardware.compareFiles(from, to, { path: '/none', limit: 1 })).rejects.toMatchObject({ problem: 'not-found' });
    await remove(spec);
  });
});
