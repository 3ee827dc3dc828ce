/** Where a public image's content comes from, on this machine and on others. */
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../emulator/hardware/docker/engine.ts';
import { ImageContainers } from '../emulator/hardware/docker/image-containers.ts';
import { imageNames } from '../emulator/hardware/docker/images.ts';
import { LABEL, Labels } from '../emulator/hardware/docker/labels.ts';
import { findApplianceFolder } from '../emulator/hardware/docker/recipe.ts';
import type { Hardware, ImageSource, KnownIds } from '../emulator/hardware/hardware.ts';
import { AgentClient } from '../emulator/store/disks/pool/agent-client.ts';
import { docker, testCloudId } from './appliance-bench.ts';
import { placeholder, seedOf, testServer, testSubnet } from './appliance-fixtures.ts';
import { GIB } from './contracts/bytes.ts';
import { DockerHardwareBench } from './docker-hardware-bench.ts';

const BUSYBOX = '/usr/lib/cloudyard/busybox';

const debian: ImageSource = {
  name: 'Standard_Debian_12_latest',
  osVersion: 'Debian GNU/Linux 12.0.0 64bit',
  platform: 'Debian',
  osType: 'Linux',
  container: null,
  debianSuite: 'bookworm',
  partitioned: false,
};

describe('the content of a public image', () => {
  const bench = new DockerHardwareBench({ poolBytes: 16 * GIB });
  const { cloudId, folder, run, inHelper } = bench;
  const localImage = `cloudyard-${cloudId}:local`;
  let hardware: Hardware;

  beforeAll(async () => {
    hardware = await bench.open();
    await hardware.prepare();
    await hardware.ensureSubnet(testSubnet);
  }, 600_000);
  afterAll(bench.dismantle);

  /** A tar of a small system that brings no init, no shell, and a user of its own. */
  const smallSystem = (): tar.Pack => {
    const pack = tar.pack();
    for (const name of ['etc', 'root', 'tmp', 'proc', 'dev', 'sys', 'usr', 'usr/share', 'usr/share/dev'])
      pack.entry({ name, type: 'directory', mode: 0o755 });
    pack.entry({ name: 'etc/os-release' }, 'ID=small\nPRETTY_NAME="Small 1"\n');
    pack.entry({ name: 'etc/passwd' }, 'root:x:0:0::/root:/none\nadmin:x:1000:1000::/:/none\n');
    pack.entry({ name: 'etc/shadow', mode: 0o640 }, 'root:*:1::::::\nadmin:!:1::::::\n');
    pack.entry({ name: 'etc/owned', uid: 1000, gid: 1001, mode: 0o4750 }, 'mine');
    pack.entry({ name: 'usr/share/dev/kept' }, 'not a device');
    pack.finalize();
    return pack;
  };

  test('is that of a container image, to which what it lacks for booting is added', async () => {
    const output = await docker.importImage(smallSystem().pipe(new PassThrough()), {
      repo: localImage.split(':')[0],
      tag: 'local',
      changes: [`LABEL ${LABEL.cloud}=${cloudId}`],
    });
    for await (const _ of output);
    try {
      const source = { ...debian, osVersion: 'Small 1', container: localImage };
      expect(await hardware.materialise(source, 'small')).toEqual({ content: 'REAL' });
    } finally {
      await docker.getImage(localImage).remove();
    }
    const spec = testServer(1, { disk: 'small' });
    await hardware.startServer(spec, seedOf(spec, { hostname: 'small', passwordHash: '$6$a$b' }));
    const busybox = async (...command: string[]) =>
      (await hardware.exec(spec.id, [BUSYBOX, ...command], { timeoutMs: 10_000 })).stdout.toString();
    expect(await busybox('cat', '/etc/os-release')).toContain('ID=small');
    expect(await busybox('cat', '/etc/shadow')).toBe('root:$6$a$b:1::::::\nadmin:!:1::::::\n');
    expect(await busybox('stat', '-c', '%u %g %a', '/etc/owned')).toBe('1000 1001 4750\n');
    expect(await busybox('cat', '/usr/share/dev/kept')).toBe('not a device');
    expect(await busybox('cat', '/proc/1/comm')).toBe('init\n');
    await hardware.destroyServer(spec.id);
  });

  test('stays below the root of its disk, whatever its archive says', async () => {
    const pack = tar.pack();
    pack.entry({ name: 'out', type: 'symlink', linkname: '/opt' });
    pack.entry({ name: 'out/escaped' }, 'x');
    pack.entry({ name: '../../opt/escaped' }, 'x');
    pack.entry({ name: '/opt/absolute' }, 'x');
    pack.finalize();
    const agent = new AgentClient({ folder });
    const unpacked = await agent
      .call('unpackSystem', { disk: 'hostile', size: 0, files: [], partitioned: false }, { body: pack.pipe(new PassThrough()) })
      .catch(String);
    agent.close();
    expect(await inHelper('ls', '/opt'), String(unpacked)).toBe('cloudyard\n');
  });

  test('is refused where its archive is cut short, and nothing is left of it', async () => {
    const pack = tar.pack();
    pack.entry({ name: 'etc/large' }, Buffer.alloc(100_000, 1));
    pack.finalize();
    const whole: Buffer = await buffer(pack);
    const agent = new AgentClient({ folder });
    const unpack = (body: Readable) =>
      agent.call('unpackSystem', { disk: 'half', size: 0, files: [], partitioned: false }, { body });
    await expect(unpack(Readable.from([whole.subarray(0, 50_000)]))).rejects.toThrow(/tar/);
    const broken = Readable.from(
      (async function* () {
        yield whole.subarray(0, 50_176);
        throw new Error('its source broke off');
      })(),
    );
    await expect(unpack(broken)).rejects.toThrow('its source broke off');
    agent.close();
    expect(await hardware.disks.list()).not.toContain('half');
  });

  test('is a placeholder with the name of the image where it cannot be had, and says why', async () => {
    const outcome = await hardware.materialise(placeholder, 'windows');
    expect(outcome).toEqual({
      content: 'PLACEHOLDER',
      reason: expect.stringMatching(/no container image of Windows.*packages/s),
    });
    const read = async (path: string) => (await hardware.readFile({ disk: 'windows' }, path)).toString();
    expect(await read('/etc/os-release')).toContain('PRETTY_NAME="Windows Server 2022 Standard"');
    expect(await read('/etc/os-release')).toContain('VARIANT_ID=cloudyard-placeholder');
    expect(await read('/etc/motd')).toContain('placeholder');
  });

  test('is Debian itself where its packages can be had', async () => {
    const outcome = await hardware.materialise(debian, 'debian');
    const release = (await hardware.readFile({ disk: 'debian' }, '/etc/os-release')).toString();
    if (outcome.content === 'PLACEHOLDER') {
      expect(outcome.reason).toMatch(/mmdebstrap|packages/);
      expect(release).toContain('VARIANT_ID=cloudyard-placeholder');
      return;
    }
    expect(release).toMatch(/^VERSION_CODENAME=bookworm$/m);
    const spec = testServer(2, { disk: 'debian' });
    await hardware.startServer(spec);
    expect(await run(spec, 'dpkg --version | head -n 1')).toContain('Debian');
    await hardware.destroyServer(spec.id);
  }, 600_000);

  test('is read through a container, which a sweep removes where a crash left it, and not while it is read', async () => {
    const { stub } = await imageNames(findApplianceFolder());
    const labels = new Labels(cloudId);
    const left = (owner: Labels) =>
      docker.createContainer({
        Image: stub,
        Cmd: ['/'],
        Labels: owner.of('image', 'some-disk'),
        HostConfig: { NetworkMode: 'none' },
      });
    const others = await left(new Labels(testCloudId()));
    try {
      await left(labels);
      const knowsAll: KnownIds = async (_, ids) => new Set(ids);
      expect(await hardware.sweep(knowsAll)).toEqual(['container of image some-disk']);
      expect(await docker.listContainers({ all: true, filters: labels.filter('image') })).toEqual([]);
      expect((await others.inspect()).Id).toBe(others.id);

      const containers = new ImageContainers(new Engine(docker), labels);
      const used = await containers.use(stub, 'in-use', async id => {
        expect(await containers.removeStrays()).toEqual([]);
        return (await docker.getContainer(id).inspect()).Config.Labels;
      });
      expect(used).toMatchObject(labels.of('image', 'in-use'));
      expect(await docker.listContainers({ all: true, filters: labels.filter('image') })).toEqual([]);
    } finally {
      await others.remove();
    }
  });

  test('that is stopped on its way leaves no disk', async () => {
    const stop = new AbortController();
    const stopped = hardware.materialise(debian, 'stopped', { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await hardware.disks.stat('stopped')).toBeUndefined();
  });
});
