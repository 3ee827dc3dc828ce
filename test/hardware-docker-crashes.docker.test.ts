/** Whoever dies, and whenever: nothing is lost, nothing is left, and the next start puts it right. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chown, cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDockerHardware } from '../emulator/hardware/docker/docker-hardware.ts';
import { findApplianceFolder } from '../emulator/hardware/docker/recipe.ts';
import type { Hardware, HardwareStatus, ServerExit, ServerSpec } from '../emulator/hardware/hardware.ts';
import { AgentClient } from '../emulator/store/disks/pool/agent-client.ts';
import { testCloudId, testFolder, testImages } from './appliance-bench.ts';
import { EngineProxy } from './appliance-engine-proxy.ts';
import { at, placeholder, testServer, testSubnet } from './appliance-fixtures.ts';
import { GIB, MIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

const SOCKET = '/var/run/docker.sock';

describe('when the helper dies', () => {
  const bench = new DockerHardwareBench();
  const { folder, container, remove, run, inHelper } = bench;
  const helper = () => container('helper');
  let hardware: Hardware;
  let spec: ServerSpec;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
    spec = await bench.launch();
  }, 600_000);
  afterAll(bench.dismantle);

  test('a server that writes writes on, and is copied whole by the next helper', async () => {
    const writing = run(
      spec,
      'for i in 1 2 3 4 5 6 7 8; do dd if=/dev/urandom of=/w$i bs=64k count=64 conv=fsync 2>/dev/null; done; sha256sum /w?',
    );
    await helper().kill();
    const sums = await writing;
    const twin = testServer(100);
    await hardware.snapshot([{ source: spec.disk, target: twin.disk }]);
    await hardware.startServer(twin);
    expect(await run(twin, 'sha256sum /w?')).toBe(sums);
    await remove(twin);
  });

  test('a server that was frozen is thawed by the next one', async () => {
    const { State } = await container('server', spec.id).inspect();
    await inHelper('busybox', 'fsfreeze', '--freeze', `/proc/${State.Pid}/root`);
    await helper().kill();
    expect(await run(spec, 'echo thawed > /thawed; sync; cat /thawed')).toBe('thawed');
  });

  const dataDisk = at('data');
  const withDataDisk = async (): Promise<void> => {
    await hardware.disks.create('data', 64 * MIB);
    await hardware.formatDisk('data');
    await hardware.attachDisk(spec.id, dataDisk);
  };
  const withoutDataDisk = async (): Promise<void> => {
    await hardware.detachDisk(spec.id, 'data');
    await hardware.disks.remove('data');
  };

  // What a test that failed has left, else the next ones would fail for it.
  afterEach(async () => {
    for (const disk of await hardware.disks.list()) {
      if (disk === spec.disk || disk === 'image') continue;
      await hardware.detachDisk(spec.id, disk, { force: true });
      await hardware.disks.remove(disk);
    }
  });

  test('a server writes on to its data disk, which the next helper takes away whole', async () => {
    await withDataDisk();
    const line =
      'for i in 1 2 3 4 5 6; do dd if=/dev/urandom of=/mnt/vdb/w$i bs=64k count=64 conv=fsync 2>/dev/null; done; sha256sum /mnt/vdb/w?';
    const writing = run(spec, line);
    await helper().kill();
    const sums = await writing;
    await hardware.detachDisk(spec.id, 'data');
    await hardware.attachDisk(spec.id, dataDisk);
    expect(await run(spec, 'sha256sum /mnt/vdb/w?')).toBe(sums);
    await withoutDataDisk();
  });

  test('a server that was held still, and a data disk that was frozen, are let go by the next one', async () => {
    await withDataDisk();
    const { Id, State } = await container('server', spec.id).inspect();
    await inHelper('busybox', 'fsfreeze', '--freeze', `/proc/${State.Pid}/root/mnt/vdb`);
    const hold = `from agent.freezer import *; from agent.names import Server; Group(freezer_of(Server(${State.Pid}, "${Id}").read("cgroup"))).hold()`;
    await inHelper('python3', '-B', '-c', hold);
    await helper().kill();
    expect(await run(spec, 'echo on > /mnt/vdb/on; sync; cat /mnt/vdb/on')).toBe('on');
    await withoutDataDisk();
  });

  /** Requests that wait for a lock: processes of the helper, by the kernel's list. */
  const waiting = async (): Promise<number[]> => {
    const { State } = await helper().inspect();
    const children = (await readFile(`/proc/${State.Pid}/task/${State.Pid}/children`, 'utf8')).split(' ').map(Number);
    const lines = (await readFile('/proc/locks', 'utf8')).split('\n').filter(line => line.includes('->'));
    return lines.map(line => Number(line.split(/ +/)[5])).filter(pid => children.includes(pid));
  };

  test('a request that dies alone takes nothing from the others: neither what they make nor what they hold still', async () => {
    await withDataDisk();
    const { Id, State } = await container('server', spec.id).inspect();
    const hold = [
      'import sys',
      'from agent import freezer, points, pool, settings',
      'from agent.names import Server',
      `group = freezer.Group(freezer.freezer_of(Server(${State.Pid}, "${Id}").read("cgroup")))`,
      'with points.one_stands_still(pool.Pool(settings.Settings("", 0, 0, 0, 0, 0))), freezer.held([group]):',
      '    print("held", flush=True)',
      '    sys.stdin.readline()',
      '    print("still held" if group.is_still() else "let go", flush=True)',
    ];
    const holder = spawn('docker', ['exec', '-i', bench.name('helper'), 'python3', '-B', '-c', hold.join('\n')]);
    const agent = new AgentClient({ folder });
    try {
      const said = createInterface(holder.stdout)[Symbol.asyncIterator]();
      expect((await said.next()).value).toBe('held');
      const body = new PassThrough();
      const halfMade = agent.callOnce('unpackSystem', { disk: 'slow', size: 0, files: [], partitioned: false }, { body });
      const copying = hardware.snapshot([spec.disk, 'data'].map(source => ({ source, target: `copy-of-${source}` })));

      await expect.poll(waiting).toHaveLength(1);
      const [dying] = await waiting();
      process.kill(dying ?? 0, 'SIGKILL');
      // The helper is brought back, though it is not gone; what the request may have held is not let go of yet.
      await expect.poll(async () => (await waiting()).filter(pid => pid !== dying)).toHaveLength(1);
      expect(await inHelper('ls', '/pool/parts')).toMatch(/^slow\.\d+\n$/);
      holder.stdin.write('\n');
      expect((await said.next()).value).toBe('still held');
      await copying;
      body.end(Buffer.alloc(1024));
      await halfMade;
      expect(await hardware.disks.list()).toContain('slow');
    } finally {
      holder.kill();
      agent.close();
    }
    expect(await run(spec, 'echo on')).toBe('on');
  });

  test.each([0, 5, 10, 20, 40, 80])('what goes on with data disks is done all the same (%i ms)', async delay => {
    await withDataDisk();
    await run(spec, 'echo kept > /mnt/vdb/kept');
    for (const name of ['blank', 'further']) await hardware.disks.create(name, 64 * MIB);
    await hardware.formatDisk('further');
    const copies = [spec.disk, 'data'].map(source => ({ source, target: `copy-of-${source}` }));
    const work = [
      hardware.formatDisk('blank'),
      hardware.attachDisk(spec.id, at('further', '/dev/vdc')),
      hardware.growDisk('data', 128 * MIB),
      hardware.snapshot(copies),
    ];
    const settled = Promise.allSettled(work);
    await new Promise(resolve => setTimeout(resolve, delay));
    await helper().kill();
    for (const outcome of await settled) if (outcome.status === 'rejected') throw outcome.reason;
    expect(await run(spec, 'cat /mnt/vdb/kept; ls -A /mnt/vdc')).toBe('kept\nlost+found');
    expect((await hardware.readFile({ disk: 'copy-of-data' }, '/kept')).toString()).toBe('kept\n');
    expect((await hardware.listFiles({ disk: 'blank' }, '/')).map(({ name }) => name)).toEqual(['lost+found']);
    const detached = hardware.detachDisk(spec.id, 'further');
    await helper().kill();
    await detached;
    expect(await run(spec, 'grep -c /mnt/vdc /proc/mounts || true')).toBe('0');
    await withoutDataDisk();
    for (const disk of ['blank', 'further', ...copies.map(({ target }) => target)]) await hardware.disks.remove(disk);
  });

  test('a server that is being started starts, or says that it did not and can be started again', async () => {
    await hardware.stopServer(spec.id, 'SOFT');
    const starting = hardware.startServer(spec).then(
      () => 'started',
      () => 'failed',
    );
    await expect
      .poll(async () => (await container('server', spec.id).inspect()).State.Running, {
        interval: 5,
      })
      .toBe(true);
    await helper().kill();
    if ((await starting) === 'failed') await hardware.startServer(spec);
    expect(await hardware.servers()).toEqual([{ id: spec.id, state: 'RUNNING' }]);
    expect(await run(spec, 'cat /thawed')).toBe('thawed');
  });
});

describe('when the gateway is killed', () => {
  let children: ChildProcess[] = [];
  beforeAll(testImages, 600_000);
  beforeEach(() => {
    children = [];
  });

  /** Starts a gateway in a process; `until` resolves with the first line that fits. */
  const startGateway = (task: Record<string, unknown>) => {
    const jiti = join(createRequire(import.meta.url).resolve('jiti/package.json'), '../lib/jiti-cli.mjs');
    const script = join(import.meta.dirname, 'appliance-victim.ts');
    const child = spawn(process.execPath, [jiti, script, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
    return {
      async until(wanted: string): Promise<void> {
        for (let line = await lines.next(); !line.done; line = await lines.next()) if (line.value === wanted) return;
        throw new Error(`the gateway ended before "${wanted}": ${errors}`);
      },
      async kill(): Promise<void> {
        child.kill('SIGKILL');
        await ended;
      },
    };
  };

  test.each([
    ['starting 2', 0],
    ['starting 2', 120],
    ['starting 3', 350],
    ['copying 1', 10],
  ])(
    'at "%s" and %i ms, the next start finds all, removes what is half-made and starts the rest',
    async (line, delay) => {
      const bench = new DockerHardwareBench();
      const { cloudId, folder, run } = bench;
      const gateway = startGateway({ cloudId, folder, applianceFolder: findApplianceFolder() });
      await gateway.until(line);
      await new Promise(resolve => setTimeout(resolve, delay));
      await gateway.kill();

      const hardware = await bench.open();
      await hardware.prepare();
      const disks = new Set(await hardware.disks.list());
      for (const copy of [1, 2, 3]) disks.delete(`copy-${copy}`);
      const known = {
        server: new Set(['server-1', 'server-2']),
        subnet: new Set([testSubnet.id]),
        address: new Set<string>(),
        disk: disks,
      };
      await hardware.sweep(async kind => known[kind]);
      expect((await hardware.disks.list()).filter(id => id.startsWith('copy'))).toEqual([]);
      expect((await hardware.servers()).map(({ id }) => id)).not.toContain('server-3');
      for (const spec of [testServer(1), testServer(2)]) {
        if (!disks.has(spec.disk)) continue;
        await hardware.startServer(spec);
        expect(await run(spec, 'hostname')).toBe(spec.hostname);
      }
      expect(await run(testServer(1), 'test -s /ticks && echo goes on')).toBe('goes on');
      await bench.dismantle();
    },
    120_000,
  );

  test('all of it works as an ordinary user of the group that may use the engine', async () => {
    const ordinary = process.getuid?.() === 0 ? { uid: 54_321, gid: (await stat(SOCKET)).gid } : undefined;
    const bench = new DockerHardwareBench();
    const { cloudId, folder } = bench;
    const recipe = await testFolder();
    await mkdir(folder, { mode: 0o700 });
    // The checkout need not be readable for another user.
    await cp(findApplianceFolder(), recipe, { recursive: true });
    if (ordinary) for (const path of [folder, recipe]) await chown(path, ordinary.uid, ordinary.gid);
    const gateway = startGateway({ cloudId, folder, applianceFolder: recipe, ...ordinary });
    await gateway.until('done');
    await gateway.kill();
    const files = await Promise.all(['agent.sock', 'pool.xfs'].map(name => stat(join(folder, name))));
    for (const file of files)
      expect(file).toMatchObject({
        uid: ordinary?.uid ?? process.getuid?.(),
        mode: expect.toSatisfy(mode => (mode & 0o077) === 0),
      });
    const hardware = await bench.open();
    expect((await hardware.servers()).map(({ state }) => state)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    await bench.dismantle();
    await rm(recipe, { recursive: true });
  }, 120_000);
});

describe('when servers have filled the pool', () => {
  const bench = new DockerHardwareBench({ poolBytes: 400 * MIB, poolFloor: 32 * MIB });
  const { newServer, run } = bench;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await bench.prepare();
  }, 600_000);
  afterAll(bench.dismantle);

  test('nothing new is taken, in words; and once there is room again, the server boots with what it had synced', async () => {
    const spec = await newServer();
    await hardware.growDisk(spec.disk, 2 * GIB);
    await hardware.disks.create('ballast', 128 * MIB);
    await hardware.disks.write('ballast', 0, Buffer.alloc(64 * MIB, 1));
    await hardware.startServer(spec);
    await run(spec, 'echo synced > /root/synced; sync');
    // Half of it is never written back: the server sees I/O errors, as on a disk that breaks.
    await hardware.exec(spec.id, ['sh', '-c', 'dd if=/dev/urandom of=/fill bs=1M count=600; sync'], { timeoutMs: 60_000 });
    expect(await hardware.disks.free()).toBe(0);
    for (const work of [
      () => hardware.disks.create('new', MIB),
      () => hardware.disks.snapshot([{ source: 'image', target: 'new' }]),
      () => hardware.disks.write('ballast', 0, Buffer.alloc(4096, 2)),
      () => hardware.materialise(placeholder, 'new'),
    ]) {
      await expect(work()).rejects.toMatchObject({ problem: 'no-space' });
    }
    expect((await hardware.disks.list()).sort()).toEqual(['ballast', 'image', spec.disk]);
    await hardware.disks.remove('ballast');
    await hardware.stopServer(spec.id, 'HARD');
    await hardware.startServer(spec);
    expect(await run(spec, 'cat /root/synced; rm -f /fill; echo again > /root/again; sync; cat /root/again')).toBe(
      'synced\nagain',
    );
  }, 120_000);
});

describe('when the engine goes away', () => {
  const socketPath = join(tmpdir(), `cloudyard-${testCloudId()}.sock`);
  const proxy = new EngineProxy(socketPath);
  const bench = new DockerHardwareBench({ engine: new Docker({ socketPath }) });
  const { folder, container, run } = bench;
  const statuses: HardwareStatus['state'][] = [];
  const exits: ServerExit[] = [];
  let hardware: Hardware;
  let spec: ServerSpec;

  beforeAll(async () => {
    await proxy.mend();
    hardware = await bench.open();
    hardware.onStatus(({ state }) => statuses.push(state));
    hardware.onServerExit(exit => exits.push(exit));
    await bench.prepare();
    spec = await bench.launch();
  }, 600_000);
  afterAll(async () => {
    await bench.dismantle();
    await proxy.cut();
  });

  test('it says so, refuses what needs it, and is ready again by itself', async () => {
    await proxy.cut();
    await expect.poll(() => hardware.status().state).toBe('unavailable');
    expect(hardware.status().reason).toMatch(/engine/);
    await expect(hardware.stopServer(spec.id, 'SOFT')).rejects.toMatchObject({ problem: 'unavailable' });
    await expect(hardware.createServer(testServer(100))).rejects.toMatchObject({ problem: 'unavailable' });
    await expect(hardware.ensureSubnet({ ...testSubnet, id: 'other' })).rejects.toMatchObject({ problem: 'unavailable' });
    // Disks do not need it.
    expect((await hardware.disks.list()).sort()).toEqual(['image', spec.disk]);
    await proxy.mend();
    await expect.poll(() => hardware.status().state, { timeout: 20_000 }).toBe('ready');
    expect(statuses).toEqual(['ready', 'unavailable', 'ready']);
    expect(await run(spec, 'hostname')).toBe(spec.hostname);
  });

  test('what ended meanwhile is told when it is back, once', async () => {
    await proxy.cut();
    await expect.poll(() => hardware.status().state).toBe('unavailable');
    await container('server', spec.id).kill();
    await container('helper').kill();
    expect(exits).toEqual([]);
    await proxy.mend();
    await expect.poll(() => hardware.status().state, { timeout: 20_000 }).toBe('ready');
    expect(exits).toEqual([{ id: spec.id, how: 'crashed' }]);
    await hardware.startServer(spec);
    expect(await run(spec, 'hostname')).toBe(spec.hostname);
  });

  test('an engine that is not there when the hardware opens is waited for', async () => {
    const late = new EngineProxy(join(folder, 'late.sock'));
    const engine = new Docker({ socketPath: join(folder, 'late.sock') });
    const other = await openDockerHardware({ cloudId: testCloudId(), folder: join(folder, 'other'), engine });
    expect(other.status().state).toBe('unavailable');
    await expect(other.prepare()).rejects.toMatchObject({ problem: 'unavailable' });
    await late.mend();
    await expect.poll(() => other.status().state, { timeout: 20_000 }).toBe('preparing');
    await other.dismantle();
    await late.cut();
  });
});
