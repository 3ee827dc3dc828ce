/** Data disks of servers that run: what only real mounts can show. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware, ServerSpec } from '../emulator/hardware/hardware.ts';
import { at } from './appliance-fixtures.ts';
import { GIB, MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

const BUSY = { name: 'HardwareError', problem: 'busy' };

describe('data disks', () => {
  const bench = new DockerHardwareBench({ poolBytes: 6 * GIB });
  const { container, newServer, launch, remove, formattedDisk, run, kibOf, consoleOf, inHelper } = bench;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
  }, 600_000);
  afterAll(bench.dismantle);

  const mounts = (spec: ServerSpec) => run(spec, "awk '{print $2}' /proc/mounts | grep -c '^/mnt/' || true");

  test('an attached disk is a file system of its own and of its size, full at that size', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    await hardware.attachDisk(spec.id, at(disk));
    await hardware.attachDisk(spec.id, at(disk));
    expect(await mounts(spec)).toBe('1');
    const kib = await kibOf(spec, '/mnt/vdb');
    expect(kib).toBeGreaterThan(48 * 1024);
    expect(kib).toBeLessThanOrEqual(64 * 1024);
    expect(await run(spec, 'dd if=/dev/zero of=/mnt/vdb/fill bs=64k 2>&1 || true')).toContain('No space left on device');
    await run(spec, 'rm /mnt/vdb/fill; echo kept > /mnt/vdb/kept');
    await hardware.detachDisk(spec.id, disk);
    await hardware.detachDisk(spec.id, disk);
    expect(await mounts(spec)).toBe('0');
    expect((await hardware.readFile({ disk }, '/kept')).toString()).toBe('kept\n');
    await remove(spec);
  });

  test('files of an attached disk are read and written beside its server', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    await hardware.attachDisk(spec.id, at(disk));
    const target = { disk, server: spec.id };
    await hardware.writeFile(target, '/from-outside', Buffer.from('out'));
    expect(await run(spec, 'cat /mnt/vdb/from-outside; echo in > /mnt/vdb/from-inside')).toBe('out');
    expect((await hardware.readFile(target, '/from-inside')).toString()).toBe('in\n');
    expect((await hardware.listFiles(target, '/')).map(({ name }) => name)).toContain('from-inside');
    await hardware.detachDisk(spec.id, disk);
    await expect(hardware.readFile(target, '/from-inside')).rejects.toMatchObject({ name: 'HardwareError' });
    await remove(spec);
  });

  test('a read-only disk takes no writes, also where another server writes to it', async () => {
    const [reader, writer] = await Promise.all([launch(), launch()]);
    const disk = await formattedDisk();
    await hardware.attachDisk(reader.id, at(disk, '/dev/vdb', true));
    await hardware.attachDisk(writer.id, at(disk, '/dev/vdc'));
    expect(await run(reader, 'touch /mnt/vdb/x 2>&1 || true')).toContain('Read-only');
    await run(writer, 'echo shared > /mnt/vdc/note');
    expect(await run(reader, 'cat /mnt/vdb/note')).toBe('shared');
    await remove(reader, writer);
  });

  test('a shared disk is one file system in all its servers, and stays with the others when it leaves one', async () => {
    const [one, two] = await Promise.all([launch(), launch()]);
    const disk = await formattedDisk();
    await Promise.all([one, two].map(({ id }) => hardware.attachDisk(id, at(disk))));
    await run(one, 'for i in $(seq 50); do echo $i > /mnt/vdb/file-$i; done');
    expect(await run(two, 'cat /mnt/vdb/file-* | wc -l; rm /mnt/vdb/file-7')).toBe('50');
    expect(await run(one, 'ls /mnt/vdb/file-7 2>&1 || true')).toContain('No such file');
    await hardware.detachDisk(one.id, disk);
    expect(await run(two, 'echo on > /mnt/vdb/on; cat /mnt/vdb/on')).toBe('on');
    await hardware.detachDisk(two.id, disk, { force: true });
    await hardware.attachDisk(one.id, at(disk));
    expect(await run(one, 'cat /mnt/vdb/on; ls /mnt/vdb/file-* | wc -l')).toBe('on\n49');
    await remove(one, two);
  });

  test('a disk in use stays; forced, it is out of sight at once, and what still holds it writes to nobody', async () => {
    const [spec, other] = await Promise.all([launch(), launch()]);
    const disk = await formattedDisk();
    await hardware.attachDisk(spec.id, at(disk));
    await run(spec, 'echo before > /mnt/vdb/log');
    await run(spec, '(exec 3>>/mnt/vdb/log; while :; do echo more >&3; usleep 20000; done) >/dev/null 2>&1 &');
    await expect(hardware.detachDisk(spec.id, disk)).rejects.toMatchObject(BUSY);
    expect(await mounts(spec)).toBe('1');
    await hardware.detachDisk(spec.id, disk, { force: true });
    await hardware.detachDisk(spec.id, disk, { force: true });
    expect(await mounts(spec)).toBe('0');
    await hardware.attachDisk(other.id, at(disk));
    const lines = await run(other, 'wc -l < /mnt/vdb/log; head -n 1 /mnt/vdb/log');
    expect(lines).toMatch(/before$/);
    // The first server's process goes on writing: into its own leftover.
    await run(spec, 'usleep 200000; ps | grep -c "[u]sleep"');
    expect(await run(other, 'wc -l < /mnt/vdb/log; head -n 1 /mnt/vdb/log')).toBe(lines);
    await run(other, 'echo mine > /mnt/vdb/log');
    await hardware.detachDisk(other.id, disk);
    expect((await hardware.readFile({ disk }, '/log')).toString()).toBe('mine\n');
    await remove(spec, other);
  });

  test('what still holds a shared disk that its server lost by force writes to nobody once the last server has lost it', async () => {
    const [spec, other] = await Promise.all([launch(), launch()]);
    const disk = await formattedDisk();
    await Promise.all([spec, other].map(({ id }) => hardware.attachDisk(id, at(disk))));
    await run(spec, '(exec 3>>/mnt/vdb/log; while :; do echo more >&3; usleep 20000; done) >/dev/null 2>&1 &');
    await hardware.detachDisk(spec.id, disk, { force: true });
    const lines = async () => Number(await run(other, 'wc -l < /mnt/vdb/log'));
    const before = await lines();
    await expect.poll(lines).toBeGreaterThan(before);
    await hardware.detachDisk(other.id, disk);
    const left = await hardware.readFile({ disk }, '/log');
    await run(spec, 'usleep 200000; ps | grep -c "[u]sleep"');
    await hardware.attachDisk(other.id, at(disk));
    expect(await lines()).toBe(`${left}`.split('\n').length - 1);
    await remove(spec, other);
  });

  test('disks of the spec are there before the init runs, at each start, in the same container', async () => {
    const disk = await formattedDisk();
    const spec = await launch({ dataDisks: [at(disk, '/dev/vdc')] });
    const containerId = async () => (await container('server', spec.id).inspect()).Id;
    const before = await containerId();
    await run(spec, 'echo first > /mnt/vdc/note');
    await hardware.rebootServer(spec, 'HARD');
    expect(await run(spec, 'cat /mnt/vdc/note')).toBe('first');
    await hardware.stopServer(spec.id, 'SOFT');
    const second = await formattedDisk();
    await hardware.startServer({ ...spec, dataDisks: [at(disk, '/dev/vdb'), at(second, '/dev/vdc', true)] });
    expect(await run(spec, 'cat /mnt/vdb/note; ls -A /mnt/vdc')).toBe('first\nlost+found');
    await hardware.stopServer(spec.id, 'SOFT');
    await hardware.startServer({ ...spec, dataDisks: [] });
    expect(await mounts(spec)).toBe('0');
    expect(await containerId()).toBe(before);
    await remove(spec);
  });

  test('a server without its data disk does not start, and says which', async () => {
    const spec = await newServer({ dataDisks: [at('gone')] });
    await expect(hardware.startServer(spec)).rejects.toMatchObject({
      problem: 'not-found',
      message: expect.stringContaining('gone'),
    });
    await hardware.startServer({ ...spec, dataDisks: [] });
    expect(await run(spec, 'hostname')).toBe(spec.hostname);
    await remove(spec);
  });

  /** What no program knows, the kernel either passes over (C) or refuses (I). */
  const giveFeature = (disk: string, feature: 'FEATURE_C15' | 'FEATURE_I30') =>
    inHelper('debugfs', '-w', '-R', `feature ${feature}`, `/pool/disks/${disk}`);

  test('a disk whose file system cannot be grown stays with its server, and is there at its next start', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    await giveFeature(disk, 'FEATURE_C15');
    await hardware.attachDisk(spec.id, at(disk));
    await run(spec, 'echo kept > /mnt/vdb/kept');
    await hardware.growDisk(disk, 192 * MIB);
    expect(await hardware.disks.stat(disk)).toEqual({ size: 192 * MIB });
    expect(await run(spec, 'cat /mnt/vdb/kept')).toBe('kept');
    await hardware.stopServer(spec.id, 'HARD');
    await hardware.startServer({ ...spec, dataDisks: [at(disk)] });
    expect(await run(spec, 'cat /mnt/vdb/kept')).toBe('kept');
    await remove(spec);
  });

  test('a server starts without a data disk that is damaged, and its console says which', async () => {
    const [damaged, sound] = await Promise.all([formattedDisk(), formattedDisk()]);
    await giveFeature(damaged, 'FEATURE_I30');
    const spec = await launch({ dataDisks: [at(damaged, '/dev/vdb'), at(sound, '/dev/vdc')] });
    expect(await run(spec, "awk '{print $2}' /proc/mounts | grep '^/mnt/'")).toBe('/mnt/vdc');
    await expect.poll(() => consoleOf(spec)).toContain(`/dev/vdb is not mounted: disk ${damaged}`);
    const another = await formattedDisk();
    await giveFeature(another, 'FEATURE_I30');
    await expect(hardware.attachDisk(spec.id, at(another, '/dev/vdd'))).rejects.toThrow(another);
    await remove(spec);
  });

  test('for a server that is off there is nothing to do', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    await hardware.stopServer(spec.id, 'HARD');
    await hardware.attachDisk(spec.id, at(disk));
    await hardware.detachDisk(spec.id, disk);
    await hardware.growDisk(disk, 128 * MIB);
    await remove(spec);
  });

  test('what a guest puts in the way leads nowhere but into its own disk', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    for (const target of ['/proc', '/sys', '/dev', '/dev/shm']) {
      await run(spec, `rm -rf /mnt; ln -s ${target} /mnt`);
      await expect(hardware.attachDisk(spec.id, at(disk)), target).rejects.toMatchObject({ name: 'HardwareError' });
    }
    await run(spec, 'rm -f /mnt; mkdir /mnt; ln -s /etc /mnt/vdb');
    await expect(hardware.attachDisk(spec.id, at(disk))).rejects.toMatchObject({ name: 'HardwareError' });
    await run(spec, 'rm -rf /mnt; touch /mnt');
    await expect(hardware.attachDisk(spec.id, at(disk))).rejects.toMatchObject({ name: 'HardwareError' });
    await run(spec, 'rm -f /mnt; mkdir /srv /srv/deep; ln -s /../../srv/deep /mnt');
    await hardware.attachDisk(spec.id, at(disk));
    expect(await run(spec, 'echo here > /srv/deep/vdb/here; grep -c /srv/deep/vdb /proc/mounts')).toBe('1');
    // Found by the disk, not by the path, which may lead to another place by now.
    await run(spec, 'rm /mnt; ln -s /proc /mnt; mv /srv/deep /srv/deeper; ln -s /proc /srv/deep');
    await hardware.detachDisk(spec.id, disk);
    expect(await run(spec, 'grep -c vdb /proc/mounts || true; ls /proc/version')).toBe('0\n/proc/version');
    expect((await hardware.readFile({ disk }, '/here')).toString()).toBe('here\n');
    await remove(spec);
  });

  test('two disks do not take each other’s place', async () => {
    const spec = await launch();
    const [one, two] = await Promise.all([formattedDisk(), formattedDisk()]);
    await hardware.attachDisk(spec.id, at(one));
    await expect(hardware.attachDisk(spec.id, at(two))).rejects.toMatchObject(BUSY);
    await hardware.attachDisk(spec.id, at(two, '/dev/vdc'));
    expect(await mounts(spec)).toBe('2');
    for (const device of ['/dev/../vdb', 'vdb', '/dev/', '/dev/vdb/x', '/dev/vd b'])
      await expect(hardware.attachDisk(spec.id, at('image', device)), device).rejects.toMatchObject({ name: 'HardwareError' });
    await remove(spec);
  });

  test('an attached disk grows at once if nobody uses it, else at its next attach', async () => {
    const spec = await launch();
    const disk = await formattedDisk();
    const kib = () => kibOf(spec, '/mnt/vdb');
    await hardware.attachDisk(spec.id, at(disk));
    await run(spec, 'echo kept > /mnt/vdb/kept');
    await hardware.growDisk(disk, 192 * MIB);
    expect(await kib()).toBeGreaterThan(150 * 1024);
    await run(spec, '(cd /mnt/vdb && exec sleep 600) >/dev/null 2>&1 &');
    await hardware.growDisk(disk, 320 * MIB);
    await hardware.growDisk(disk, 320 * MIB);
    expect(await kib()).toBeLessThan(192 * 1024);
    expect(await hardware.disks.stat(disk)).toEqual({ size: 320 * MIB });
    await run(spec, 'kill $(pidof sleep)');
    await hardware.detachDisk(spec.id, disk);
    await hardware.attachDisk(spec.id, at(disk));
    expect(await kib()).toBeGreaterThan(256 * 1024);
    expect(await run(spec, 'cat /mnt/vdb/kept')).toBe('kept');
    await remove(spec);
  });

  test('a copy of several disks is of one moment: what was written later on one is never without what came before on another', async () => {
    const disks = await Promise.all([formattedDisk(), formattedDisk()]);
    const spec = await launch({ dataDisks: [at(disks[0], '/dev/vdb'), at(disks[1], '/dev/vdc')] });
    const write = (disk: string) =>
      `echo $i > ${disk}/n.new && sync ${disk}/n.new && mv ${disk}/n.new ${disk}/n && sync ${disk}/n`;
    await run(
      spec,
      `i=0; (while :; do i=$((i+1)); ${write('/mnt/vdb')}; ${write('/mnt/vdc')}; done) >/dev/null 2>&1 & usleep 300000`,
    );
    const read = async (disk: string) => Number(await hardware.readFile({ disk }, '/n'));
    for (let round = 0; round < 12; round++) {
      const copies = [spec.disk, ...disks].reverse().map((source, index) => ({ source, target: `point-${index}` }));
      expect((await hardware.snapshot(copies)).frozenMs).toBeGreaterThan(0);
      const [second, first] = [await read('point-0'), await read('point-1')];
      expect(first - second).toBeGreaterThanOrEqual(0);
      expect(first - second).toBeLessThanOrEqual(1);
      expect(second).toBeGreaterThan(0);
    }
    await remove(spec);
  });

  test('a copy has what every server has written to the disk, also of one whose server is off or left its root', async () => {
    const [off, on] = await Promise.all([launch(), launch()]);
    const disk = await formattedDisk();
    await hardware.attachDisk(on.id, at(disk));
    await hardware.stopServer(off.id, 'HARD');
    await run(on, 'echo written > /mnt/vdb/note');
    await hardware.snapshot([off.disk, disk].map(source => ({ source, target: `copy-of-${source}` })));
    expect((await hardware.readFile({ disk: `copy-of-${disk}` }, '/note')).toString()).toBe('written\n');
    await hardware.disks.snapshot([{ source: disk, target: 'plain-copy' }]);
    expect((await hardware.readFile({ disk: 'plain-copy' }, '/note')).toString()).toBe('written\n');
    await remove(off, on);
  });

  test('use of many disks together counts what they share once', async () => {
    const disk = await formattedDisk(256 * MIB);
    await hardware.disks.write(disk, 128 * MIB, Buffer.alloc(8 * MIB, 7));
    const alone = await hardware.disks.usageOf([disk]);
    const copies = Array.from({ length: 20 }, (_, n) => `copy-${n}`);
    for (const target of copies) await hardware.disks.snapshot([{ source: disk, target }]);
    await hardware.disks.write('copy-3', 0, Buffer.alloc(MIB, 9));
    const together = await hardware.disks.usageOf([disk, ...copies, 'none']);
    expect(together.logical).toBe(21 * 256 * MIB);
    expect(together.stored).toBe(alone.stored + MIB);
    expect(together.shared).toBe(alone.stored);
    for (const target of copies) await hardware.disks.remove(target);
  });
});
