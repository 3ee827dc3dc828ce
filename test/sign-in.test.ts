/** Signing in with a password: who may, how often one may be wrong, and what is told of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { type Cloud, openCloud } from '../emulator/cloud.ts';
import type { CloudConfigInput } from '../emulator/config.ts';
import { operations } from '../emulator/operations.ts';
import { migrationsFolder } from '../emulator/store/migrations.ts';
import { refusal } from './emulator-cloud.ts';

const folder = await mkdtemp(join(tmpdir(), 'cloudyard-sign-in-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const nobody = { userId: '', userName: '', domainId: '', tenantId: '', regionId: '', roles: [] };
const alice = { domain: 'demo-a', user: 'alice', password: 'Cloudyard-1', regionId: 'eu-de' };

type Credentials = typeof alice;

const signIn = (cloud: Cloud, credentials: Credentials): Promise<{ token: string }> =>
  cloud.run(operations.identity.login, nobody, credentials);

const open = (name: string, config: CloudConfigInput): Promise<Cloud> =>
  openCloud({ folder: join(folder, name), hardware: 'embedded', config });

describe('where demo credentials are not accepted', () => {
  test('their documented passwords are not either, nor tokens that they gave before', async () => {
    const before = await open('demo', { demoCredentials: true });
    const { token } = await signIn(before, alice);
    expect(await before.tokens.authenticate(token)).toMatchObject({ userName: 'alice' });
    await before.close();

    const beyond = await open('demo', { demoCredentials: false });
    expect(await refusal(signIn(beyond, alice))).toBe('IAM.0062');
    expect(await refusal(beyond.tokens.authenticate(token))).toBe('APIGW.0301');
    expect(await refusal(beyond.tokens.authenticate('cloudyard-demo-a'))).toBe('APIGW.0301');
    await beyond.close();
  });

  test('a user of the configuration signs in with a password, unless a fixed token stands beside it', async () => {
    const users = [
      { name: 'secret', password: 'Nobody-Knows-1' },
      { name: 'fixed', password: 'Nobody-Knows-2', tokens: { 'eu-de': 'token-of-acme' } },
    ];
    const cloud = await open('configured', { demoCredentials: false, domains: [{ name: 'acme', users }] });
    const [secret, fixed] = users.map(({ name, password }) => ({ domain: 'acme', user: name, password, regionId: 'eu-de' }));
    const { token } = await signIn(cloud, { ...alice, ...secret });
    expect(await cloud.tokens.authenticate(token)).toMatchObject({ userName: 'secret' });
    expect(await refusal(signIn(cloud, { ...alice, ...fixed }))).toBe('IAM.0062');
    await cloud.close();
  });
});

describe('guessing', () => {
  const clock = { mode: 'virtual' } as const;
  const wrong = { ...alice, password: 'Cloudyard-2' };

  test('locks a name after five wrong passwords, at once or one by one, for five minutes of the cloud’s time', async () => {
    const cloud = await open('guessing', { clock });
    const codes = await Promise.all(Array.from({ length: 7 }, () => refusal(signIn(cloud, wrong))));
    expect(codes.sort()).toEqual(['IAM.0061', 'IAM.0061', ...Array(5).fill('IAM.0062')]);
    expect(await refusal(signIn(cloud, alice))).toBe('IAM.0061');
    expect(await refusal(signIn(cloud, { ...alice, domain: 'demo-b', user: 'bob', password: 'Cloudyard-2' }))).toBeUndefined();
    cloud.clock.advance(299_000);
    expect(await refusal(signIn(cloud, alice))).toBe('IAM.0061');
    cloud.clock.advance(1000);
    expect(await refusal(signIn(cloud, alice))).toBeUndefined();
    await cloud.close();
  });

  test('treats a user who is not there as one who is', async () => {
    const cloud = await open('guessing', { clock });
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 6; n++) codes.push(await refusal(signIn(cloud, { ...wrong, user: 'mallory' })));
    expect(codes).toEqual([...Array(5).fill('IAM.0062'), 'IAM.0061']);
    await cloud.close();
  });

  test('is forgiven by a right password, of which many may come at once', async () => {
    const cloud = await open('guessing', { clock });
    for (const credentials of [wrong, wrong, wrong, wrong, alice, wrong]) await refusal(signIn(cloud, credentials));
    const codes = await Promise.all(Array.from({ length: 10 }, () => refusal(signIn(cloud, alice))));
    expect(codes).toEqual(Array(10).fill(undefined));
    await cloud.close();
  });

  test('keeps fifty attempts for one name waiting and no more, and nobody else', async () => {
    const cloud = await open('crowd', {});
    let letGo = (right: boolean): void => void right;
    const gate = new Promise<boolean>(resolve => {
      letGo = resolve;
    });
    const name = JSON.stringify([alice.domain, alice.user]);
    const crowd = Array.from({ length: 51 }, () => cloud.signIns.attempt(name, () => gate));
    expect(await refusal(signIn(cloud, alice))).toBe('IAM.0012');
    expect(await refusal(signIn(cloud, { ...alice, domain: 'demo-b', user: 'bob', password: 'Cloudyard-2' }))).toBeUndefined();
    letGo(true);
    expect(await Promise.all(crowd)).toEqual(Array(51).fill(true));
    expect(await refusal(signIn(cloud, alice))).toBeUndefined();
    await cloud.close();
  });

  test('takes no names that are longer than any user’s', async () => {
    const cloud = await open('crowd', {});
    expect(await refusal(signIn(cloud, { ...alice, user: 'x'.repeat(64) }))).toBe('IAM.0062');
    expect(await refusal(signIn(cloud, { ...alice, user: 'x'.repeat(65) }))).toBe('IAM.0007');
    await cloud.close();
  });

  test('leaves a trace without the password: for the tenant, and of unknown ones for the administrator', async () => {
    const cloud = await open('traces', {});
    const before = await cloud.events.head();
    await signIn(cloud, alice);
    await refusal(signIn(cloud, wrong));
    await refusal(signIn(cloud, { ...wrong, domain: 'nowhere' }));
    const all = await cloud.events.readAfter(before, 'everything', 10);
    expect(
      all.map(({ kind, payload, audiences }) => [kind, payload.domain, payload.userName, payload.outcome, audiences]),
    ).toEqual([
      ['audit.identity.login', 'demo-a', 'alice', 'success', ['a0000000000000000000000000000001']],
      ['audit.identity.login', 'demo-a', 'alice', 'failure', ['a0000000000000000000000000000001']],
      ['audit.identity.login', 'nowhere', 'alice', 'failure', ['administrator']],
    ]);
    expect(JSON.stringify(all)).not.toContain('Cloudyard-');
    await cloud.close();
  });
});

test('a database that was made before users were marked marks those with fixed tokens', async () => {
  const [first = '', ...later] = readdirSync(migrationsFolder())
    .filter(name => /^\d+_/.test(name))
    .sort()
    .map(name => readFileSync(join(migrationsFolder(), name, 'migration.sql'), 'utf8'));
  const database = new BetterSqlite3(':memory:');
  database.exec(first);
  for (const [user, label] of [
    ['documented', 'demo'],
    ['other', 'login'],
  ]) {
    database.exec(`INSERT INTO "User" (id, name, domainId, createdAt) VALUES ('${user}', '${user}', 'd', 0)`);
    database.exec(`INSERT INTO "Token" (hash, userId, label, createdAt) VALUES ('${user}', '${user}', '${label}', 0)`);
  }
  for (const sql of later) database.exec(sql);
  const marked = database.prepare('SELECT id FROM "User" WHERE demo').pluck().all();
  database.close();
  expect(marked).toEqual(['documented']);
});
