import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedHardware } from '../emulator/hardware/embedded/embedded-hardware.ts';
import { type Hardware, HardwareError } from '../emulator/hardware/hardware.ts';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { firstDifference, MIB, pattern, seeded } from './contracts/bytes.ts';
import { hardwareContract, type OpenHardware } from './contracts/hardware.ts';
import { dataDisk, debian, seedOf, specOf } from './disk-crash/embedded-machines.ts';
import { killAfterLines } from './disk-crash/kill-after-lines.ts';

const openOn = async (folder: string, options: { compareMs?: number } = {}): Promise<Hardware> => {
  const disks = await openChunkStore({ folder: join(folder, 'disks') });
  return openEmbeddedHardware({ folder: join(folder, 'hardware'), disks, ...options });
};

const openInFolder: OpenHardware = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  let hardware = await openOn(folder);
  return {
    hardware,
    async reopen(options) {
      await hardware.close(options);
      hardware = await openOn(folder);
      return hardware;
    },
    async dispose() {
      await hardware.close();
      await rm(folder, { recursive: true });
    },
  };
};

hardwareContract('embedded', openInFolder, debian);

describe('embedded hardware', () => {
  let folder: string;
  let hardware: Hardware;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-'));
    hardware = await openOn(folder);
  });
  afterEach(async () => {
    await hardware.close();
    await rm(folder, { recursive: true });
  });

  const text = async (disk: string, path: string): Promise<string> => (await hardware.readFile({ disk }, path)).toString();
  const consoleOf = async (id: string): Promise<string> => (await hardware.console(id, 0)).data.toString();
  /** A server that was started with its seed, on a copy of the image. */
  const started = async (name: string): Promise<void> => {
    await hardware.disks.snapshot([{ source: 'image', target: name }]);
    await hardware.createServer(specOf(name));
    await hardware.startServer(specOf(name), seedOf(name));
  };

  test('brings placeholders that say what they are', async () => {
    const { content, reason } = await hardware.materialise(debian, 'image');
    expect(content).toBe('PLACEHOLDER');
    expect(reason).toMatch(/container engine/);
    expect(await text('image', '/etc/motd')).toContain('placeholder for Standard_Debian_12_latest');
    expect(await text('image', '/etc/os-release')).toContain('PRETTY_NAME="Debian GNU/Linux 12.0.0 64bit"');
    expect(await hardware.listFiles({ disk: 'image' }, '/etc')).toContainEqual(
      expect.objectContaining({ name: 'os-release', type: 'LINK', linkTarget: '../usr/lib/os-release' }),
    );
    const modes = (await hardware.listFiles({ disk: 'image' }, '/')).map(({ name, mode }) => [name, mode]);
    expect(modes).toEqual(
      expect.arrayContaining([
        ['tmp', 0o1777],
        ['root', 0o700],
      ]),
    );
  });

  describe('a seed', () => {
    beforeEach(async () => {
      await hardware.materialise(debian, 'image');
    });

    test('costs nothing until somebody looks at the disk', async () => {
      const image = await hardware.disks.usage('image');
      await started('s');
      const { stored, shared } = await hardware.disks.usage('s');
      expect({ stored, shared }).toEqual({ stored: image.stored, shared: image.stored });
      expect(await text('s', '/etc/hostname')).toBe('host-s\n');
      expect((await hardware.disks.usage('s')).stored).toBeGreaterThan(image.stored);
    });

    const looks: [string, () => Promise<unknown>][] = [
      ['writes a byte', () => hardware.disks.write('s', 900 * MIB, Buffer.from('x'))],
      ['makes a hole', () => hardware.disks.discard('s', { offset: 900 * MIB, length: 1 })],
      ['grows the disk', () => hardware.growDisk('s', 2048 * MIB)],
      ['copies the disk', () => hardware.disks.snapshot([{ source: 's', target: 'copy' }])],
    ];
    test.each(looks)('is there for whoever %s', async (_, look) => {
      await started('s');
      await hardware.stopServer('s', 'HARD');
      await look();
      const copied = (await hardware.disks.stat('copy')) !== undefined;
      expect(await text(copied ? 'copy' : 's', '/etc/hostname')).toBe('host-s\n');
    });

    test('is among the bytes, in the checksum and in what changed', async () => {
      for (const name of ['read', 'summed', 'compared']) await started(name);
      expect((await hardware.disks.read('read', { offset: 0, length: 64 * MIB })).includes('host-read\n')).toBe(true);
      expect(await hardware.disks.checksum('summed')).not.toBe(await hardware.disks.checksum('image'));
      expect(await hardware.disks.changedBetween('image', 'compared')).not.toEqual([]);
    });

    test('of a disk that is replaced or removed is not found on what follows', async () => {
      for (const name of ['replaced', 'removed', 'materialised']) await started(name);
      await hardware.disks.snapshot([{ source: 'image', target: 'replaced' }]);
      await hardware.disks.remove('removed');
      await hardware.disks.snapshot([{ source: 'image', target: 'removed' }]);
      await hardware.materialise(debian, 'materialised');
      for (const disk of ['replaced', 'removed', 'materialised']) expect(await text(disk, '/etc/hostname')).toBe('localhost\n');
    });

    test('that is given a second time comes after the first', async () => {
      await started('s');
      await hardware.startServer(specOf('s'), { ...seedOf('s'), hostname: 'second', passwordHash: null });
      expect(await text('s', '/etc/hostname')).toBe('second\n');
      expect(await text('s', '/etc/shadow')).toMatch(/^root:\$6\$salt\$hash:/m);
    });

    test('that finds no file system is lost, and the console says so', async () => {
      await hardware.disks.create('blank', 4 * MIB);
      await hardware.createServer(specOf('blank'));
      await hardware.startServer(specOf('blank'), seedOf('blank'));
      await hardware.disks.checksum('blank');
      expect(await consoleOf('blank')).toMatch(/could not be written to the disk: the disk holds no ext2, ext3 or ext4/);
    });

    test('waits where there is no space for it now', async () => {
      await started('s');
      await hardware.close({ keepRunning: true });
      const full = await openChunkStore({ folder: join(folder, 'disks'), quotaBytes: 0 });
      hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks: full });
      await expect(hardware.disks.checksum('s')).rejects.toMatchObject({ problem: 'no-space' });
      await expect(hardware.readFile({ disk: 's' }, '/etc/hostname')).rejects.toMatchObject({ problem: 'no-space' });
      await hardware.close({ keepRunning: true });
      hardware = await openOn(folder);
      expect(await text('s', '/etc/hostname')).toBe('host-s\n');
    });
  });

  test('has a console that says what the hardware did, and when', async () => {
    await hardware.close();
    const disks = await openChunkStore({ folder: join(folder, 'disks') });
    hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks, now: () => new Date(0) });
    await hardware.disks.create('s', MIB);
    await hardware.createServer(specOf('s'));
    await hardware.startServer(specOf('s'));
    await hardware.rebootServer(specOf('s'), 'SOFT');
    await hardware.stopServer('s', 'SOFT');
    expect((await consoleOf('s')).split('\n')).toEqual([
      '[1970-01-01T00:00:00.000Z] simulated server: power on, host-s (no processes)',
      '[1970-01-01T00:00:00.000Z] simulated server: reboot',
      '[1970-01-01T00:00:00.000Z] simulated server: shut down',
      '',
    ]);
  });

  describe('comparing', () => {
    const compare = () => hardware.compareFiles({ disk: 'image' }, { disk: 's' }, { path: '/', limit: 10 });
    beforeEach(async () => {
      await hardware.materialise(debian, 'image');
      await hardware.disks.snapshot([{ source: 'image', target: 's' }]);
      await hardware.writeFile({ disk: 's' }, '/f', Buffer.from('x'));
    });

    test('keeps nobody from the disks, and sees them as they were', async () => {
      await hardware.close();
      const disks = await openChunkStore({ folder: join(folder, 'disks') });
      const [seen, letGo] = [gate(), gate()];
      const comparing = disks.comparing.bind(disks);
      disks.comparing = (from, to, work) =>
        comparing(from, to, async (...views) => {
          seen.open();
          await letGo.opened;
          return work(...views);
        });
      hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
      const comparison = compare();
      await seen.opened;
      await hardware.disks.snapshot([{ source: 'image', target: 'copy' }]);
      await hardware.writeFile({ disk: 's' }, '/f', Buffer.from('another'));
      await hardware.writeFile({ disk: 's' }, '/g', Buffer.from('x'));
      await hardware.disks.remove('image');
      letGo.open();
      expect(await comparison).toMatchObject([{ path: '/f', change: 'ADDED', after: { size: 1 } }]);
    });

    test('is ended where it takes too long', async () => {
      await hardware.close();
      hardware = await openOn(folder, { compareMs: 0 });
      await expect(compare()).rejects.toMatchObject({ problem: 'too-large', message: expect.stringContaining('too long') });
    });
  });

  describe('data disks', () => {
    const MOUNT = { disk: 'data', device: '/dev/vdb', readOnly: true };
    beforeEach(async () => {
      await hardware.disks.create('s', MIB);
      await hardware.disks.create('data', 2 * MIB);
      await hardware.formatDisk('data');
      await hardware.createServer(specOf('s'));
    });
    const words = async (): Promise<string[]> => (await consoleOf('s')).split('\n').map(line => line.replace(/^.*server: /, ''));

    test('are spoken of on the console, once each', async () => {
      await hardware.startServer({ ...specOf('s'), dataDisks: [MOUNT] });
      await hardware.detachDisk('s', 'data');
      await hardware.detachDisk('s', 'data');
      await hardware.attachDisk('s', { ...MOUNT, device: '/dev/vdc', readOnly: false });
      await hardware.attachDisk('s', { ...MOUNT, device: '/dev/vdc', readOnly: false });
      expect((await words()).slice(1)).toEqual([
        'disk data as /dev/vdb, read-only',
        'disk data detached from /dev/vdb',
        'disk data attached as /dev/vdc',
        '',
      ]);
    });

    test('are known again to a driver that comes back, and gone from servers that went off', async () => {
      await hardware.startServer({ ...specOf('s'), dataDisks: [MOUNT] });
      await hardware.close({ keepRunning: true });
      hardware = await openOn(folder);
      const write = () => hardware.writeFile({ disk: 'data', server: 's' }, '/f', Buffer.from('x'));
      await expect(write()).rejects.toMatchObject({ problem: 'failed', message: expect.stringContaining('read-only') });
      await expect(hardware.formatDisk('data')).rejects.toMatchObject({ problem: 'busy' });
      await hardware.close();
      hardware = await openOn(folder);
      await hardware.formatDisk('data');
      await write();
      expect(await text('data', '/f')).toBe('x');
    });

    test('come to records of the first version', async () => {
      await hardware.startServer(specOf('s'));
      await hardware.close({ keepRunning: true });
      const db = new Sqlite(join(folder, 'hardware', 'machines.db'));
      db.exec('DROP TABLE attachment; PRAGMA user_version = 1');
      db.close();
      hardware = await openOn(folder);
      expect(await hardware.servers()).toEqual([{ id: 's', state: 'RUNNING' }]);
      await hardware.attachDisk('s', MOUNT);
      expect(await words()).toContain('disk data attached as /dev/vdb, read-only');
    });
  });

  test('with records of a later version leaves them alone', async () => {
    await hardware.close();
    const db = new Sqlite(join(folder, 'hardware', 'machines.db'));
    db.pragma('user_version = 99');
    db.close();
    const disks = await openChunkStore({ folder: join(folder, 'disks') });
    const opening = openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
    await expect(opening).rejects.toMatchObject({ problem: 'unavailable', message: expect.stringContaining('later version') });
    await rm(join(folder, 'hardware', 'machines.db'));
    hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
  });

  test('formats the largest disk for less than a megabyte, and the smallest not at all', async () => {
    await hardware.disks.create('largest', 32 * 1024 * 1024 * MIB);
    await hardware.formatDisk('largest');
    expect((await hardware.disks.usage('largest')).stored).toBeLessThan(MIB);
    await hardware.writeFile({ disk: 'largest' }, '/f', Buffer.from('there'));
    expect(await text('largest', '/f')).toBe('there');
    await hardware.disks.create('smallest', 4096);
    await expect(hardware.formatDisk('smallest')).rejects.toMatchObject({ problem: 'failed' });
    expect((await hardware.disks.usage('smallest')).stored).toBe(0);
  });

  test('forgets all servers when it is dismantled, and no disk', async () => {
    await hardware.disks.create('s', MIB);
    await hardware.createServer(specOf('s'));
    await hardware.dismantle();
    expect(await hardware.servers()).toEqual([]);
    expect(await hardware.disks.list()).toEqual(['s']);
  });

  test('with records that are none says so, and leaves the file alone', async () => {
    await hardware.close();
    const file = join(folder, 'hardware', 'machines.db');
    await writeFile(file, Buffer.alloc(10_000, 'no records'));
    const disks = await openChunkStore({ folder: join(folder, 'disks') });
    const opening = openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
    await expect(opening).rejects.toMatchObject({ problem: 'unavailable', message: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toMatch(/^no records/);
    await rm(file);
    hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
  });

  test.each([1, 5])(
    'killed after %i files written: seeds are there, and the file is whole',
    { timeout: 60_000 },
    async rounds => {
      await hardware.close();
      const answered = (await killAfterLines('embedded-victim.ts', [folder], rounds)).length;
      hardware = await openOn(folder);
      expect(await hardware.servers()).toEqual([
        { id: 'a', state: 'RUNNING' },
        { id: 'b', state: 'RUNNING' },
      ]);
      for (const name of ['a', 'b']) expect(await text(name, '/etc/hostname')).toBe(`host-${name}\n`);
      const data = await hardware.readFile({ disk: 'files' }, '/srv/data');
      const round = data.length - 100_000;
      expect([answered, answered + 1]).toContain(round);
      expect(firstDifference(data, pattern(round, 100_000 + round))).toBe(-1);
      // The disk of each answered round is formatted, that of the next wholly or not at all; and the last is attached.
      const disks = (await hardware.disks.list()).filter(disk => disk.startsWith('data-'));
      for (const disk of disks) {
        if (disk === dataDisk(answered + 1) && (await hardware.disks.usage(disk)).stored === 0) continue;
        expect((await hardware.listFiles({ disk }, '/')).map(entry => entry.name)).toEqual(['lost+found']);
      }
      const attached: string[] = [];
      for (const disk of disks) {
        const write = hardware.writeFile({ disk, server: 'a' }, '/f', Buffer.from('x'));
        if (
          await write.then(
            () => false,
            error => /read-only/.test(String(error)),
          )
        )
          attached.push(disk);
      }
      expect([[dataDisk(answered)], [dataDisk(answered), dataDisk(answered + 1)], [dataDisk(answered + 1)]]).toContainEqual(
        attached,
      );
    },
  );

  describe('a hostile disk', () => {
    beforeEach(async () => {
      await hardware.materialise(debian, 'image');
    });

    /** Whatever comes, it is an answer or a HardwareError. */
    const survives = async (disk: string): Promise<void> => {
      const calls = [
        hardware.listFiles({ disk }, '/'),
        hardware.listFiles({ disk }, '/etc'),
        hardware.readFile({ disk }, '/etc/os-release'),
        hardware.writeFile({ disk }, '/etc/new/file', Buffer.from('x')),
        hardware.compareFiles({ disk: 'whole' }, { disk }, { path: '/', limit: 1000 }),
      ];
      for (const result of await Promise.allSettled(calls)) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(HardwareError);
      }
    };

    test.each([
      ['block size', 1024 + 24, [0xff, 0xff, 0xff, 0xff]],
      ['number of blocks', 1024 + 4, [0xff, 0xff, 0xff, 0x7f]],
      ['inodes per group', 1024 + 40, [0, 0, 0, 0]],
      ['inode size', 1024 + 88, [0, 0]],
      ['features', 1024 + 96, [0xff, 0xff, 0xff, 0xff]],
    ])('with a senseless %s is refused', async (_, offset, bytes) => {
      await hardware.disks.write('image', offset, Buffer.from(bytes));
      await expect(hardware.listFiles({ disk: 'image' }, '/')).rejects.toMatchObject({ problem: 'failed' });
      await expect(hardware.writeFile({ disk: 'image' }, '/x', Buffer.from('x'))).rejects.toMatchObject({ problem: 'failed' });
    });

    test('with a journal that waits to be replayed is read, and not written', async () => {
      const flags = await hardware.disks.read('image', { offset: 1024 + 96, length: 1 });
      await hardware.disks.write('image', 1024 + 96, Buffer.from([(flags[0] ?? 0) | 4]));
      expect(await text('image', '/etc/hostname')).toBe('localhost\n');
      await expect(hardware.writeFile({ disk: 'image' }, '/x', Buffer.from('x'))).rejects.toMatchObject({
        problem: 'failed',
        message: expect.stringContaining('journal'),
      });
    });

    test.each([11, 12, 13])('with damage here and there brings nothing down (seed %i)', async seed => {
      await hardware.disks.snapshot([{ source: 'image', target: 'whole' }]);
      const random = seeded(seed);
      // Superblock, descriptors, bitmaps, inode tables and folders are all within the first mebibytes.
      for (let time = 0; time < 40; time += 1)
        await hardware.disks.write('image', 1024 + random.below(600 * 1024), random.bytes(4));
      await survives('image');
      expect((await hardware.disks.list()).length).toBe(2);
    });
  });
});

function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
