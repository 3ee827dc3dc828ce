/** Images of every kind on the command line, and so over GraphQL. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
const IMAGE = 'Standard_Debian_12_latest';
let cloud: TestCloud;
let url: string;
let serverId: string;
let diskIds: string[];
let vaultId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  url = await cloud.url();
  const launched = await json<{ servers: { uuid: string }[] }>(
    `servers launch web --image ${IMAGE} --data-disk size=10,type=sas,format --data-disk size=12,count=2,delete`,
  );
  serverId = launched.servers[0]?.uuid ?? '';
  diskIds = (await cloud.a.servers.listDisks({ serverIds: [serverId] })).map(({ diskId }) => diskId);
  ({ vaultId } = await cloud.a.vaults.create({ name: 'vault', size: 100 }));
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (line: string, token?: string): RunningCli =>
  new RunningCli(line.split(' '), { cwd: folder, env: { CLOUDYARD_URL: url, ...(token && { CLOUDYARD_TOKEN: token }) } });

async function json<Answer = Record<string, unknown>>(line: string, token?: string): Promise<Answer> {
  const result = await run(`${line} --json`, token);
  expect(result, line).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
}

test('the data disks of a launch are what was asked for', async () => {
  expect(await cloud.a.servers.listDisks({ serverIds: [serverId] })).toMatchObject([
    { device: '/dev/vda' },
    { device: '/dev/vdb', deleteOnTermination: false, disk: { size: 10, type: 'SAS', fileSystem: 'EXT4' } },
    { device: '/dev/vdc', deleteOnTermination: true, disk: { size: 12, type: 'SSD', fileSystem: null } },
    { device: '/dev/vdd', disk: { size: 12 } },
  ]);
  const { code, stderr } = await run(`servers launch x --image ${IMAGE} --data-disk giant`);
  expect(code).not.toBe(0);
  expect(stderr).toContain('expected some of size, type');
});

test('data disk images are numbered, listed by kind, and launched from', async () => {
  const { images } = await json<{ images: object[] }>(`images create-data data --disk ${diskIds[1]} --disk ${diskIds[2]}`);
  expect(images).toMatchObject([
    { name: 'data-0001', status: 'ACTIVE', kind: 'DATA' },
    { name: 'data-0002', status: 'ACTIVE', kind: 'DATA' },
  ]);
  const { stdout } = await run('images list --kind data');
  expect(stdout).toMatch(/data-0001 .*DATA/);
  expect(stdout).not.toContain(IMAGE);
  await json(`servers launch other --image ${IMAGE} --data-disk image=data-0001`);
});

test('an image of a disk is for the machines that are said', async () => {
  const disk = diskIds[1] ?? '';
  const release = Buffer.from('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  await cloud.cloud.hardware.writeFile({ disk: `disk-${disk}`, server: serverId }, '/etc/os-release', release);
  const order = ['images', 'create', 'metal', '--disk', disk, '--os-version', 'Debian GNU/Linux 12.0.0 64bit'];
  const cli = (...more: string[]) => new RunningCli([...order, ...more], { cwd: folder, env: { CLOUDYARD_URL: url } });
  expect(await cli('--type', 'bms')).toMatchObject({ code: 0, stdout: expect.stringContaining('image metal is ready') });
  expect(await json('images show metal')).toMatchObject({ kind: 'BARE_METAL', status: 'ACTIVE' });
  expect(await cli('--type', 'iso')).toMatchObject({ code: 2, stderr: expect.stringContaining('expected one of ecs, bms') });
  expect((await run('images create x --server web --type bms')).stderr).toContain('--type is for --disk');
});

test('a disk without a system says so, and what goes together is asked for', async () => {
  const { code, stderr } = await run(`images create x --disk ${diskIds[1]} --os-version CentOS`);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('IMG.0056') });
  expect((await run('images create x')).stderr).toContain('--server or --disk');
  expect((await run('images create-whole x --server web')).stderr).toContain('--server and --vault go together');
});

test('a full-ECS image is made, shown, shared with one who has room, and deleted with its backup', async () => {
  await json(`images create-whole whole --server web --vault ${vaultId}`);
  expect(await json('images show whole')).toMatchObject({ kind: 'FULL_ECS', status: 'ACTIVE', backupUuid: expect.any(String) });
  expect(await json('images list --kind full-ecs')).toMatchObject([{ name: 'whole' }]);
  await json(`images share whole ${cloud.b.id}`);
  const room = await cloud.b.vaults.create({ name: 'room', size: 100 });
  expect((await run('images accept whole', cloud.b.token)).stderr).toContain('IMG.0184');
  await json(`images accept whole --vault ${room.vaultId}`, cloud.b.token);
  await json('servers launch of-b --image whole', cloud.b.token);

  for (const { id } of await cloud.cloud.database.read.job.findMany({ where: { type: 'imsCheckWholeImageJob' } }))
    await cloud.waitForJob(id);
  await json('images delete whole --with-backup');
  for (const { id } of await cloud.cloud.database.read.job.findMany({ where: { type: 'deleteBackup' } }))
    await cloud.waitForJob(id);
  expect(await cloud.cloud.database.read.backup.count()).toBe(0);
});
