/** Servers in networks of one's own on the command line. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { makeBindable } from './bindable.ts';
import { RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-networks-'));
const IMAGE = 'Standard_Debian_12_latest';
let cloud: TestCloud;
let url: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  makeBindable(cloud);
  url = await cloud.url();
  await json('networks create shop 10.0.0.0/16');
  await json('networks create-subnet shop front 10.0.1.0/24');
  await json('networks create-subnet shop back 10.0.2.0/24');
  await json('networks create-group web');
  await json('networks create-group admin');
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (line: string): RunningCli => new RunningCli(line.split(' '), { cwd: folder, env: { CLOUDYARD_URL: url } });

async function json<Answer = Record<string, unknown>>(line: string): Promise<Answer> {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect({ code, stderr }, line).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** What a command line says that has to fail. */
async function refuses(line: string, code = 1): Promise<string> {
  const ended = await run(line);
  expect(ended, line).toMatchObject({ code, stdout: '' });
  return ended.stderr;
}

interface ListedPort {
  readonly name: string;
  readonly address: string;
  readonly server: { readonly name: string } | null;
}

/** Ports by address, without those of other servers. */
const portsOf = async (server: string) =>
  (await json<ListedPort[]>('networks ports'))
    .filter(port => port.server?.name === server)
    .sort((one, other) => one.address.localeCompare(other.address));

const addressesOf = async (server: string) =>
  (
    await json<{ address: string; bandwidthSize: number; port: { server: { name: string } } | null }[]>('networks addresses')
  ).filter(({ port }) => port?.server.name === server);

test('a server is launched on interfaces, groups and an elastic IP of one’s own', async () => {
  await json('networks create-port back --name mine --address 10.0.2.20 --group admin');
  const { publicAddress } = await json<{ publicAddress: { address: string } }>('networks allocate');
  await json(
    `servers launch own --image ${IMAGE} --nic subnet=front,address=10.0.1.20 --nic port=mine --group web --group default --elastic-ip ${publicAddress.address}`,
  );
  expect(await portsOf('own')).toMatchObject([
    { address: '10.0.1.20', subnet: { name: 'front' }, securityGroups: [{ name: 'default' }, { name: 'web' }] },
    { address: '10.0.2.20', name: 'mine', securityGroups: [{ name: 'admin' }] },
  ]);
  expect(await addressesOf('own')).toMatchObject([{ address: publicAddress.address, port: { address: '10.0.1.20' } }]);
  expect((await run('networks ports')).stdout).toMatch(/10\.0\.2\.20 +back +ACTIVE +own +admin +mine/);

  await json('servers delete own');
  expect(await json('networks addresses')).toMatchObject([{ address: publicAddress.address, port: null }]);
  await json(`networks release ${publicAddress.address}`);
  expect(await json('networks delete-port mine')).toMatchObject({ deletedPortId: expect.any(String) });
});

test('a new elastic IP for each server goes with them where that is said', async () => {
  await json(`servers launch many --image ${IMAGE} --count 2 --subnet front --elastic-ip new --bandwidth 20`);
  expect(await addressesOf('many-0001')).toMatchObject([{ bandwidthSize: 20 }]);
  expect(await addressesOf('many-0002')).toMatchObject([{ bandwidthSize: 20 }]);
  await json('servers delete many-0001 many-0002 --addresses');
  expect(await json('networks addresses')).toEqual([]);
});

test('a bare-metal server has them, too', async () => {
  await json('networks create-port back --name metal-port');
  await json(
    'baremetal launch metal --image BMS_Debian_12_latest --subnet front --nic port=metal-port --group web --elastic-ip new',
  );
  expect(await portsOf('metal')).toMatchObject([
    { subnet: { name: 'front' }, securityGroups: [{ name: 'web' }] },
    { name: 'metal-port', securityGroups: [{ name: 'default' }] },
  ]);
  expect(await addressesOf('metal')).toHaveLength(1);
  await json('servers delete metal --addresses');
  await json('networks delete-port metal-port');
});

test('an interface is attached by subnet with groups, or as a port, and detached by the name of its port', async () => {
  await json(`servers launch further --image ${IMAGE} --subnet front`);
  await json('networks create-subnet shop third 10.0.3.0/24');
  await json('networks create-port third --name third-port');
  expect(await run('servers attach-nic further back --address 10.0.2.30 --group admin')).toMatchObject({
    code: 0,
    stdout: 'server further is in subnet back\n',
  });
  expect(await run('servers attach-nic further --port third-port')).toMatchObject({
    code: 0,
    stdout: 'server further has port third-port\n',
  });
  expect((await portsOf('further')).slice(1)).toMatchObject([
    { address: '10.0.2.30', securityGroups: [{ name: 'admin' }] },
    { name: 'third-port' },
  ]);
  await json('servers detach-nic further third-port');
  expect(await portsOf('further')).toHaveLength(2);
  await json('servers delete further');
});

const launch = `servers launch never --image ${IMAGE}`;

test.each([
  [`${launch} --nic port=nothing`, 'there is no port called nothing (NOT_FOUND)\n  see `cloudyard networks ports`'],
  [`${launch} --nic subnet=nowhere`, 'there is no subnet called nowhere'],
  [`${launch} --subnet nowhere`, 'there is no subnet called nowhere (NOT_FOUND)\n  see `cloudyard networks subnets`'],
  [`${launch} --group nobody`, 'there is no security group called nobody (NOT_FOUND)\n  see `cloudyard networks groups`'],
  [
    `${launch} --elastic-ip 127.0.0.1`,
    'there is no elastic IP called 127.0.0.1 (NOT_FOUND)\n  see `cloudyard networks addresses`',
  ],
  [
    'networks create-subnet nowhere sub 10.0.0.0/24',
    'there is no VPC called nowhere (NOT_FOUND)\n  see `cloudyard networks list`',
  ],
  ['baremetal power on never', 'there is no bare-metal server called never (NOT_FOUND)\n  see `cloudyard baremetal list`'],
  [`${launch} --nic subnet=front --subnet back`, '(Ecs.0005)'],
  [`${launch} --nic subnet=front --nic subnet=front`, '(Ecs.0014)'],
  [`${launch} --nic subnet=front,address=10.9.9.9`, '(Ecs.0039)'],
  [`${launch} --elastic-ip new --bandwidth 1001`, '(Ecs.0045)'],
  ['baremetal launch never --image BMS_Debian_12_latest --nic port=nothing', 'there is no port called nothing'],
  ['servers attach-nic never front', 'there is no server called never'],
])('refused: %s', async (line, words) => {
  expect(await refuses(line)).toContain(words);
});

test.each([
  [`${launch} --nic front`, 'expected some of subnet, address, port'],
  [`${launch} --nic address=10.0.1.20`, 'expected a subnet, with an address or without, or a port'],
  [`${launch} --nic subnet=front,port=mine`, 'expected a subnet, with an address or without, or a port'],
  [`${launch} --nic port=`, 'expected a subnet, with an address or without, or a port'],
  [`${launch} --bandwidth 10`, '--bandwidth is for new elastic IPs: --elastic-ip new'],
  [`${launch} --elastic-ip 127.20.0.1 --bandwidth 10`, '--bandwidth is for new elastic IPs: --elastic-ip new'],
  ['servers attach-nic web', 'say either a subnet or, with --port, a port'],
  ['servers attach-nic web front --port mine', 'say either a subnet or, with --port, a port'],
  ['servers attach-nic web --port mine --group web', '--address and --group go with a subnet'],
])('not understood: %s', async (line, words) => {
  expect(await refuses(line, 2)).toContain(words);
});

test('rules let through or stop, one port or several, in the order of their priority; elastic IPs have a type and a status', async () => {
  await json('networks allow web ingress --protocol tcp --ports 80,443,8000-8080 --priority 20');
  await json('networks deny web ingress --protocol tcp --port 22 --from-or-to 10.9.0.0/16 --priority 10');
  const { stdout } = await run('networks groups');
  const id = '[0-9a-f-]{36}';
  expect(stdout).toMatch(new RegExp(`^web +${id} +20  in tcp 80,443,8000-8080 from all +${id}$`, 'm'));
  expect(stdout).toMatch(new RegExp(`^web +${id} +10  deny in tcp 22 from 10.9.0.0/16 +${id}$`, 'm'));
  expect(await refuses('networks allow web ingress --protocol tcp --port 22 --ports 80,443')).toMatch(/VPC\.\d{4}/);
  expect(await refuses('networks deny web ingress --priority 101')).toMatch(/VPC\.\d{4}/);
  expect(await refuses('networks allocate --type gold', 2)).toContain('bgp, static-bgp, mail-bgp');
  const { publicAddress } = await json<{ publicAddress: { address: string } }>('networks allocate --type static-bgp');
  const listed = await json<{ address: string }[]>('networks addresses');
  expect(listed.find(({ address }) => address === publicAddress.address)).toMatchObject({ status: 'DOWN', type: 'STATIC_BGP' });
  expect((await run('networks addresses')).stdout).toMatch(/DOWN +STATIC_BGP +5 /);
});
