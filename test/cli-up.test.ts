import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openCloud } from '../emulator/cloud.ts';
import type { StopSignal } from '../src/cli/io.ts';
import { listenForStop } from '../src/cli/up/stop-requests.ts';
import { type CliOptions, type CliRun, cloudyard, RunningCli } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
const newState = (): string => mkdtempSync(join(folder, 'state-'));
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Card {
  readonly url: string;
  readonly pid: number;
  readonly tenants: readonly { readonly domain: string; readonly token: string }[];
}

const UP = ['up', '--hardware', 'embedded', '--port', '0', '--log-level', 'warn'];

/** Opens a cloud in this process, does something with it, and stops it as Ctrl-C does. */
async function whileUp(
  state: string,
  argv: readonly string[],
  work: (up: RunningCli) => Promise<void>,
  options: CliOptions = {},
): Promise<CliRun> {
  const up = new RunningCli([...UP, '--state', state, ...argv], { cwd: folder, ...options });
  await Promise.race([up.stdout.has('\n'), up]);
  try {
    await work(up);
  } finally {
    up.signal('SIGINT');
  }
  return up;
}

const cardOf = (up: RunningCli): Card => JSON.parse(up.stdout.text);

describe('up', () => {
  test('prints a card for people, and stops at ctrl-c', async () => {
    const state = newState();
    const { code, stdout, stderr } = await whileUp(state, [], up => up.stdout.has('ctrl-c stops it'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/address +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(stdout).toContain('embedded (as asked for)');
    expect(stdout).toMatch(/demo-a +eu-de +a0{30}1 +cloudyard-demo-a\n/);
    expect(stderr).toContain('stopped; `cloudyard up` goes on where it was');
  });

  test('prints one JSON line for programs, and other commands find it', async () => {
    const state = newState();
    const run = await whileUp(state, ['--json'], async up => {
      const card = cardOf(up);
      expect(card).toMatchObject({
        graphql: `${card.url}/graphql`,
        pid: process.pid,
        hardware: 'embedded',
        hardwareReason: 'as asked for',
        state,
        tenants: [{ domain: 'demo-a' }, { domain: 'demo-a' }, { domain: 'demo-b' }, { domain: 'demo-b' }],
      });
      const record = join(state, 'clouds', 'default', 'gateway.json');
      expect(statSync(record).mode & 0o777).toBe(0o600);
      const status = await cloudyard(['status', '--json', '--state', state]);
      expect(status.code).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ running: true, url: card.url, state, cloud: { hardware: 'EMBEDDED' } });
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(state, 'clouds', 'default', 'gateway.json'))).toBe(false);
  });

  test('goes on with its state', async () => {
    const state = newState();
    const keys = (): Promise<CliRun> => Promise.resolve(cloudyard(['keypairs', 'list', '--json', '--state', state]));
    await whileUp(state, ['--json'], async () => {
      expect(await cloudyard(['keypairs', 'create', 'kept', '--json', '--state', state])).toMatchObject({ code: 0 });
    });
    await whileUp(state, ['--json'], async () => {
      expect(JSON.parse((await keys()).stdout)).toMatchObject([{ name: 'kept' }]);
    });
  });

  test('a second one on the same state is told of the first', async () => {
    const state = newState();
    await whileUp(state, ['--json'], async up => {
      const { code, stdout, stderr } = await cloudyard([...UP, '--state', state]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(
        `error: a gateway at ${cardOf(up).url} (pid ${process.pid}) already works on ${state} (STATE_IN_USE)`,
      );
    });
  });

  test('a port that is taken is named, and the state is let go of', async () => {
    const state = newState();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stderr } = await cloudyard(['up', '--hardware', 'embedded', '--port', port, '--state', state], { cwd: folder });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port}`);
    expect(stderr).toContain('--port');
    await whileUp(state, ['--json'], async up => expect(cardOf(up).url).toContain('http'));
  });

  test('a database that is none is left as it is', async () => {
    const state = newState();
    const file = join(state, 'clouds', 'default', 'cloud.db');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, 'this is no database, and it is long enough to be looked at');
    const { code, stderr } = await cloudyard([...UP, '--state', state], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr).toContain('(DATABASE_UNUSABLE)');
    expect(stderr).not.toContain('    at ');
    expect(readFileSync(file, 'utf8')).toContain('this is no database');
    expect(await cloudyard(['reset', '--yes', '--state', state])).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });

  test('other hardware than the state was made with is refused', async () => {
    const state = newState();
    await whileUp(state, ['--json'], async () => undefined);
    const { code, stderr } = await cloudyard(['up', '--hardware', 'docker', '--port', '0', '--state', state], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain('made with the embedded hardware');
    expect(stderr).toContain('(OTHER_HARDWARE)');
  });

  test('state whose disks are gone is refused, in one line that says what to do', async () => {
    const state = newState();
    await whileUp(state, ['--json'], async () => undefined);
    await rm(join(state, 'clouds', 'default', 'disks'), { recursive: true });
    const { code, stderr } = await cloudyard([...UP, '--state', state], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the disks of this state are gone.*reset the state \(DISKS_MISSING\)\n$/);
  });

  test('without the demo tokens the administrator of this machine makes others', async () => {
    const state = newState();
    const env = { CLOUDYARD_DEMO_CREDENTIALS: '0' };
    await whileUp(
      state,
      ['--json'],
      async up => {
        expect(cardOf(up).tenants).toEqual([]);
        const refused = await cloudyard(['images', 'list', '--state', state]);
        expect(refused.stderr).toContain('(NO_TOKEN)');
        const token = (await cloudyard(['token', '--tenant', 'demo-a', '--state', state])).stdout.trim();
        expect(await cloudyard(['images', 'list', '--state', state, '--token', token])).toMatchObject({ code: 0 });
        const demo = await cloudyard(['images', 'list', '--state', state, '--token', 'cloudyard-demo-a']);
        expect(demo).toMatchObject({ code: 1, stderr: expect.stringContaining('(APIGW.0301)') });
      },
      { env },
    );
  });

  test('the administrator of this machine is known as long as it runs, however long tokens live; not afterwards', async () => {
    const state = newState();
    const cwd = mkdtempSync(join(folder, 'config-'));
    writeFileSync(join(cwd, 'cloudyard.config.ts'), `export default { tokenLifetimeSeconds: 60, clock: { mode: 'virtual' } };`);
    let admin = '';
    await whileUp(
      state,
      ['--json'],
      async () => {
        const status = (): RunningCli => cloudyard(['status', '--json', '--state', state]);
        admin = JSON.parse(readFileSync(join(state, 'clouds', 'default', 'gateway.json'), 'utf8')).adminToken;
        expect(await cloudyard(['clock', 'advance', '48h', '--state', state])).toMatchObject({ code: 0 });
        expect(await status()).toMatchObject({ code: 0 });
      },
      { env: { CLOUDYARD_DEMO_CREDENTIALS: '0' }, cwd },
    );
    const cloud = await openCloud({ folder: state, hardware: 'embedded' });
    try {
      await expect(cloud.tokens.authenticate(admin)).rejects.toMatchObject({ code: 'APIGW.0301' });
      await expect(cloud.tokens.authenticate('cloudyard-admin')).resolves.toMatchObject({ userName: 'admin' });
    } finally {
      await cloud.close();
    }
  });

  test('domains of a configuration have their own tokens', async () => {
    const state = newState();
    const cwd = mkdtempSync(join(folder, 'config-'));
    const users = `[{ name: 'u', tokens: { 'eu-de': 'token-of-acme' } }]`;
    writeFileSync(
      join(cwd, 'cloudyard.config.ts'),
      `export default { domains: [{ name: 'acme', users: ${users} }] } satisfies object;`,
    );
    await whileUp(
      state,
      ['--json'],
      async up => {
        expect(cardOf(up).tenants).toMatchObject([{ domain: 'acme', region: 'eu-de', token: 'token-of-acme' }]);
        expect(await cloudyard(['quotas', '--as', 'acme', '--state', state])).toMatchObject({ code: 0 });
      },
      { cwd },
    );
  });
});

test('ctrl-c that npm hands on a second time counts once; a later one ends at once', async () => {
  const listeners: ((signal: StopSignal) => void)[] = [];
  const io = {
    onStopSignal(listener: (signal: StopSignal) => void) {
      listeners.push(listener);
      return () => undefined;
    },
  };
  let now = 1000;
  const again: StopSignal[] = [];
  const { first } = listenForStop(
    io,
    signal => again.push(signal),
    () => now,
  );
  const press = (): void => {
    for (const listener of listeners) listener('SIGINT');
  };
  press();
  now += 3;
  press();
  expect(await first).toBe('SIGINT');
  expect(again).toEqual([]);
  now += 1000;
  press();
  expect(again).toEqual(['SIGINT']);
});

describe('as processes', () => {
  const program = join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'main.js');

  async function spawnUp(state: string): Promise<{ child: ChildProcess; card: Card }> {
    const child = spawn(process.execPath, [program, ...UP, '--json', '--state', state], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: folder,
    });
    children.push(child);
    if (!child.stdout) throw new Error('stdout is a pipe');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { child, card: JSON.parse(line) };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it in order', async signal => {
    const state = newState();
    const { child, card } = await spawnUp(state);
    expect(card.pid).toBe(child.pid);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(join(state, 'clouds', 'default', 'gateway.json'))).toBe(false);
  });

  test('down stops a gateway that does not know the token of the record', async () => {
    const state = newState();
    const { child, card } = await spawnUp(state);
    const ended = once(child, 'exit');
    const file = join(state, 'clouds', 'default', 'gateway.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), adminToken: 'expired-long-ago' }));
    const down = await cloudyard(['down', '--json', '--state', state]);
    expect(JSON.parse(down.stdout)).toMatchObject({ stopped: card.url });
    expect(await ended).toEqual([0, null]);
  });

  test('down stops the process and keeps the state; reset removes it', async () => {
    const state = newState();
    const { child, card } = await spawnUp(state);
    const ended = once(child, 'exit');
    const down = await cloudyard(['down', '--json', '--state', state]);
    expect(JSON.parse(down.stdout)).toEqual({ stopped: card.url, dismantled: 'embedded', state });
    expect(await ended).toEqual([0, null]);
    writeFileSync(join(state, 'not-ours'), '');
    expect(await cloudyard(['reset', '--state', state])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    const refused = await cloudyard(['reset', '--state', state], { isTTY: true, stdin: 'n\n' });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was removed') });
    expect(existsSync(join(state, 'clouds'))).toBe(true);
    expect(await cloudyard(['reset', '--state', state], { isTTY: true, stdin: 'y\n' })).toMatchObject({ code: 0 });
    expect(readdirSync(state)).toEqual(['not-ours']);
  });

  test('a gateway that was killed does not run, whatever its record says', async () => {
    const state = newState();
    const { child } = await spawnUp(state);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await cloudyard(['status', '--json', '--state', state])).code).toBe(1);
    expect(JSON.parse((await cloudyard(['down', '--json', '--state', state])).stdout)).toMatchObject({ stopped: null });
  });

  test('a waiting command takes its job up again when the gateway comes back', async () => {
    const state = newState();
    const first = await spawnUp(state);
    const rule = await cloudyard([
      'faults',
      'add',
      '--job-type',
      'createSingleServer',
      '--hold',
      '0',
      '--json',
      '--state',
      state,
    ]);
    const launch = cloudyard(['servers', 'launch', 'web', '--image', 'Standard_Debian_12_latest', '--state', state]);
    await launch.stderr.has('createServer 0 %');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await launch.stderr.has('the connection is lost; trying again');
    const port = new URL(first.card.url).port;
    const child = spawn(process.execPath, [program, 'up', '--json', '--state', state, '--port', port, '--log-level', 'warn'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: folder,
    });
    children.push(child);
    if (!child.stdout) throw new Error('stdout is a pipe');
    await once(createInterface({ input: child.stdout }), 'line');
    await cloudyard(['faults', 'remove', JSON.parse(rule.stdout).uuid, '--state', state]);
    const { code, stdout } = await launch;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^server web runs: /) });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});
