/** The part of the hardware contract about disks beside the system disk, interfaces, addresses and comparing. See hardware.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { CapabilityName, DiskMount, Hardware, HardwareProblem, Seed, ServerSpec } from '../../emulator/hardware/hardware.ts';
import { firstDifference, MIB, pattern } from './bytes.ts';

/** What the contract's tests work with. */
export interface ContractTools {
  hardware(): Hardware;
  has(capability: CapabilityName): boolean;
  refused(...problems: HardwareProblem[]): object;
  newId(what: string): string;
  /** A copy of the image. */
  newDisk(): Promise<string>;
  specOf(disk: string, changes?: Partial<ServerSpec>): ServerSpec;
  seedOf(spec: ServerSpec): Seed;
  stateOf(id: string): Promise<string | undefined>;
  text(disk: string, path: string, server?: string): Promise<string>;
}

const SIZE = 64 * MIB;

export function dataDiskContract(tools: ContractTools): void {
  const { has, refused, newId, newDisk, specOf, seedOf, stateOf, text } = tools;
  const hardware = (): Hardware => tools.hardware();

  const blankDisk = async (): Promise<string> => {
    const disk = newId('data');
    await hardware().disks.create(disk, SIZE);
    return disk;
  };
  const formattedDisk = async (): Promise<string> => {
    const disk = await blankDisk();
    await hardware().formatDisk(disk);
    return disk;
  };
  const mountOf = (disk: string, changes: Partial<DiskMount> = {}): DiskMount => ({
    disk,
    device: '/dev/vdb',
    readOnly: false,
    ...changes,
  });
  const runningServer = async (changes: Partial<ServerSpec> = {}): Promise<ServerSpec> => {
    const spec = specOf(await newDisk(), changes);
    await hardware().createServer(spec);
    await hardware().startServer(spec, seedOf(spec));
    return spec;
  };
  const namesOn = async (disk: string, path = '/'): Promise<string[]> => {
    const entries = await hardware().listFiles({ disk }, path);
    return entries.map(entry => entry.name).filter(name => name !== 'lost+found');
  };
  /** What a command in the server says, where the hardware runs any. */
  const said = async (server: string, command: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await hardware().exec(server, ['sh', '-c', command], { timeoutMs: 20_000 });
    return exitCode === 0 ? stdout.toString() : `exit ${exitCode}: ${stderr}`;
  };

  describe('formatting', () => {
    test('makes an empty file system, and again is nothing', async () => {
      const disk = await blankDisk();
      await hardware().disks.write(disk, 0, Buffer.alloc(MIB));
      await hardware().formatDisk(disk);
      const sum = await hardware().disks.checksum(disk);
      await hardware().formatDisk(disk);
      expect(await hardware().disks.checksum(disk)).toBe(sum);
      expect(await namesOn(disk)).toEqual([]);
      expect(await hardware().disks.stat(disk)).toEqual({ size: SIZE });
      await hardware().writeFile({ disk }, '/a/b', Buffer.from('first'));
      expect(await text(disk, '/a/b')).toBe('first');
    });

    test('makes one that is full at the size of the disk', async () => {
      const disk = await formattedDisk();
      let written = 0;
      const fill = async (): Promise<void> => {
        for (; written < SIZE; written += 8 * MIB) await hardware().writeFile({ disk }, `/${written}`, pattern(written, 8 * MIB));
      };
      await expect(fill()).rejects.toMatchObject(refused('no-space'));
      expect(written).toBeGreaterThanOrEqual(SIZE * 0.7);
      expect(firstDifference(await hardware().readFile({ disk }, '/0'), pattern(0, 8 * MIB))).toBe(-1);
    });

    test('goes on with a copy, which is not formatted again', async () => {
      const disk = await formattedDisk();
      const copy = newId('data');
      await hardware().disks.snapshot([{ source: disk, target: copy }]);
      await hardware().formatDisk(copy);
      expect(await hardware().disks.changedBetween(disk, copy)).toEqual([]);
      await hardware().writeFile({ disk: copy }, '/f', Buffer.from('in the copy'));
      expect(await namesOn(disk)).toEqual([]);
      expect(await text(copy, '/f')).toBe('in the copy');
    });

    test('of a disk that holds something is refused', async () => {
      const [image, bytes, files] = [await newDisk(), await blankDisk(), await formattedDisk()];
      await hardware().disks.write(bytes, 40 * MIB, Buffer.from('precious'));
      await hardware().writeFile({ disk: files }, '/precious', Buffer.from('x'));
      for (const disk of [image, bytes, files]) {
        const before = await hardware().disks.checksum(disk);
        await expect(hardware().formatDisk(disk), disk).rejects.toMatchObject(refused('failed'));
        expect(await hardware().disks.checksum(disk)).toBe(before);
      }
    });

    test('of a disk in use, or of none, is refused', async () => {
      const disk = await blankDisk();
      const spec = await runningServer({ dataDisks: [mountOf(disk)] });
      for (const used of [disk, spec.disk]) await expect(hardware().formatDisk(used)).rejects.toMatchObject(refused('busy'));
      await hardware().stopServer(spec.id, 'HARD');
      await hardware().formatDisk(disk);
      await hardware().destroyServer(spec.id);
      await expect(hardware().formatDisk('none')).rejects.toMatchObject({ problem: 'not-found' });
    });
  });

  describe('a data disk', () => {
    test('comes and goes while the server runs, with what was written to it; each step can be repeated', async () => {
      const disk = await formattedDisk();
      await hardware().writeFile({ disk }, '/before', Buffer.from('before'));
      const spec = await runningServer();
      await hardware().attachDisk(spec.id, mountOf(disk));
      await hardware().attachDisk(spec.id, mountOf(disk));
      expect(await text(disk, '/before', spec.id)).toBe('before');
      await hardware().writeFile({ disk, server: spec.id }, '/by/api', Buffer.from('api'));
      if (has('dataDisks')) {
        expect(await said(spec.id, 'cat /mnt/vdb/before /mnt/vdb/by/api')).toBe('beforeapi');
        expect(await said(spec.id, 'echo inside > /mnt/vdb/inside')).toBe('');
      }
      await hardware().detachDisk(spec.id, disk);
      await hardware().detachDisk(spec.id, disk);
      expect(await text(disk, '/by/api')).toBe('api');
      if (has('dataDisks')) {
        expect(await text(disk, '/inside')).toBe('inside\n');
        expect(await said(spec.id, 'cat /mnt/vdb/before')).toMatch(/^exit/);
      }
      expect(await stateOf(spec.id)).toBe('RUNNING');
      await hardware().destroyServer(spec.id);
      expect(await hardware().disks.stat(disk)).toEqual({ size: SIZE });
    });

    test('that is read-only is read and not written', async () => {
      const disk = await formattedDisk();
      await hardware().writeFile({ disk }, '/f', Buffer.from('kept'));
      const spec = await runningServer({ dataDisks: [mountOf(disk, { readOnly: true })] });
      expect(await text(disk, '/f', spec.id)).toBe('kept');
      const writing = hardware().writeFile({ disk, server: spec.id }, '/f', Buffer.from('changed'));
      await expect(writing).rejects.toMatchObject(refused('failed'));
      if (has('dataDisks')) expect(await said(spec.id, 'echo changed > /mnt/vdb/f')).toMatch(/^exit/);
      await hardware().destroyServer(spec.id);
      expect(await text(disk, '/f')).toBe('kept');
    });

    test('without a file system is attached all the same', async () => {
      const disk = await blankDisk();
      const spec = await runningServer();
      await hardware().attachDisk(spec.id, mountOf(disk));
      if (has('rawDisks')) expect(await said(spec.id, 'test -b /dev/vdb && echo there')).toBe('there\n');
      await hardware().detachDisk(spec.id, disk);
      await hardware().destroyServer(spec.id);
      expect((await hardware().disks.usage(disk)).stored).toBe(0);
    });

    test('without a file system is a block device, where the hardware has those, and keeps what a server wrote to it', async () => {
      const disk = await blankDisk();
      const spec = await runningServer({ dataDisks: [mountOf(disk)] });
      if (has('rawDisks')) {
        expect(await said(spec.id, 'printf kept > /dev/vdb')).toBe('');
        await hardware().growDisk(disk, 2 * SIZE);
        expect(await said(spec.id, 'blockdev --getsize64 /dev/vdb')).toBe(`${2 * SIZE}\n`);
        expect(await said(spec.id, 'sleep 600 < /dev/vdb > /dev/null 2>&1 & echo started')).toBe('started\n');
        await expect(hardware().detachDisk(spec.id, disk)).rejects.toMatchObject(refused('busy'));
      }
      await hardware().rebootServer(spec, 'HARD');
      if (has('rawDisks')) expect(await said(spec.id, 'head -c 4 /dev/vdb')).toBe('kept');
      await hardware().detachDisk(spec.id, disk, { force: true });
      expect((await hardware().disks.read(disk, { offset: 0, length: 4 })).toString()).toBe(
        has('rawDisks') ? 'kept' : '\0\0\0\0',
      );
      await hardware().destroyServer(spec.id);
    });

    test('is there again at each start, as the spec says then', async () => {
      const [one, two] = [await formattedDisk(), await formattedDisk()];
      const both = [mountOf(one), mountOf(two, { device: '/dev/vdc', readOnly: true })];
      const spec = await runningServer({ dataDisks: both });
      await hardware().writeFile({ disk: one, server: spec.id }, '/f', Buffer.from('one'));
      await hardware().rebootServer(spec, 'HARD');
      expect(await text(one, '/f', spec.id)).toBe('one');
      if (has('dataDisks')) expect(await said(spec.id, 'cat /mnt/vdb/f; ls -d /mnt/vdc')).toBe('one/mnt/vdc\n');
      await hardware().stopServer(spec.id, 'HARD');
      // Nothing to do for a server that is off.
      await hardware().attachDisk(spec.id, mountOf(two));
      await hardware().detachDisk(spec.id, one);
      const other = { ...spec, dataDisks: [mountOf(two)] };
      await hardware().startServer(other);
      await hardware().writeFile({ disk: two, server: spec.id }, '/f', Buffer.from('two'));
      if (has('dataDisks')) expect(await said(spec.id, 'cat /mnt/vdb/f')).toBe('two');
      await hardware().destroyServer(spec.id);
      expect(await text(one, '/f')).toBe('one');
      expect(await text(two, '/f')).toBe('two');
    });

    test('in use is busy, unless the detaching is forced', async () => {
      const disk = await formattedDisk();
      const spec = await runningServer({ dataDisks: [mountOf(disk)] });
      if (has('dataDisks')) {
        expect(await said(spec.id, 'sleep 600 > /mnt/vdb/open 2>&1 < /dev/null & echo started')).toBe('started\n');
        await expect(hardware().detachDisk(spec.id, disk)).rejects.toMatchObject(refused('busy'));
      }
      await hardware().detachDisk(spec.id, disk, { force: true });
      await hardware().detachDisk(spec.id, disk, { force: true });
      expect(await stateOf(spec.id)).toBe('RUNNING');
      await hardware().destroyServer(spec.id);
      expect(await namesOn(disk)).toEqual(has('dataDisks') ? ['open'] : []);
    });

    test('can be in several servers, where the hardware shares disks', async () => {
      const disk = await formattedDisk();
      const [one, two] = [await runningServer(), await runningServer()];
      await hardware().attachDisk(one.id, mountOf(disk));
      if (has('sharedDisks')) {
        await hardware().attachDisk(two.id, mountOf(disk, { device: '/dev/vdc' }));
        await hardware().writeFile({ disk, server: one.id }, '/f', Buffer.from('shared'));
        expect(await text(disk, '/f', two.id)).toBe('shared');
        await hardware().detachDisk(one.id, disk);
        await hardware().writeFile({ disk, server: two.id }, '/f', Buffer.from('still'));
      }
      for (const { id } of [one, two]) await hardware().destroyServer(id);
      expect(await namesOn(disk)).toEqual(has('sharedDisks') ? ['f'] : []);
    });

    test('grows while the server runs, and keeps what is on it', async () => {
      const disk = await formattedDisk();
      const spec = await runningServer({ dataDisks: [mountOf(disk)] });
      await hardware().writeFile({ disk, server: spec.id }, '/f', Buffer.from('kept'));
      await hardware().growDisk(disk, 2 * SIZE);
      await hardware().growDisk(disk, 2 * SIZE);
      expect(await hardware().disks.stat(disk)).toEqual({ size: 2 * SIZE });
      expect(await text(disk, '/f', spec.id)).toBe('kept');
      await expect(hardware().growDisk(disk, SIZE)).rejects.toMatchObject({ problem: 'out-of-range' });
      await hardware().destroyServer(spec.id);
    });

    test('is copied with the system disk as of one moment', async () => {
      const disk = await formattedDisk();
      const spec = await runningServer({ dataDisks: [mountOf(disk)] });
      await hardware().writeFile({ disk: spec.disk, server: spec.id }, '/root/f', Buffer.from('system'));
      await hardware().writeFile({ disk, server: spec.id }, '/f', Buffer.from('data'));
      const [system, data] = [newId('disk'), newId('data')];
      const copies = [
        { source: spec.disk, target: system },
        { source: disk, target: data },
      ];
      await hardware().snapshot(copies);
      await hardware().writeFile({ disk, server: spec.id }, '/f', Buffer.from('later'));
      expect(await text(system, '/root/f')).toBe('system');
      expect(await text(data, '/f')).toBe('data');
      await hardware().destroyServer(spec.id);
    });

    test('and a server have to be there', async () => {
      const spec = await runningServer();
      await expect(hardware().attachDisk(spec.id, mountOf('none'))).rejects.toMatchObject({ problem: 'not-found' });
      await expect(hardware().attachDisk('none', mountOf(await formattedDisk()))).rejects.toMatchObject(refused('not-found'));
      await hardware().destroyServer(spec.id);
      const lacking = specOf(await newDisk(), { dataDisks: [mountOf('none')] });
      await expect(hardware().startServer(lacking)).rejects.toMatchObject({ problem: 'not-found' });
      await hardware().destroyServer(lacking.id);
    });
  });

  describe('an interface', () => {
    test('comes and goes, on a server that runs and on one that is off', async () => {
      const subnet = { id: newId('subnet'), tenantId: 'contract', cidr: '10.213.10.0/24', gateway: '10.213.10.1' };
      await hardware().ensureSubnet(subnet);
      const spec = await runningServer();
      const nic = { portId: newId('port'), subnetId: subnet.id, address: '10.213.10.20', mac: 'fa:16:3e:00:fe:20' };
      const withNic = { ...spec, nics: [...spec.nics, nic] };
      const addresses = () => said(spec.id, 'cat /proc/net/fib_trie');
      for (const isOn of [true, false]) {
        if (!isOn) await hardware().stopServer(spec.id, 'HARD');
        await hardware().attachNic(withNic, nic);
        await hardware().attachNic(withNic, nic);
        if (!isOn) await hardware().startServer(withNic);
        if (has('networks')) expect(await addresses()).toContain(nic.address);
        if (!isOn) await hardware().stopServer(spec.id, 'HARD');
        await hardware().detachNic(spec, nic);
        await hardware().detachNic(spec, nic);
        if (!isOn) await hardware().startServer(spec);
        if (has('networks')) expect(await addresses()).not.toContain(nic.address);
      }
      expect(await stateOf(spec.id)).toBe('RUNNING');
      await hardware().destroyServer(spec.id);
      await hardware().removeSubnet(subnet.id);
    });
  });

  test('an address leads to a server, or is refused with the reason; releasing what is not bound is nothing', async () => {
    const spec = await runningServer();
    const [nic] = spec.nics;
    const to = { tenantId: spec.tenantId, subnetId: nic?.subnetId ?? '', target: nic?.address ?? '' };
    const binding = { id: newId('address'), address: '127.213.7.9', ...to };
    if (has('publicAddresses')) {
      await hardware().bindAddress(binding);
      await hardware().bindAddress(binding);
    } else {
      const reason = { ...refused('unsupported'), message: expect.stringMatching(/\w+ .*\w+/) };
      await expect(hardware().bindAddress(binding)).rejects.toMatchObject(reason);
    }
    await hardware().releaseAddress(binding.id);
    await hardware().releaseAddress(binding.id);
    await hardware().destroyServer(spec.id);
  });

  describe('comparing the files of two disks', () => {
    let [before, after] = ['', ''];
    const pathsOf = async (options: { path: string; after?: string; limit: number }) =>
      (await hardware().compareFiles({ disk: before }, { disk: after }, options)).map(({ path, change }) => `${change} ${path}`);

    beforeAll(async () => {
      before = await newDisk();
      await hardware().writeFile({ disk: before }, '/srv/cmp/changed', pattern(0, 70_000));
      await hardware().writeFile({ disk: before }, '/srv/cmp/longer', Buffer.from('short'));
      await hardware().writeFile({ disk: before }, '/srv/cmp/mode', Buffer.from('mode'));
      await hardware().writeFile({ disk: before }, '/srv/cmp/same', pattern(1, 70_000));
      after = newId('disk');
      await hardware().snapshot([{ source: before, target: after }]);
      const at = { disk: after };
      // In the middle, and the size stays.
      await hardware().writeFile(at, '/srv/cmp/changed', Buffer.from(pattern(0, 70_000)).fill(1, 35_000, 35_001));
      await hardware().writeFile(at, '/srv/cmp/longer', Buffer.from('longer than before'));
      await hardware().writeFile(at, '/srv/cmp/mode', Buffer.from('mode'), { mode: 0o600 });
      await hardware().writeFile(at, '/srv/cmp/same', pattern(1, 70_000));
      await hardware().writeFile(at, '/srv/cmp/new/deep/file', Buffer.from('new'));
    });

    const ALL = [
      'CHANGED /srv/cmp/changed',
      'CHANGED /srv/cmp/longer',
      'CHANGED /srv/cmp/mode',
      'ADDED /srv/cmp/new',
      'ADDED /srv/cmp/new/deep',
      'ADDED /srv/cmp/new/deep/file',
    ];

    test('finds what was added and changed, and not what was written anew as it was', async () => {
      expect(await pathsOf({ path: '/', limit: 100 })).toEqual(ALL);
      const found = await hardware().compareFiles({ disk: before }, { disk: after }, { path: '/srv/cmp', limit: 100 });
      expect(found.map(({ path, aspects }) => [path, aspects])).toEqual([
        ['/srv/cmp/changed', ['content']],
        ['/srv/cmp/longer', ['content']],
        ['/srv/cmp/mode', ['mode']],
        ['/srv/cmp/new', []],
        ['/srv/cmp/new/deep', []],
        ['/srv/cmp/new/deep/file', []],
      ]);
      expect(found[1]).toMatchObject({ before: { name: 'longer', size: 5 }, after: { name: 'longer', size: 18, type: 'FILE' } });
      expect(found[3]).toMatchObject({ before: null, after: { name: 'new', type: 'DIRECTORY', mode: 0o755 } });
    });

    test('the other way round finds what was removed', async () => {
      const found = await hardware().compareFiles({ disk: after }, { disk: before }, { path: '/srv/cmp/new', limit: 100 });
      expect(found.map(({ path, change }) => `${change} ${path}`)).toEqual([
        'REMOVED /srv/cmp/new',
        'REMOVED /srv/cmp/new/deep',
        'REMOVED /srv/cmp/new/deep/file',
      ]);
      expect(found[2]).toMatchObject({ before: { name: 'file', size: 3 }, after: null });
    });

    test.each([1, 2, 4])('by pages of %i finds the same', async limit => {
      const found: string[] = [];
      for (let last: string | undefined; ; ) {
        const page = await pathsOf({ path: '/srv', limit, ...(last !== undefined && { after: last }) });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(limit);
        found.push(...page);
        last = page.at(-1)?.replace(/^\w+ /, '');
      }
      expect(found).toEqual(ALL);
    });

    test('of one disk with itself finds nothing', async () => {
      expect(await hardware().compareFiles({ disk: after }, { disk: after }, { path: '/', limit: 10 })).toEqual([]);
    });

    test('takes one file as well', async () => {
      expect(await pathsOf({ path: '/srv/cmp/changed', limit: 10 })).toEqual(['CHANGED /srv/cmp/changed']);
      expect(await pathsOf({ path: '/srv/cmp/same', limit: 10 })).toEqual([]);
    });

    test('is refused for paths and disks that are not there', async () => {
      await expect(pathsOf({ path: '/no/such', limit: 10 })).rejects.toMatchObject(refused('not-found'));
      await expect(pathsOf({ path: 'relative', limit: 10 })).rejects.toMatchObject(refused('bad-path'));
      const none = hardware().compareFiles({ disk: before }, { disk: 'none' }, { path: '/', limit: 10 });
      await expect(none).rejects.toMatchObject({ problem: 'not-found' });
    });

    test('sees what a running server has written', async () => {
      const spec = await runningServer();
      await hardware().writeFile({ disk: spec.disk, server: spec.id }, '/srv/live', Buffer.from('live'));
      const to = { disk: spec.disk, server: spec.id };
      const found = await hardware().compareFiles({ disk: before }, to, { path: '/srv', limit: 100 });
      expect(found).toContainEqual(expect.objectContaining({ path: '/srv/live', change: 'ADDED' }));
      await hardware().destroyServer(spec.id);
    });
  });
}
