/** Vaults, policies, backups and fsck on the command line, and so over GraphQL. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
let cloud: TestCloud;
let url: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  url = await cloud.url();
  await json('servers launch web --image Standard_Debian_12_latest');
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

test('a policy is made, changed, given to a vault and deleted', async () => {
  await json('vaults create-policy nightly --every 24 --keep 7');
  await json('vaults create kept --size 50 --policy nightly');
  expect(await json('vaults update-policy nightly --name daily --keep 0 --keep-days 30 --switch off')).toMatchObject({
    backupPolicy: { name: 'daily', everyHours: 24, keepBackups: null, keepDays: 30, enabled: false },
  });
  expect((await run('vaults policies')).stdout).toMatch(/daily .*switched off/);
  expect(await json('vaults show kept')).toMatchObject({ size: 50, policy: { name: 'daily' } });
  expect((await run('vaults update-policy daily')).stderr).toContain('nothing to change');
  await json('vaults delete-policy daily');
  expect(await json('vaults show kept')).toMatchObject({ policy: null });
  const { code, stderr } = await run('vaults update kept --policy daily');
  expect(code).not.toBe(0);
  expect(stderr).toContain('see `cloudyard vaults policies`');
});

test('a vault takes a server in and lets it go', async () => {
  await json('vaults create main --size 100');
  await json('vaults add main web');
  expect(await json('vaults show main')).toMatchObject({ resources: [{ type: 'SERVER', name: expect.stringContaining('web') }] });
  await json('vaults remove main web');
  expect(await json('vaults show main')).toMatchObject({ resources: [] });
  expect((await run('backups create main')).stderr).toContain('BackupService.0001');
  await json('vaults add main web');
  await json('vaults update main --name first --size 120');
  expect(await json('vaults list')).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'first', size: 120 })]));
});

test('a backup is made, shared, answered to, restored, checked and deleted', async () => {
  const { backups } = await json<{ backups: { uuid: string }[] }>('backups create first --name one');
  expect(backups).toMatchObject([{ name: 'one', status: 'AVAILABLE' }]);
  expect((await run('backups list --vault first')).stdout).toMatch(/one .*server web.*AVAILABLE/);
  expect(await json('backups show one')).toMatchObject({ parts: [{ device: '/dev/vda' }], vault: { name: 'first' } });

  await json(`backups share one ${cloud.b.id}`);
  expect(await json('backups list --shared', cloud.b.token)).toMatchObject([{ name: 'one' }]);
  await json('vaults create room --size 100', cloud.b.token);
  await json('backups accept one --vault room', cloud.b.token);
  await json('backups reject one', cloud.b.token);
  await json(`backups unshare one ${cloud.b.id}`);
  expect((await run('backups accept one --vault room', cloud.b.token)).stderr).toContain('there is no backup called one');

  await json('backups restore one');
  const administrator = (line: string) => run(line, 'cloudyard-admin');
  expect(await administrator('fsck')).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole') });
  const [part] = await cloud.a.backups.listParts({ backupIds: [backups[0]?.uuid ?? ''] });
  await cloud.cloud.hardware.disks.write(backupDisk(part?.id ?? ''), 0, Buffer.alloc(4096, 1));
  const damaged = await administrator('fsck');
  expect(damaged).toMatchObject({ code: 1, stderr: expect.stringContaining('1 thing damaged') });
  expect(damaged.stdout).toContain(part?.id);
  expect((await run('backups restore one')).stderr).toContain('Cloudyard.0011');

  await json('backups delete one');
  expect(await json('backups list')).toEqual([]);
  await json('vaults delete first');
  expect((await run('vaults show first')).stderr).toContain('see `cloudyard vaults list`');
});

test('all of a vault can be said at its making and changed later', async () => {
  const made = await json('vaults create told --size 10 --description early --tag team=red --auto-expand');
  expect(made).toMatchObject({
    vault: { description: 'early', tags: [{ key: 'team', value: 'red' }], autoBind: false, autoExpand: true },
  });
  expect(await json('vaults update told --auto-bind yes --auto-expand no --description late')).toMatchObject({
    vault: { name: 'told', size: 10, description: 'late', autoBind: true, autoExpand: false },
  });
  expect((await run('vaults show told')).stdout).toMatch(/takes in +what no vault protects/);
  expect(await run('vaults update told')).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing to change') });
  expect(await run('vaults update told --auto-bind perhaps')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected yes or no'),
  });
  await json('vaults delete told');
});

test('checkpoints are listed with what they left out', async () => {
  const busy = await json<{ servers: { uuid: string }[] }>('servers launch busy --image Standard_Debian_12_latest');
  await json('servers launch idle --image Standard_Debian_12_latest');
  await json('vaults create several --size 200 --add busy idle');
  await json('backups create several --name all');

  const { id } = await cloud.admin.faults.add({ match: { jobType: 'stopSingleServer' }, effect: { kind: 'hold', percent: 0 } });
  const { job } = await json<{ job: { uuid: string } }>('servers stop busy --no-wait');
  expect((await run('backups create several --name some')).stderr).toContain('busy is left out: ');
  await cloud.admin.faults.remove({ id });
  await cloud.waitForJob(job.uuid);

  const skipped = { uuid: busy.servers[0]?.uuid, type: 'SERVER', name: 'busy', code: 'BackupService.7101' };
  expect(await json('backups checkpoints --vault several')).toMatchObject([
    { status: 'AVAILABLE', vault: { name: 'several' }, skipped: [skipped] },
    { status: 'AVAILABLE', autoTrigger: false, skipped: [] },
  ]);
  expect((await run('backups checkpoints')).stdout).toMatch(/several +AVAILABLE +a user .* busy: .+ \(BackupService\.7101\)/);
  expect(await json('backups checkpoints --limit 1')).toHaveLength(1);
  expect((await run('backups checkpoints --vault nothing')).stderr).toContain('there is no vault called nothing');
});
