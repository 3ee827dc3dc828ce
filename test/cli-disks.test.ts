import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { type CliOptions, RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-disks-'));
let cloud: TestCloud;
let url: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  url = await cloud.url();
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(line: string, options: CliOptions = {}) {
  return new RunningCli(line.split(' '), { cwd: folder, ...options, env: { CLOUDYARD_URL: url } });
}

/** What a command line that has to succeed says. */
async function says(line: string, options?: CliOptions): Promise<string> {
  const { code, stdout, stderr } = await run(line, options);
  expect({ code, stderr: code === 0 ? '' : stderr }, line).toEqual({ code: 0, stderr: '' });
  return stdout;
}

test('a disk from its making to its end', async () => {
  await says('servers launch web --image Standard_Debian_12_latest');
  expect(await says('disks create data --size 10 --format --server web --tag use=test')).toMatch(
    /^disk data is there: [0-9a-f-]{36}\n$/,
  );
  await says('servers files put web /notes.txt --disk data', { stdin: 'first' });
  expect(await says('servers files cat web /notes.txt --disk data')).toBe('first');
  expect(await says('disks snapshot data before')).toMatch(/^snapshot before of data is there: /);
  await says('servers files put web /notes.txt --disk data', { stdin: 'second' });
  expect(await says('disks extend data 20')).toBe('disk data has 20 GiB\n');
  expect(await says('disks detach data web')).toBe('disk data is detached from web\n');
  expect(await says('disks rollback before')).toBe('disk data is as it was at before\n');
  expect(await says('disks create copy --snapshot before')).toContain('disk copy is there');
  expect(await says('disks attach data web --device /dev/vdd')).toBe('disk data is at /dev/vdd of web\n');
  expect(await says('servers files cat web /notes.txt --disk data')).toBe('first');
  expect(await says('disks list --server web')).toContain('web /dev/vdd');
  expect(await says('disks snapshots --disk data')).toContain('before');
  expect(await says('disks rename copy other')).toBe('disk copy is called other\n');
  expect(await says('disks retype other essd')).toBe('disk other has type ESSD\n');
  expect(await says('disks show other')).toContain('ESSD');
  expect(JSON.parse(await says('disks list --tag use=test --json'))).toMatchObject([
    { name: 'data', size: 20, status: 'IN_USE' },
  ]);
  const { code, stderr } = await run('disks delete data');
  expect(code).toBe(1);
  expect(stderr).toContain('(EVS.1046)');
  await says('disks detach data web --force');
  expect(await says('disks delete-snapshot before')).toBe('snapshot before is deleted\n');
  expect(await says('disks delete data other data')).toBe('disk data is deleted\ndisk other is deleted\n');
});

/** What a command line says that has to fail. */
async function refuses(line: string, code = 1): Promise<string> {
  const ended = await run(line);
  expect(ended, line).toMatchObject({ code, stdout: '' });
  return ended.stderr;
}

test('a SCSI disk is for a bare-metal server, any other is not', async () => {
  await says('baremetal launch metal --image BMS_Debian_12_latest');
  await says('disks create plain --size 10');
  await says('disks create scsi --size 10 --scsi');
  expect(await refuses('disks attach plain metal')).toContain('(BMS.0223)');
  expect(await says('disks attach scsi metal')).toBe('disk scsi is at /dev/sdb of metal\n');
  expect(JSON.parse(await says('disks show scsi --json'))).toMatchObject({ deviceType: 'SCSI', status: 'IN_USE' });
  await says('disks create more --size 10 --scsi --server metal');
  expect(await says('disks list --server metal')).toContain('metal /dev/sdc');
  expect(await refuses('disks create copy --image Standard_Debian_12_latest --scsi')).toContain('(EVS.1043)');
  await says('servers delete metal --disks');
  await says('disks delete plain');
});

test('what is said of a disk is changed', async () => {
  await says('disks create flags --size 10');
  const order = ['disks', 'update', 'flags', '--read-only', 'yes', '--bootable', 'yes', '--description', 'a few words'];
  const { code, stdout } = await new RunningCli([...order, '--json'], { cwd: folder, env: { CLOUDYARD_URL: url } });
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 0,
    disk: { readOnly: true, bootable: true, description: 'a few words' },
  });
  expect(await says('disks update flags --read-only no --bootable no')).toBe('disk flags is changed\n');
  expect(JSON.parse(await says('disks show flags --json'))).toMatchObject({
    readOnly: false,
    bootable: false,
    description: 'a few words',
  });
  await says('servers launch user --image Standard_Debian_12_latest');
  await says('disks attach flags user');
  expect(await refuses('disks update flags --read-only yes --description lost')).toContain('(EVS.5400)');
  expect(JSON.parse(await says('disks show flags --json'))).toMatchObject({ readOnly: false, description: 'a few words' });
  expect(await refuses('disks update flags', 2)).toContain('nothing to change');
  expect(await refuses('disks create lost --size 10 --device /dev/vdd', 2)).toContain('--device goes with --server');
  expect(await refuses('disks update flags --bootable maybe', 2)).toContain('expected yes or no');
  expect(await refuses('disks update nothing --bootable yes')).toContain('there is no disk called nothing');

  expect(await says('disks update-attachment flags user --delete-with-server yes')).toBe(
    'disk flags goes with user when that is deleted\n',
  );
  expect(await says('disks show flags')).toMatch(/^goes with +user$/m);
  expect(await says('disks update-attachment flags user --delete-with-server no')).toBe(
    'disk flags stays when user is deleted\n',
  );
  expect(await says('disks show flags')).toMatch(/^goes with +no server$/m);
  await says('disks update-attachment flags user --delete-with-server yes');
  await says('servers delete user');
  expect(await says('disks list --name flags')).toBe('');
});

test('a snapshot gets another name, and a disk with one is deleted with it or not at all', async () => {
  await says('disks create kept --size 10');
  await says('disks snapshot kept first --description words');
  expect(await says('disks update-snapshot first --name second')).toBe('snapshot second is changed\n');
  expect(await says('disks update-snapshot second --description other')).toBe('snapshot second is changed\n');
  expect(JSON.parse(await says('disks snapshots --disk kept --json'))).toMatchObject([{ name: 'second', description: 'other' }]);
  expect(await refuses('disks update-snapshot second', 2)).toContain('nothing to change');
  expect(await refuses('disks create lost --size 10 --device /dev/vdd', 2)).toContain('--device goes with --server');
  expect(await refuses('disks update-snapshot first --name third')).toContain(
    'there is no disk snapshot called first (NOT_FOUND)\n  see `cloudyard disks snapshots`',
  );
  expect(await refuses('disks delete kept --no-cascade')).toContain('(EVS.1046)');
  expect(await says('disks list --name kept')).toContain('kept');
  await says('disks delete kept');
  expect(await says('disks snapshots')).toBe('');
});

test.each([
  ['disks', 'disks create tagged --size 10'],
  ['servers', 'servers launch tagged --image Standard_Debian_12_latest'],
  ['vaults', 'vaults create tagged --size 10'],
])('tags of %s are set and taken off', async (nouns, make) => {
  await says(make);
  expect(await says(`${nouns} tag tagged use=test team=red`)).toBe('tagged has team=red, use=test\n');
  expect(JSON.parse(await says(`${nouns} tag tagged team=blue --remove use --json`))).toMatchObject({
    [nouns.slice(0, -1)]: { name: 'tagged', tags: [{ key: 'team', value: 'blue' }] },
  });
  expect(await says(`${nouns} tag tagged --remove team`)).toBe('tagged has no tags\n');
  expect(await refuses(`${nouns} tag tagged`, 2)).toContain('no tag to set');
  expect(await refuses(`${nouns} tag nothing a=1`)).toContain('called nothing (NOT_FOUND)');
  await says(`${nouns} delete tagged`);
});
