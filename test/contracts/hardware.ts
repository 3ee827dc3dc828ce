/**
 * What every hardware driver must do. The suite of a driver calls this with the way to open one:
 *
 *     hardwareContract('embedded', async () => ({ hardware, reopen, dispose }), image);
 *
 * What a driver cannot do it says in capabilities(); where the two kinds part, the test asks them and expects one or the other, so
 * nothing is passed over in silence. One driver serves the whole suite: containers take seconds, so each test has ids of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  CapabilityName,
  Hardware,
  HardwareProblem,
  ImageSource,
  Materialised,
  Seed,
  ServerSpec,
} from '../../emulator/hardware/hardware.ts';
import { firstDifference, MIB, pattern } from './bytes.ts';
import { dataDiskContract } from './data-disks.ts';

export interface HardwareUnderTest {
  readonly hardware: Hardware;
  /** Closes the driver and opens it again on the same state. */
  reopen(options?: { keepRunning?: boolean }): Promise<Hardware>;
  /** Closes the driver and removes all that it made. */
  dispose(): Promise<void>;
}

export type OpenHardware = () => Promise<HardwareUnderTest>;

const CAPABILITIES: readonly CapabilityName[] = [
  'console',
  'dataDisks',
  'diskFull',
  'diskThroughput',
  'exec',
  'imageContent',
  'metadata',
  'networks',
  'partitionedDisks',
  'processes',
  'publicAddresses',
  'rawDisks',
  'securityGroups',
  'sharedDisks',
  'ssh',
  'userData',
];

const SUBNET = { id: 'contract-subnet', tenantId: 'contract', cidr: '10.213.7.0/24', gateway: '10.213.7.1' };
/** crypt(3), method 6, of the password `contract`. */
const PASSWORD_HASH = '$6$contract$SqAvdtzVI6bFKlV1wHyoYUoxuJhUDExM3e2s3uzmRhQnB4CqC7bcLWDKd2oJRd7qjyiH4X1y3FEZiT5s4Y4nN0';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm6i2wV5i1vJ6Y6jRrDlyb0W6N2jvvwtr4ZQb0m3xkS contract';

export function hardwareContract(name: string, open: OpenHardware, image: ImageSource): void {
  describe(`hardware ${name}`, () => {
    let bench: HardwareUnderTest;
    let hardware: Hardware;
    let materialised: Materialised;
    const progress: { done: number; total: number }[] = [];
    let made = 0;

    beforeAll(async () => {
      bench = await open();
      hardware = bench.hardware;
      await hardware.prepare();
      await hardware.ensureSubnet(SUBNET);
      // Something half-made is in its place.
      await hardware.disks.create('image', 4 * MIB);
      await hardware.disks.write('image', 0, pattern(0, 100));
      const onProgress = (done: number, total: number): void => void progress.push({ done, total });
      materialised = await hardware.materialise(image, 'image', { onProgress });
    }, 600_000);
    afterAll(() => bench?.dispose());

    const has = (capability: CapabilityName): boolean => hardware.capabilities().some(c => c.name === capability && c.available);
    const refused = (...problems: HardwareProblem[]) => ({
      name: 'HardwareError',
      problem: expect.toSatisfy(problem => problems.includes(problem)),
    });

    const newId = (what: string): string => {
      made += 1;
      return `${what}-${made}`;
    };
    const newDisk = async (): Promise<string> => {
      const disk = newId('disk');
      await hardware.disks.snapshot([{ source: 'image', target: disk }]);
      return disk;
    };
    const specOf = (disk: string, changes: Partial<ServerSpec> = {}): ServerSpec => {
      const id = newId('server');
      const nic = { portId: newId('port'), subnetId: SUBNET.id, address: `10.213.7.${(made % 200) + 10}`, mac: macOf(made) };
      const rest = { tenantId: 'contract', vcpus: 1, memoryMiB: 256, sshPort: null, metadata: {}, userData: null };
      return { id, hostname: id, disk, dataDisks: [], nics: [nic], ...rest, ...changes };
    };
    const seedOf = (spec: ServerSpec, changes: Partial<Seed> = {}): Seed => {
      const rest = { authorizedKeys: [KEY], passwordHash: PASSWORD_HASH, userData: null, instanceId: `i-${spec.id}` };
      return { hostname: spec.hostname, ...rest, ...changes };
    };
    const stateOf = async (id: string) => (await hardware.servers()).find(server => server.id === id)?.state;
    const text = async (disk: string, path: string, server?: string): Promise<string> =>
      (await hardware.readFile(server ? { disk, server } : { disk }, path)).toString();

    describe('what it is', () => {
      test('it is ready once it was prepared, and preparing again is nothing', async () => {
        await hardware.prepare();
        expect(hardware.status()).toEqual({ state: 'ready' });
      });

      test('it names every capability once, and says why one is absent', () => {
        expect(
          hardware
            .capabilities()
            .map(capability => capability.name)
            .sort(),
        ).toEqual(CAPABILITIES);
        for (const { name: capability, available, reason } of hardware.capabilities()) {
          if (!available) expect(reason, capability).toMatch(/\w+/);
        }
      });
    });

    describe('a public image', () => {
      test('is brought to a disk with progress up to the whole', () => {
        expect(progress.length).toBeGreaterThan(0);
        expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
      });

      test('replaces what was half-made, and is a system of its own', async () => {
        expect((await hardware.disks.stat('image'))?.size).toBeGreaterThan(4 * MIB);
        expect(await text('image', '/etc/os-release')).toMatch(/^ID=/m);
        const names = (await hardware.listFiles({ disk: 'image' }, '/')).map(entry => entry.name);
        expect(names).toEqual(expect.arrayContaining(['etc', 'root', 'tmp', 'var']));
      });

      test('is real, or a placeholder that says so', async () => {
        if (materialised.content === 'PLACEHOLDER') expect(materialised.reason).toMatch(/\w+/);
        else expect(has('imageContent')).toBe(true);
      });

      test('leaves nothing when it is stopped', async () => {
        const signal = AbortSignal.abort();
        await expect(hardware.materialise(image, 'stopped', { signal })).rejects.toMatchObject({ name: 'AbortError' });
        expect(await hardware.disks.stat('stopped')).toBeUndefined();
      });
    });

    describe('files on a disk', () => {
      let disk: string;
      beforeAll(async () => {
        disk = await newDisk();
      });

      test('are read as they were written; folders are made on the way', async () => {
        await hardware.writeFile({ disk }, '/srv/a/b/c.bin', pattern(0, 100_000));
        expect(firstDifference(await hardware.readFile({ disk }, '/srv/a/b/c.bin'), pattern(0, 100_000))).toBe(-1);
        const [folder] = (await hardware.listFiles({ disk }, '/srv')).filter(entry => entry.name === 'a');
        expect(folder).toMatchObject({ type: 'DIRECTORY', mode: 0o755, uid: 0, gid: 0 });
        const [file] = await hardware.listFiles({ disk }, '/srv/a/b');
        expect(file).toMatchObject({ name: 'c.bin', type: 'FILE', size: 100_000, mode: 0o644, uid: 0, gid: 0 });
        expect(file?.mtime).toBeGreaterThan(1_600_000_000);
      });

      test('can be empty, and can have names in any script', async () => {
        const path = '/srv/простор/空 🙂';
        await hardware.writeFile({ disk }, path, Buffer.alloc(0));
        expect(await hardware.readFile({ disk }, path)).toHaveLength(0);
        expect(await hardware.listFiles({ disk }, '/srv/простор')).toMatchObject([{ name: '空 🙂', size: 0 }]);
      });

      test('are replaced as a whole and keep their mode, unless told otherwise', async () => {
        await hardware.writeFile({ disk }, '/srv/mode', Buffer.from('a longer text'), { mode: 0o600 });
        await hardware.writeFile({ disk }, '/srv/mode', Buffer.from('short'));
        expect(await text(disk, '/srv/mode')).toBe('short');
        const modeNow = async () => (await hardware.listFiles({ disk }, '/srv')).find(entry => entry.name === 'mode')?.mode;
        expect(await modeNow()).toBe(0o600);
        await hardware.writeFile({ disk }, '/srv/mode', Buffer.from('short'), { mode: 0o755 });
        expect(await modeNow()).toBe(0o755);
      });

      test('have at most 8 MiB at once', async () => {
        await hardware.writeFile({ disk }, '/srv/large', pattern(0, 8 * MIB));
        expect(firstDifference(await hardware.readFile({ disk }, '/srv/large'), pattern(0, 8 * MIB))).toBe(-1);
        await expect(hardware.writeFile({ disk }, '/srv/larger', Buffer.alloc(8 * MIB + 1))).rejects.toMatchObject(
          refused('too-large'),
        );
        const range = { offset: 0, length: 8 * MIB + 1 };
        await expect(hardware.readFile({ disk }, '/srv/large', range)).rejects.toMatchObject(refused('too-large'));
        await expect(hardware.readFile({ disk }, '/srv/larger')).rejects.toMatchObject(refused('not-found'));
      });

      test('are read in parts, up to their end', async () => {
        await hardware.writeFile({ disk }, '/srv/parts', pattern(0, 10_000));
        const read = (offset: number, length: number) => hardware.readFile({ disk }, '/srv/parts', { offset, length });
        expect(firstDifference(await read(4_090, 10), pattern(4_090, 10))).toBe(-1);
        expect(firstDifference(await read(9_990, 100), pattern(9_990, 10))).toBe(-1);
        expect(await read(10_000, 5)).toHaveLength(0);
        expect(await read(99_999, 5)).toHaveLength(0);
        expect(await read(3, 0)).toHaveLength(0);
      });

      test('are listed by name; a folder may have many', async () => {
        for (let at = 0; at < 30; at += 1) {
          await hardware.writeFile({ disk }, `/srv/many/${String(at).padStart(2, '0')}-${'x'.repeat(200)}/f`, Buffer.from('f'));
        }
        const names = (await hardware.listFiles({ disk }, '/srv/many')).map(entry => entry.name);
        expect(names).toHaveLength(30);
        expect(names).toEqual([...names].sort());
      });

      test.each([
        ['/no/such/file', 'not-found'],
        ['/etc/passwd/below', 'bad-path'],
        ['relative', 'bad-path'],
        ['', 'bad-path'],
        ['/with\0zero', 'bad-path'],
        [`/${'n'.repeat(256)}`, 'bad-path'],
        [`/${'p/'.repeat(2100)}`, 'bad-path'],
        ['/etc', 'bad-path'],
      ] as const)('are not read at %j', async (path, problem) => {
        await expect(hardware.readFile({ disk }, path)).rejects.toMatchObject(refused(problem));
      });

      test.each(['/', '/etc', '/srv/..', 'relative', '/etc/passwd/below', '/with\0zero', `/${'n'.repeat(256)}`])(
        'are not written at %j',
        async path => {
          await expect(hardware.writeFile({ disk }, path, Buffer.from('x'))).rejects.toMatchObject(refused('bad-path'));
        },
      );

      test('that are no folder are not listed', async () => {
        await expect(hardware.listFiles({ disk }, '/etc/passwd')).rejects.toMatchObject(refused('bad-path'));
        await expect(hardware.listFiles({ disk }, '/no/such')).rejects.toMatchObject(refused('not-found'));
      });

      test('are found below the root, however many .. a path has', async () => {
        await hardware.writeFile({ disk }, '/../../srv/../srv/up', Buffer.from('up'));
        expect(await text(disk, '/srv/up')).toBe('up');
        expect(await text(disk, '/../../../../../srv/up')).toBe('up');
      });

      test('of another disk are others', async () => {
        const other = await newDisk();
        await hardware.writeFile({ disk }, '/srv/mine', Buffer.from('mine'));
        await expect(hardware.readFile({ disk: other }, '/srv/mine')).rejects.toMatchObject(refused('not-found'));
      });

      test('go with a copy of the disk, and part there', async () => {
        await hardware.writeFile({ disk }, '/srv/shared', Buffer.from('before'));
        const copy = newId('disk');
        await hardware.snapshot([{ source: disk, target: copy }]);
        await hardware.writeFile({ disk }, '/srv/shared', Buffer.from('after'));
        expect(await text(copy, '/srv/shared')).toBe('before');
        await hardware.writeFile({ disk: copy }, '/srv/shared', Buffer.from('in the copy'));
        expect(await text(disk, '/srv/shared')).toBe('after');
      });

      test('of a disk that is not there cannot be had', async () => {
        const problem = { problem: 'not-found' };
        await expect(hardware.readFile({ disk: 'none' }, '/etc/hostname')).rejects.toMatchObject(problem);
        await expect(hardware.writeFile({ disk: 'none' }, '/f', Buffer.from('x'))).rejects.toMatchObject(problem);
        await expect(hardware.listFiles({ disk: 'none' }, '/')).rejects.toMatchObject(problem);
      });

      test('cannot be had where there is no file system', async () => {
        const blank = newId('disk');
        await hardware.disks.create(blank, 4 * MIB);
        await expect(hardware.listFiles({ disk: blank }, '/')).rejects.toMatchObject(
          refused('failed', 'unsupported', 'bad-path'),
        );
      });
    });

    describe('a server', () => {
      test('is made off, goes on and off, and is gone when destroyed; each step can be repeated', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        await hardware.createServer(spec);
        expect(await stateOf(spec.id)).toBe('STOPPED');
        await hardware.startServer(spec, seedOf(spec));
        await hardware.startServer(spec);
        expect(await stateOf(spec.id)).toBe('RUNNING');
        await hardware.rebootServer(spec, 'HARD');
        expect(await stateOf(spec.id)).toBe('RUNNING');
        await hardware.stopServer(spec.id, 'HARD');
        await hardware.stopServer(spec.id, 'HARD');
        expect(await stateOf(spec.id)).toBe('STOPPED');
        await hardware.destroyServer(spec.id);
        await hardware.destroyServer(spec.id);
        expect(await stateOf(spec.id)).toBeUndefined();
        expect(await hardware.disks.stat(spec.disk)).toBeDefined();
      });

      test('finds its seed on its disk, and keeps its own changes over restarts', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        const userData = Buffer.from('#!/bin/sh\necho hello\n');
        await hardware.startServer(spec, seedOf(spec, { userData }));
        const at = { disk: spec.disk, server: spec.id };
        expect(await text(spec.disk, '/etc/hostname', spec.id)).toBe(`${spec.hostname}\n`);
        expect(await text(spec.disk, '/root/.ssh/authorized_keys', spec.id)).toContain(KEY);
        expect(await text(spec.disk, '/etc/shadow', spec.id)).toMatch(/^root:\$6\$contract\$/m);
        expect(await text(spec.disk, '/etc/shadow', spec.id)).toMatch(/^nobody:/m);
        expect(await text(spec.disk, '/var/lib/cloud/seed/nocloud/user-data', spec.id)).toBe(userData.toString());

        await hardware.writeFile(at, '/root/note', Buffer.from('kept'));
        await hardware.stopServer(spec.id, 'SOFT');
        expect(await text(spec.disk, '/root/note')).toBe('kept');
        await hardware.startServer(spec);
        expect(await text(spec.disk, '/root/note', spec.id)).toBe('kept');
        await hardware.destroyServer(spec.id);
      });

      test('can be copied while it runs: what it has written is in the copy', async () => {
        const spec = specOf(await newDisk());
        const data = newId('disk');
        await hardware.disks.create(data, 8 * MIB);
        await hardware.disks.write(data, 0, pattern(1, 5000));
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        await hardware.writeFile({ disk: spec.disk, server: spec.id }, '/root/written', pattern(0, 50_000));
        const [system, copyOfData] = [newId('disk'), newId('disk')];
        const { frozenMs } = await hardware.snapshot([
          { source: spec.disk, target: system },
          { source: data, target: copyOfData },
        ]);
        expect(frozenMs).toBeGreaterThanOrEqual(0);
        expect(firstDifference(await hardware.readFile({ disk: system }, '/root/written'), pattern(0, 50_000))).toBe(-1);
        expect(await text(system, '/etc/hostname')).toBe(`${spec.hostname}\n`);
        expect(firstDifference(await hardware.disks.read(copyOfData, { offset: 0, length: 5000 }), pattern(1, 5000))).toBe(-1);
        expect(await stateOf(spec.id)).toBe('RUNNING');
        await hardware.destroyServer(spec.id);
      });

      test('says something on its console, which goes on from start to start', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        expect(has('console')).toBe(true);
        await expect.poll(async () => (await hardware.console(spec.id, 0)).data.length, { timeout: 20_000 }).toBeGreaterThan(0);
        await hardware.stopServer(spec.id, 'HARD');
        const first = await hardware.console(spec.id, 0);
        expect(first.next).toBe(first.data.length);
        expect(await hardware.console(spec.id, first.next)).toEqual({ data: Buffer.alloc(0), next: first.next });
        await hardware.startServer(spec);
        await expect
          .poll(async () => (await hardware.console(spec.id, first.next)).data.length, { timeout: 20_000 })
          .toBeGreaterThan(0);
        const all = await hardware.console(spec.id, 0);
        expect(all.data.subarray(0, first.next).equals(first.data)).toBe(true);
        const tail = await hardware.console(spec.id, 5);
        expect(tail.data.subarray(0, first.next - 5).equals(first.data.subarray(5))).toBe(true);
        await hardware.destroyServer(spec.id);
      });

      test('runs commands, or says why it cannot', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        const run = (command: string[], timeoutMs = 20_000) => hardware.exec(spec.id, command, { timeoutMs });
        if (has('exec')) {
          const { exitCode, stdout, stderr } = await run(['sh', '-c', 'cat /etc/hostname; echo oops >&2; exit 3']);
          expect({ exitCode, stdout: `${stdout}`, stderr: `${stderr}` }).toEqual({
            exitCode: 3,
            stdout: `${spec.hostname}\n`,
            stderr: 'oops\n',
          });
          expect((await run(['sleep', '60'], 500)).exitCode).toBeNull();
          expect((await run(['no-such-command'])).exitCode).not.toBe(0);
          await hardware.stopServer(spec.id, 'HARD');
          await expect(run(['true'])).rejects.toMatchObject({ name: 'HardwareError' });
        } else {
          await expect(run(['true'])).rejects.toMatchObject({
            ...refused('unsupported'),
            message: expect.stringMatching(/\w+ .*\w+/),
          });
        }
        await hardware.destroyServer(spec.id);
      });

      test('takes another name and size while it is off', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        await hardware.stopServer(spec.id, 'HARD');
        const resized = { ...spec, hostname: 'renamed', vcpus: 2, memoryMiB: 512 };
        await hardware.reconfigureServer(resized);
        await hardware.reconfigureServer(resized);
        expect(await stateOf(spec.id)).toBe('STOPPED');
        await hardware.startServer(resized);
        expect(await stateOf(spec.id)).toBe('RUNNING');
        await hardware.destroyServer(spec.id);
      });

      test('keeps its disk from growing while it runs; off, the disk grows with what is on it', async () => {
        const spec = specOf(await newDisk());
        await hardware.writeFile({ disk: spec.disk }, '/root/note', Buffer.from('kept'));
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        const size = ((await hardware.disks.stat(spec.disk))?.size ?? 0) + 512 * MIB;
        await expect(hardware.growDisk(spec.disk, size)).rejects.toMatchObject(refused('busy'));
        await hardware.stopServer(spec.id, 'HARD');
        await hardware.growDisk(spec.disk, size);
        await hardware.growDisk(spec.disk, size);
        expect(await hardware.disks.stat(spec.disk)).toEqual({ size });
        await hardware.startServer(spec);
        expect(await text(spec.disk, '/root/note', spec.id)).toBe('kept');
        await hardware.destroyServer(spec.id);
      });

      test('can start beside others at once', async () => {
        const specs = await Promise.all(Array.from({ length: 4 }, async () => specOf(await newDisk())));
        await Promise.all(
          specs.map(async spec => {
            await hardware.createServer(spec);
            await hardware.startServer(spec, seedOf(spec));
          }),
        );
        const running = (await hardware.servers()).filter(server => server.state === 'RUNNING').map(server => server.id);
        expect(running).toEqual(expect.arrayContaining(specs.map(spec => spec.id)));
        await Promise.all(specs.map(spec => hardware.destroyServer(spec.id)));
      });

      test('that is not there cannot be used', async () => {
        await expect(hardware.stopServer('none', 'HARD')).rejects.toMatchObject(refused('not-found'));
        await expect(hardware.console('none', 0)).rejects.toMatchObject(refused('not-found'));
        await expect(hardware.startServer(specOf('no-disk'))).rejects.toMatchObject({ problem: 'not-found' });
      });
    });

    dataDiskContract({ hardware: () => hardware, has, refused, newId, newDisk, specOf, seedOf, stateOf, text });

    describe('the driver', () => {
      test('removes what nobody knows, and nothing else', async () => {
        const kept = specOf(await newDisk());
        const stray = specOf(await newDisk());
        for (const spec of [kept, stray]) {
          await hardware.createServer(spec);
          await hardware.startServer(spec, seedOf(spec));
        }
        await hardware.ensureSubnet({ ...SUBNET, id: 'stray-subnet', cidr: '10.213.8.0/24', gateway: '10.213.8.1' });
        const keep = {
          server: new Set([kept.id]),
          subnet: new Set([SUBNET.id]),
          address: new Set<string>(),
          disk: new Set((await hardware.disks.list()).filter(disk => disk !== stray.disk)),
        };
        const removed = (await hardware.sweep(async kind => keep[kind])).join('; ');
        expect(removed).toContain(stray.id);
        expect(removed).not.toContain(kept.id);
        expect(await hardware.sweep(async kind => keep[kind])).toEqual([]);
        expect(await stateOf(stray.id)).toBeUndefined();
        expect(await hardware.disks.stat(stray.disk)).toBeUndefined();
        expect(await stateOf(kept.id)).toBe('RUNNING');
        expect(await text(kept.disk, '/etc/hostname', kept.id)).toBe(`${kept.hostname}\n`);
        await hardware.destroyServer(kept.id);
      });

      test('keeps what a launch makes while strays are removed', async () => {
        const launched = specOf(newId('disk'));
        await hardware.disks.create(newId('stray-disk'), 4 * MIB);
        const launchNow = async (): Promise<void> => {
          await hardware.snapshot([{ source: 'image', target: launched.disk }]);
          await hardware.createServer(launched);
          await hardware.startServer(launched, seedOf(launched));
        };
        const known = {
          server: new Set([launched.id]),
          subnet: new Set([SUBNET.id]),
          address: new Set<string>(),
          disk: new Set((await hardware.disks.list()).filter(disk => !disk.startsWith('stray-disk'))),
        };
        let launch: Promise<void> | undefined;
        const removed = await hardware.sweep(async kind => {
          if (kind === 'disk') launch ??= launchNow();
          await launch;
          // Says what was so before the launch: what came after the list was made is not for this sweep.
          return known[kind];
        });
        expect(removed.filter(what => what.startsWith('disk '))).toEqual([expect.stringContaining('stray-disk')]);
        expect(await stateOf(launched.id)).toBe('RUNNING');
        expect(await text(launched.disk, '/etc/hostname', launched.id)).toBe(`${launched.hostname}\n`);
        await hardware.destroyServer(launched.id);
      });

      test('makes and removes subnets as often as it is told', async () => {
        const subnet = { ...SUBNET, id: newId('subnet'), cidr: '10.213.9.0/24', gateway: '10.213.9.1' };
        await hardware.ensureSubnet(subnet);
        await hardware.ensureSubnet(subnet);
        await hardware.removeSubnet(subnet.id);
        await hardware.removeSubnet(subnet.id);
      });

      test('knows its servers again: off after it was closed, running where they were to keep running', async () => {
        const spec = specOf(await newDisk());
        await hardware.createServer(spec);
        await hardware.startServer(spec, seedOf(spec));
        const heard: string[] = [];
        hardware.onStatus(status => heard.push(status.state));
        const closed = hardware;
        hardware = await bench.reopen({ keepRunning: true });
        expect(heard).toEqual(['unavailable']);
        await expect(closed.servers()).rejects.toMatchObject(refused('unavailable'));
        await hardware.prepare();
        expect(await stateOf(spec.id)).toBe('RUNNING');
        expect(await text(spec.disk, '/etc/hostname', spec.id)).toBe(`${spec.hostname}\n`);
        hardware = await bench.reopen();
        await hardware.prepare();
        expect(await stateOf(spec.id)).toBe('STOPPED');
        expect(await text(spec.disk, '/etc/hostname')).toBe(`${spec.hostname}\n`);
        await hardware.destroyServer(spec.id);
      });
    });
  });
}

const macOf = (number: number): string =>
  `fa:16:3e:00:${Math.floor(number / 256)
    .toString(16)
    .padStart(2, '0')}:${(number % 256).toString(16).padStart(2, '0')}`;
