import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveSettings } from '../src/cli/config/settings.ts';
import { Style } from '../src/cli/render/style.ts';
import { startCard } from '../src/cli/up/start-card.ts';
import { cloudyard } from './cli-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-cli-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const state = join(folder, 'state');
/** Nothing listens there: port 1 is nobody's. */
const NOBODY = 'http://127.0.0.1:1';

describe('what it understands', () => {
  test('help names every command, and goes to stdout', async () => {
    const { code, stdout, stderr } = await cloudyard(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'up',
      'down',
      'reset',
      'demo',
      'status',
      'doctor',
      'token',
      'images',
      'servers',
      'jobs',
      'events',
      'faults',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(stderr).toBe('');
  });

  test.each([
    [['servers', '--help'], 'launch'],
    [['help', 'images'], 'unshare'],
    [['servers', 'files', '--help'], 'put'],
    [['servers', 'launch', '--help'], '--user-data'],
  ])('%j shows what there is', async (argv, word) => {
    const { code, stdout } = await cloudyard(argv);
    expect(code).toBe(0);
    expect(stdout).toContain(word);
  });

  test('the version is the package’s', async () => {
    const { code, stdout } = await cloudyard(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [[], 'Usage: cloudyard'],
    [['servers'], 'Usage: cloudyard servers'],
    [['frobnicate'], "error: unknown command 'frobnicate'"],
    [['images', 'lst'], "error: unknown command 'lst'"],
    [['images', 'list', '--nmae', 'x'], "error: unknown option '--nmae'"],
    [['up', '--port', '70000'], 'expected a port: 0 to 65535.'],
    [['up', '--port', '7e3'], 'expected a port: 0 to 65535.'],
    [['up', '--hardware', 'steam'], 'Allowed choices are auto, embedded, docker.'],
    [['--log-level', 'loud', 'status'], 'Allowed choices are'],
    [['images', 'list', '--relation', 'mine'], 'expected one of public, own, shared.'],
    [['images', 'list', '--limit', '0'], 'expected a whole number from 1 on.'],
    [['servers', 'launch', 'web'], "required option '--image <image>' not specified"],
    [['servers', 'files', 'put', 'web', '/x', '--mode', '999'], 'expected permission bits in octal'],
    [['token', '--lifetime', 'forever'], 'expected a span of time'],
    [['clock', 'set', 'slow'], 'Allowed choices are instant, paced, virtual.'],
    [['faults', 'add', '--fail', 'IMG.0014', '--delay', '3'], 'cannot be used with option'],
  ])('%j is not understood: exit code 2', async (argv, words) => {
    const { code, stderr, stdout } = await cloudyard(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  test.each([
    [['images', 'update', 'base'], 'nothing to change'],
    [['images', 'tag', 'base'], 'no tag to set'],
    [['faults', 'add'], 'say what happens'],
    [['clock', 'set', 'instant', '--factor', '2'], '--factor is for paced only'],
    [['events', '--kind', 'image.*'], '--kind goes with --follow'],
    [['images', 'list', '--url', 'ftp://x'], 'is no address of a gateway'],
    [['images', 'list', '--url', 'nonsense'], 'is no address of a gateway'],
  ])('%j says what is missing: exit code 2', async (argv, words) => {
    const { code, stderr } = await cloudyard(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .* \(USAGE\)\n/);
    expect(stderr).toContain(words);
  });
});

describe('without a gateway', () => {
  test.each([[['images', 'list']], [['jobs', 'watch', 'x']], [['quotas']], [['clock', 'show']], [['events', '--follow']]])(
    '%j says how to start one',
    async argv => {
      const { code, stdout, stderr } = await cloudyard([...argv, '--url', NOBODY]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('cloudyard up');
      expect(stderr).not.toContain('    at ');
    },
  );

  test('status answers with exit code 1', async () => {
    const { code, stdout } = await cloudyard(['status', '--json'], { env: { CLOUDYARD_URL: NOBODY, CLOUDYARD_STATE: state } });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ running: false, url: NOBODY, state });
  });

  test('nobody is known to act as', async () => {
    const { code, stderr } = await cloudyard(['images', 'list', '--as', 'demo-z', '--url', NOBODY]);
    expect(code).toBe(1);
    expect(stderr).toContain('error: no token is known for demo-z (NO_TOKEN)');
  });

  test('down and reset have nothing to do', async () => {
    const down = await cloudyard(['down', '--json', '--state', state]);
    expect(down).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(down.stdout)).toEqual({ stopped: null, dismantled: null, state });
    expect(await cloudyard(['reset', '--state', state])).toMatchObject({ code: 0, stdout: `there is no cloud in ${state}\n` });
  });
});

describe('configuration', () => {
  const configured = async (content: string, name = 'cloudyard.config.json') => {
    const cwd = mkdtempSync(join(folder, 'config-'));
    writeFileSync(join(cwd, name), content);
    return cloudyard(['up', '--port', '0'], { cwd });
  };

  test.each([
    ['{ "portt": 1 }', 'portt: not a field; known are dialect, regions'],
    ['{ "port": "7070" }', 'port: expected number, received string'],
    [
      '{ "regions": [{ "id": "eu", "name": "Europe", "zones": [] }] }',
      'regions.0.zones: too small: expected array to have >=1 items',
    ],
    ['{ "domains": [{ "name": "x", "users": [{ "name": "u", "role": "KING" }] }] }', 'domains.0.users.0.role: expected one of'],
    ['[]', 'the configuration: expected object'],
    ['null', 'the configuration: expected object'],
  ])('%s is refused with the field and what was expected', async (content, words) => {
    const { code, stderr } = await configured(content);
    expect(code).toBe(1);
    expect(stderr).toContain('is not a valid configuration (CONFIG)');
    expect(stderr).toContain(words);
  });

  test.each([
    ['{ port: 1', 'cloudyard.config.json', 'cannot be read'],
    ['throw new Error("no secret given");', 'cloudyard.config.ts', 'no secret given'],
    ['export default { hardware: "steam" as const };', 'cloudyard.config.ts', 'hardware: expected one of'],
    ['export default { eventsKept: 3 };', 'cloudyard.config.js', 'eventsKept: too small'],
  ])('%s in %3$s: said without a stack', async (content, name, words) => {
    const { code, stderr } = await configured(content, name);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });

  test('a file that is asked for has to be there', async () => {
    const { code, stderr } = await cloudyard(['up', '--config', 'nowhere.json'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: there is no ${join(folder, 'nowhere.json')} (CONFIG)\n` });
  });

  test('two files at once are one too many', async () => {
    const cwd = mkdtempSync(join(folder, 'config-'));
    writeFileSync(join(cwd, 'cloudyard.config.json'), '{}');
    writeFileSync(join(cwd, 'cloudyard.config.ts'), 'export default {}');
    expect((await cloudyard(['up'], { cwd })).stderr).toContain('cloudyard.config.ts and cloudyard.config.json are both here');
  });

  test('command line, environment, file, default: the first that says something counts', () => {
    const file = { cloud: {}, file: 'x', port: 3, hardware: 'embedded' as const };
    const env = { CLOUDYARD_PORT: '2', CLOUDYARD_HARDWARE: 'docker' };
    expect(resolveSettings({ port: 1, hardware: 'auto' }, env, file)).toMatchObject({ port: 1, hardware: 'auto' });
    expect(resolveSettings({}, env, file)).toMatchObject({ port: 2, hardware: 'docker' });
    expect(resolveSettings({}, {}, file)).toMatchObject({ port: 3, hardware: 'embedded' });
    expect(resolveSettings({}, {}, { cloud: {}, file: undefined })).toMatchObject({
      port: 7070,
      hardware: 'auto',
      host: '127.0.0.1',
    });
  });

  test.each([
    ['127.0.0.1', {}, true, true],
    ['::1', {}, true, true],
    ['0.0.0.0', {}, true, false],
    ['192.168.1.5', {}, true, false],
    ['127.evil.example', {}, true, false],
    ['0.0.0.0', { CLOUDYARD_DEMO_CREDENTIALS: '1' }, true, true],
    ['127.0.0.1', { CLOUDYARD_DEMO_CREDENTIALS: '0' }, true, false],
    ['127.0.0.1', {}, false, false],
  ])('listening on %s with %j, configured %s: demo credentials %s', (host, env, demoCredentials, accepted) => {
    const { config } = resolveSettings({ host }, env, { cloud: { demoCredentials }, file: undefined });
    expect(config.demoCredentials).toBe(accepted);
  });

  test.each([
    [{ CLOUDYARD_PORT: 'http' }, 'CLOUDYARD_PORT is http: expected a port'],
    [{ CLOUDYARD_HARDWARE: 'steam' }, 'CLOUDYARD_HARDWARE is steam: expected auto, embedded, docker'],
    [{ CLOUDYARD_DEMO_CREDENTIALS: 'yes' }, 'CLOUDYARD_DEMO_CREDENTIALS is yes: expected 0 or 1'],
  ])('%j is refused', async (env, words) => {
    const { code, stderr } = await cloudyard(['up'], { cwd: mkdtempSync(join(folder, 'empty-')), env });
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

test('what the gateway keeps to its log is said with the id of the request', async () => {
  const gateway = createServer((_request, response) => {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'abc-1' };
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ message: 'Unexpected error.', extensions }] }));
  });
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  try {
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    expect(await cloudyard(['images', 'list', '--url', url, '--token', 'any'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: Unexpected error. (INTERNAL_SERVER_ERROR)\n  request abc-1; see the gateway’s log\n',
    });
  } finally {
    gateway.close();
  }
});

describe('the start card', () => {
  const facts = { url: NOBODY, graphql: `${NOBODY}/graphql`, pid: 1, hardware: 'embedded', hardwareReason: 'wanted' };
  const tenant = (domain: string) => ({ domain, region: 'eu-de', tenantId: 'id', token: 'token' });

  test.each([
    ['.cloudyard', ['demo-a'], 'try `cloudyard images list` in'],
    ['state', ['demo-a'], `try \`cloudyard images list --state ${join(folder, 'state')}\` in`],
    ['my state', ['demo-a'], `try \`cloudyard images list --state '${join(folder, 'my state')}'\` in`],
    ['.cloudyard', ['acme', 'other'], 'try `cloudyard images list --as acme` in'],
  ])('with the state in %s and tenants %j: %s', (name, domains, words) => {
    const report = { ...facts, state: join(folder, name), tenants: domains.map(tenant) };
    expect(startCard(report, { style: new Style(true), cwd: folder }).join('\n')).toContain(words);
  });
});

describe('doctor', () => {
  test('has a row for each part, with a hint where something is missing', async () => {
    const { code, stdout } = await cloudyard(['doctor', '--json', '--state', state], { env: { PATH: '' } });
    const rows: { name: string; ok: boolean; required: boolean; detail: string; hint: string | null }[] = JSON.parse(stdout);
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node', 'database', 'state folder', 'disk space', 'container engine', 'xfs', 'base systems']),
    );
    for (const row of rows) expect(row.ok || row.hint !== null, row.name).toBe(true);
    expect(rows.find(({ name }) => name === 'ssh client')).toMatchObject({ ok: false, required: false });
    expect(code).toBe(rows.some(({ ok, required }) => required && !ok) ? 1 : 0);
  });

  test('for people it ends with a verdict', async () => {
    const { stdout } = await cloudyard(['doctor', '--state', state]);
    expect(stdout).toMatch(/\ncloudyard (runs here|cannot run here)/);
  });
});
