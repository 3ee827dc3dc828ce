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
  expect(await says('disks retype other essd')).toBe('disk other is a ESSD\n');
  expect(await says('disks show other')).toContain('ESSD');
  expect(JSON.parse(await says('disks list --tag use=test --json'))).toMatchObject([
    { name: 'data', size: 20, status: 'IN_USE' },
  ]);
  const { code, stderr } = await run('disks delete data');
  expect(code).toBe(1);
  expect(stderr).toContain('(EVS.1046)');
  await says('disks detach data web --force');
  expect(await says('disks delete-snapshot before')).toBe('snapshot before is deleted\n');
  expect(await says('disks delete data other')).toBe('disk data is deleted\ndisk other is deleted\n');
});
