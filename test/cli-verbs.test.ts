import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../src/testing/index.ts';
import { type CliOptions, type CliRun, cloudyard, RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
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

const start = (line: string, options: CliOptions = {}): RunningCli =>
  new RunningCli(line.split(' '), { cwd: folder, ...options, env: { CLOUDYARD_URL: url, ...options.env } });

/** Runs a command line that has to succeed. */
async function ok(line: string, options?: CliOptions): Promise<CliRun> {
  const run = await start(line, options);
  expect(run, line).toMatchObject({ code: 0 });
  return run;
}

async function json<Answer = Record<string, unknown>>(line: string, options?: CliOptions): Promise<Answer> {
  const { stdout, stderr } = await ok(`${line} --json`, options);
  expect(stderr, 'with --json nothing is said besides').toBe('');
  return JSON.parse(stdout);
}

/** Runs a command line that has to fail; returns what it said. */
async function fails(line: string, options?: CliOptions): Promise<string> {
  const { code, stdout, stderr } = await start(line, options);
  expect({ code, stdout }, line).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/error: .+ \([\w.]+\)\n/);
  return stderr;
}

const IMAGE = 'Standard_Debian_12_latest';

describe('a server and its image', () => {
  beforeAll(async () => {
    await ok(`servers launch web --image ${IMAGE} --tag use=test`);
  });

  test('a launch says each step on stderr and the result on stdout', async () => {
    const { stdout, stderr } = await ok(`servers launch second --image ${IMAGE} --flavor s3.large.2`);
    expect(stdout).toMatch(/^server second runs: [0-9a-f-]{36}\n$/);
    expect(stderr).toMatch(/^createServer \d+ % \w+$/m);
    expect(stderr).toContain('createServer 100 % done\n');
    expect(stderr).not.toContain('\u001B');
    await ok('servers delete second');
  });

  test('in a terminal a bar is brought up to date in place', async () => {
    const rule = await json<{ uuid: string }>('faults add --job-type rebootSingleServer --hold 0');
    const reboot = start('servers reboot web', { isTTY: true, env: { NO_COLOR: '1' } });
    await reboot.stderr.has('░░░   0 %');
    await ok(`faults remove ${rule.uuid}`);
    const { stderr } = await reboot;
    expect(stderr).toContain('\u001B[1A\u001B[2KrebootServer ████████████████████████ 100 %  done\n');
  });

  test('with --json there is one document, as things stand when the job is over', async () => {
    expect(await json(`servers launch third --image ${IMAGE}`)).toMatchObject({
      job: { type: 'createServer', status: 'SUCCESS', progress: 100 },
      servers: [{ name: 'third', status: 'ACTIVE', taskState: null }],
    });
    expect(await json('servers delete third')).toMatchObject({ job: { status: 'SUCCESS' } });
  });

  test('with --no-wait it answers at once, and the job can be watched', async () => {
    const { job } = await json<{ job: { uuid: string } }>('servers stop web --no-wait');
    const { stdout } = await ok(`jobs watch ${job.uuid} --json`);
    const messages: { job: { status: string }; progress: number }[] = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(messages.at(-1)).toMatchObject({ job: { uuid: job.uuid, status: 'SUCCESS' }, progress: 100 });
    expect(await json(`jobs show ${job.uuid}`)).toMatchObject({ type: 'stopServer', status: 'SUCCESS' });
    expect((await ok(`jobs watch ${job.uuid}`)).stdout).toBe(`job ${job.uuid} is done\n`);
    await ok('servers start web');
  });

  test('power, size and name', async () => {
    await ok('servers stop web --hard');
    expect(await json('servers resize web s3.large.2')).toMatchObject({
      server: { flavor: { name: 's3.large.2' }, status: 'SHUTOFF' },
    });
    await ok('servers start web');
    await ok('servers rename web shop');
    expect(await json('servers show shop')).toMatchObject({
      name: 'shop',
      hostname: 'web',
      tags: [{ key: 'use', value: 'test' }],
    });
    await ok('servers rename shop web');
  });

  test('files come back byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 31) % 251));
    writeFileSync(join(folder, 'cargo'), bytes);
    await ok('servers files put web /srv/deep/cargo cargo --mode 600');
    const { base64 } = await json<{ base64: string }>('servers files cat web /srv/deep/cargo');
    expect(Buffer.from(base64, 'base64').equals(bytes)).toBe(true);
    expect(await json('servers files ls web /srv/deep')).toMatchObject([{ name: 'cargo', size: 70_000, mode: '0600' }]);
    await ok('servers files put web /srv/note', { stdin: 'from stdin\n' });
    expect((await ok('servers files cat web /srv/note')).stdout).toBe('from stdin\n');
  });

  test('a file that is too large, endless or a folder is refused before it is read to its end', async () => {
    writeFileSync(join(folder, 'large'), Buffer.alloc(8 * 1024 ** 2 + 1));
    expect(await fails('servers files put web /srv/large large')).toContain('large has more than 8 MiB (TOO_LARGE)');
    expect(await fails('servers files put web /srv/large /dev/zero')).toContain('/dev/zero has more than 8 MiB (TOO_LARGE)');
    expect(await fails(`servers files put web /srv/large ${folder}`)).toContain('(EISDIR)');
  });

  test('an image is made, shared, accepted, launched, rejected and deleted', async () => {
    expect(await json('images create base --server web --tag a=1')).toMatchObject({
      job: { status: 'SUCCESS' },
      image: { name: 'base', status: 'ACTIVE' },
    });
    await ok('images share base demo-b');
    expect(await json('images list --as demo-b --member-status pending')).toMatchObject([
      { name: 'base', memberStatus: 'PENDING' },
    ]);
    await ok('images accept base --as demo-b');
    expect((await ok('images list --as demo-b --relation shared')).stdout).toMatch(/base {2}SHARED \(accepted\) {2}ACTIVE/);
    await ok('servers launch theirs --image base --as demo-b');
    expect((await ok('servers files cat theirs /srv/note --as demo-b')).stdout).toBe('from stdin\n');
    await ok('images reject base --as demo-b');
    expect(await json('images list --as demo-b --relation shared')).toEqual([]);
    expect(await fails('images delete base --as demo-b')).toContain(
      'there is no image of yours called base (NOT_FOUND)\n  see `cloudyard images list --relation own`',
    );
    await ok('images unshare base demo-b');
    expect((await ok('images tag base b=2 --remove a')).stdout).toBe('base has b=2\n');
    await ok('images update base --protected yes');
    expect(await fails('images delete base')).toContain('(IMG.');
    await ok('images update base --protected no --description words');
    expect(await json('images show base')).toMatchObject({ description: 'words', protected: false, members: [] });
    await ok('images delete base');
    await ok('servers delete theirs --as demo-b');
  });

  test('what this hardware cannot do is said', async () => {
    expect(await fails('servers exec web -- ls')).toContain('(Cloudyard.0003)');
    expect(await fails('servers ssh web')).toContain('(NO_SSH)');
  });

  test('console output is passed on', async () => {
    const { stdout } = await ok('servers console web');
    expect(stdout).not.toBe('');
  });
});

describe('names', () => {
  test('a name that several have has to be told apart by id', async () => {
    await ok(`servers launch twin --image ${IMAGE}`);
    await ok(`servers launch twin --image ${IMAGE}`);
    const said = await fails('servers stop twin');
    expect(said).toContain('2 servers are called twin');
    const ids = said.match(/[0-9a-f-]{36}/g) ?? [];
    expect(ids).toHaveLength(2);
    await ok(`servers delete ${ids.join(' ')}`);
  });

  test.each([
    ['servers show nothing', 'there is no server called nothing (NOT_FOUND)'],
    ['images show nothing', 'there is no image called nothing (NOT_FOUND)'],
    ['servers show 00000000-0000-4000-8000-000000000000', 'there is no server 00000000-0000-4000-8000-000000000000 (NOT_FOUND)'],
    ['jobs show 00000000000000000000000000000000', 'there is no job 00000000000000000000000000000000 (NOT_FOUND)'],
    ['keypairs delete nothing', '(Ecs.'],
    [
      'images accept nothing',
      'there is no image shared with you called nothing (NOT_FOUND)\n  see `cloudyard images list --member-status pending`',
    ],
    ['images share Standard_Debian_12_latest demo-b', 'there is no image of yours called Standard_Debian_12_latest'],
    [`servers launch x --image ${IMAGE} --flavor s9.huge`, '(Ecs.'],
    [`servers launch x --image ${IMAGE} --user-data nowhere.sh`, 'there is no '],
    ['images list --token wrong-token', '(APIGW.0301)'],
    ['jobs watch x --token wrong-token', '(APIGW.0301)'],
    ['events --follow --token wrong-token', '(APIGW.0301)'],
    ['events --after nonsense', '(Cloudyard.0006)'],
    ['faults list --token cloudyard-demo-a', '(APIGW.0302)'],
    ['clock advance 1h', '(APIGW.0201)'],
    ['token --tenant demo-z', 'there is no domain called demo-z'],
  ])('%s', async (line, words) => {
    expect(await fails(line)).toContain(words);
  });
});

describe('key pairs', () => {
  test('a private key goes to a new file of its owner’s alone', async () => {
    const { stdout, stderr } = await ok('keypairs create mine --output mine.pem');
    expect(stdout).toBe('');
    expect(stderr).toContain('mine.pem');
    const file = join(folder, 'mine.pem');
    expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await json('keypairs list')).toMatchObject([{ name: 'mine' }]);
    await ok('keypairs delete mine');
  });

  test('a file that is there is not overwritten, and no key pair is made', async () => {
    writeFileSync(join(folder, 'precious'), 'mine');
    expect(await fails('keypairs create other --output precious')).toBe(
      `error: there already is ${join(folder, 'precious')} (EEXIST)\n`,
    );
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('mine');
    expect(await json('keypairs list')).toEqual([]);
  });
});

describe('administration', () => {
  test('a job that a fault rule fails ends with its code', async () => {
    const rule = await json<{ uuid: string }>('faults add --job-type createSingleServer --fail Ecs.0319 --message full');
    expect(await fails(`servers launch never --image ${IMAGE}`)).toContain('(Ecs.0319)');
    expect((await ok('faults list')).stdout).toContain('jobType=createSingleServer');
    await ok(`faults remove ${rule.uuid}`);
    expect(await fails(`faults remove ${rule.uuid}`)).toContain('there is no rule');
  });

  test('ctrl-c ends the waiting, not the job', async () => {
    const rule = await json<{ uuid: string }>('faults add --job-type createSingleServer --hold 0');
    const launch = start(`servers launch held --image ${IMAGE}`);
    await launch.stderr.has('createServer 0 %');
    launch.signal('SIGINT');
    const { code, stderr } = await launch;
    expect(code).toBe(130);
    const [, job] = /cloudyard jobs watch (\w+)/.exec(stderr) ?? [];
    expect(await json(`jobs show ${job}`)).toMatchObject({ status: 'RUNNING' });
    await ok(`jobs cancel ${job}`);
    expect(await fails(`jobs watch ${job}`)).toContain('error: ');
    expect(await json(`jobs show ${job}`)).toMatchObject({ status: 'CANCELLED' });
    await ok(`faults remove ${rule.uuid}`);
  });

  test('the clock', async () => {
    expect((await ok('clock set virtual')).stdout).toContain('virtual');
    const { clock } = cloud.cloud;
    const before = clock.now().getTime();
    await ok('clock advance 2h');
    expect(clock.now().getTime() - before).toBe(7_200_000);
    await ok('clock set paced --factor 0.01');
    expect(clock.setting).toEqual({ mode: 'paced', factor: 0.01 });
    await ok('clock set instant');
  });

  test('a new token is printed alone, and works', async () => {
    const { stdout } = await ok('token --tenant demo-b --region eu-nl --role reader --lifetime 15m');
    const token = stdout.trim();
    expect(await json(`quotas --token ${token}`)).toContainEqual({ resource: 'servers', used: 0, limit: 2048 });
    expect(await fails(`keypairs create x --token ${token}`)).toContain('(APIGW.0302)');
    expect((await cloud.as(token)).caller.regionId).toBe('eu-nl');
  });
});

describe('events', () => {
  test('are told in order, from a cursor on', async () => {
    const lines = (text: string): { cursor: string; kind: string }[] =>
      text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line));
    const all = lines((await ok('events --limit 4 --json')).stdout);
    const rest = lines((await ok(`events --limit 2 --json --after ${all[1]?.cursor}`)).stdout);
    expect(rest).toEqual(all.slice(2));
  });

  test('are followed until ctrl-c', async () => {
    const [last] = (await ok('events --limit 1 --json')).stdout.trim().split('\n');
    const { cursor } = JSON.parse(last ?? '{}');
    const follow = start(`events --follow --kind keypair.* --after ${cursor} --json`);
    await ok('keypairs create heard');
    await follow.stdout.has('"resourceUuid":"heard"');
    follow.signal('SIGINT');
    expect(await follow).toMatchObject({ code: 0, stderr: '' });
    await ok('keypairs delete heard');
  });
});

test('an answer for a terminal moves no cursor and forges no lines', async () => {
  await cloud.a.faults
    .add({ match: { step: 'x\u001B[2J\nforged' }, effect: { kind: 'delay', seconds: 1 } })
    .catch(() => undefined);
  await cloud.admin.faults.add({ match: { step: 'x\u001B[2J\nforged' }, effect: { kind: 'delay', seconds: 1 } });
  const { stdout } = await ok('faults list');
  expect(stdout).not.toContain('\u001B[2J');
  expect(stdout).not.toMatch(/^forged/m);
});

test('no colours where they are not wanted', async () => {
  expect((await ok('quotas', { isTTY: true })).stdout).toContain('\u001B[');
  expect((await ok('quotas', { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001B[');
  expect((await ok('quotas')).stdout).not.toContain('\u001B[');
  expect(await cloudyard(['status'], { env: { CLOUDYARD_URL: url, CLOUDYARD_STATE: folder } })).toMatchObject({ code: 0 });
});
