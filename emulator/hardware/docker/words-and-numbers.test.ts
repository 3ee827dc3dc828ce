/** The small pure parts of the driver. */
import { describe, expect, test } from 'vitest';
import { ENGINE_SUBNETS, engineSubnet, withPrefix } from './addresses.ts';
import { type Frame, frames } from './frames.ts';
import { Labels } from './labels.ts';
import { Listeners } from './listeners.ts';
import { metadataFiles } from './metadata.ts';
import { osRelease } from './os-release.ts';
import { poolLimits } from './pool-limits.ts';
import { digest } from './recipe.ts';

const image = { name: 'i', osType: 'Linux', container: null, debianSuite: null, partitioned: false } as const;

describe('addresses', () => {
  test('the engine has 512 ranges of its own, all in 198.18.0.0/15', () => {
    expect(ENGINE_SUBNETS).toBe(512);
    expect([0, 1, 256, 511, 512].map(engineSubnet)).toEqual([
      '198.18.0.0/24',
      '198.18.1.0/24',
      '198.19.0.0/24',
      '198.19.255.0/24',
      '198.18.0.0/24',
    ]);
  });

  test('an address takes the length of its range', () => {
    expect(withPrefix('192.168.0.5', '192.168.0.0/24')).toBe('192.168.0.5/24');
    expect(() => withPrefix('192.168.0.5', '192.168.0.0')).toThrow(TypeError);
    expect(() => withPrefix('192.168.0.5', '192.168.0.0/33')).toThrow(TypeError);
  });
});

describe('output of the engine', () => {
  const frame = (stream: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const all = async (chunks: Buffer[]): Promise<Frame[]> => {
    const source = (async function* () {
      yield* chunks;
    })();
    const found: Frame[] = [];
    for await (const one of frames(source)) found.push(one);
    return found;
  };

  test('is taken apart however it is cut', async () => {
    const bytes = Buffer.concat([frame(1, 'out'), frame(2, ''), frame(2, 'error €'), frame(1, 'x'.repeat(700))]);
    const whole = await all([bytes]);
    expect(whole.map(({ stream, data }) => [stream, data.length])).toEqual([
      ['stdout', 3],
      ['stderr', 0],
      ['stderr', 9],
      ['stdout', 700],
    ]);
    expect(await all(Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1)))).toEqual(whole);
  });

  test('that ends in the middle gives what was whole', async () => {
    expect(await all([frame(1, 'whole'), frame(1, 'half').subarray(0, 10)])).toHaveLength(1);
  });
});

describe('a placeholder is named after its image', () => {
  test.each([
    ['Ubuntu 22.04 server 64bit', 'Ubuntu', 'ubuntu', '22.04', 'Ubuntu 22.04 server'],
    ['Debian GNU/Linux 12.0.0 64bit', 'Debian', 'debian', '12.0.0', 'Debian GNU/Linux 12.0.0'],
    ['Windows Server 2022 Standard 64bit', 'Windows', 'windows', '2022', 'Windows Server 2022 Standard'],
    ['Redhat Linux Enterprise 8.5 64bit(40GB)', 'RedHat', 'rhel', '8.5', 'Redhat Linux Enterprise 8.5 (40GB)'],
    ['Other(64bit)', 'Other', 'other', undefined, 'Other'],
  ])('%s', (osVersion, platform, id, version, pretty) => {
    const text = osRelease({ ...image, osVersion, platform });
    expect(text).toContain(`\nID=${id}\n`);
    expect(/^VERSION_ID="(.*)"$/m.exec(text)?.[1]).toBe(version);
    expect(/^PRETTY_NAME="(.*)"$/m.exec(text)?.[1]).toBe(pretty);
  });

  test('and no name can break out of the file', () => {
    const text = osRelease({ ...image, osVersion: 'a"\n$(b)`\\', platform: 'P"\nID=root' });
    expect(text).toContain('PRETTY_NAME="a\\" \\$(b)\\`\\\\"');
    expect(text.match(/^ID=/gm)).toHaveLength(1);
  });
});

test('an id that would make strange names in the engine is refused', () => {
  expect(new Labels('a-1').name('server', 's')).toBe('cloudyard-a-1-server-s');
  for (const id of ['', '-a', 'a b', 'a/b', 'a'.repeat(64), 'a\n']) expect(() => new Labels(id)).toThrow(TypeError);
});

test('what is held back of a pool fits its size', () => {
  expect(poolLimits({}).poolFloor).toBe(2 ** 28);
  expect(poolLimits({ poolBytes: 16 * 2 ** 20 }).poolFloor).toBe(2 ** 20);
  expect(poolLimits({ poolBytes: 2 ** 30, poolFloor: 0, stateFloor: 1 })).toEqual({
    poolBytes: 2 ** 30,
    poolFloor: 0,
    stateFloor: 1,
  });
});

test('a listener that stopped hears no more, and the same function may listen twice', () => {
  const heard: number[] = [];
  const listeners = new Listeners<number>();
  const listen = (value: number): void => void heard.push(value);
  const stop = listeners.add(listen);
  listeners.add(listen);
  listeners.tell(1);
  stop();
  listeners.tell(2);
  expect(heard).toEqual([1, 1, 2]);
});

test('metadata is served in both forms, and user data only where there is some', () => {
  const nic = { portId: 'p', subnetId: 's', address: '10.0.0.5', mac: 'fa:16:3e:00:00:01' };
  const spec = {
    id: 'i',
    tenantId: 't',
    hostname: 'h',
    disk: 'd',
    dataDisks: [],
    vcpus: 1,
    memoryMiB: 1,
    nics: [nic],
    sshPort: null,
  };
  const served = (userData: Buffer | null) =>
    Object.fromEntries(
      metadataFiles({ ...spec, metadata: { uuid: 'u', n: 1 }, userData }, nic).map(file => [file.path, `${file.data}`]),
    );
  expect(served(null)).toEqual({
    'openstack/latest/meta_data.json': '{"uuid":"u","n":1}',
    'latest/meta-data/instance-id': 'u',
    'latest/meta-data/hostname': 'h',
    'latest/meta-data/local-hostname': 'h',
    'latest/meta-data/local-ipv4': '10.0.0.5',
    'latest/meta-data/mac': 'fa:16:3e:00:00:01',
  });
  expect(served(Buffer.from('#!'))).toMatchObject({ 'openstack/latest/user_data': '#!', 'latest/user-data': '#!' });
});

test('a digest tells values apart, not the objects that hold them', () => {
  expect(digest({ a: [1, 2] })).toBe(digest({ a: [1, 2] }));
  expect(digest({ a: [1, 2] })).not.toBe(digest({ a: [12] }));
});
