import { createHash } from 'node:crypto';
/** Who asks: tokens, roles, strangers, and those who ask twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { Operation } from '../emulator/operation.ts';
import { operations } from '../emulator/operations.ts';
import type { TestTenant } from '../src/testing/tenant.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { codeOf, refused } from './refused.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };

let cloud: TestCloud;
/** What belongs to A. */
let own: { serverId: string; imageId: string; jobId: string; vpcId: string; subnetId: string; diskId: string; keyName: string };

beforeAll(async () => {
  cloud = await openTestCloud();
  const { a } = cloud;
  const launched = await a.servers.launch(order);
  await cloud.waitForJob(launched.jobId);
  const serverId = launched.serverIds[0] ?? '';
  const { jobId, imageId } = await a.images.create({ name: 'golden', serverId });
  await cloud.waitForJob(jobId);
  await a.keyPairs.create({ name: 'key-of-a' });
  const [vpc, subnet, disk] = await Promise.all([a.networks.listVpcs({}), a.networks.listSubnets({}), a.disks.list({})]);
  const idOf = ({ rows }: { rows: readonly { id: string }[] }): string => rows[0]?.id ?? '';
  own = { serverId, imageId, jobId, vpcId: idOf(vpc), subnetId: idOf(subnet), diskId: idOf(disk), keyName: 'key-of-a' };
});
afterAll(() => cloud.close());

const NOTHING = {
  serverId: '00000000-0000-4000-8000-000000000001',
  imageId: '00000000-0000-4000-8000-000000000002',
  jobId: '0'.repeat(32),
  vpcId: '00000000-0000-4000-8000-000000000003',
  subnetId: '00000000-0000-4000-8000-000000000004',
  diskId: '00000000-0000-4000-8000-000000000005',
  keyName: 'nobody',
};

describe('what is another tenant’s answers exactly as what does not exist:', () => {
  type Call = (who: TestTenant, ids: typeof NOTHING) => Promise<unknown>;
  const path = '/etc/hostname';
  const calls: Readonly<Record<string, Call>> = {
    'images.get': (who, { imageId }) => who.images.get({ imageId }),
    'images.update': (who, { imageId }) => who.images.update({ imageId, name: 'x' }),
    'images.delete': (who, { imageId }) => who.images.delete({ imageId }),
    'images.setTags': (who, { imageId }) => who.images.setTags({ imageId, tags: [{ key: 'k' }] }),
    'images.deleteTags': (who, { imageId }) => who.images.deleteTags({ imageId, keys: ['k'] }),
    'images.listTags': (who, { imageId }) => who.images.listTags({ imageIds: [imageId] }),
    'images.listMembers': (who, { imageId }) => who.images.listMembers({ imageIds: [imageId] }),
    'images.share': (who, { imageId }) => who.images.share({ imageIds: [imageId], tenantIds: [cloud.admin.id] }),
    'images.unshare': (who, { imageId }) => who.images.unshare({ imageIds: [imageId], tenantIds: [cloud.admin.id] }),
    'images.answerShares': (who, { imageId }) => who.images.answerShares({ imageIds: [imageId], status: 'ACCEPTED' }),
    'images.create': (who, { serverId }) => who.images.create({ name: 'x', serverId }),
    'images.list': (who, { imageId }) => who.images.list({ filter: { id: imageId } }),
    'images.count': (who, { imageId }) => who.images.count({ filter: { id: imageId } }),
    'servers.launch from an image': (who, { imageId }) => who.servers.launch({ ...order, imageId }),
    'servers.launch in a subnet': (who, { subnetId }) => who.servers.launch({ ...order, subnetId }),
    'servers.launch with a key pair': (who, { keyName }) => who.servers.launch({ ...order, keyName }),
    'servers.get': (who, { serverId }) => who.servers.get({ serverId }),
    'servers.update': (who, { serverId }) => who.servers.update({ serverId, name: 'x' }),
    'servers.start': (who, { serverId }) => who.servers.start({ serverIds: [serverId] }),
    'servers.stop': (who, { serverId }) => who.servers.stop({ serverIds: [serverId] }),
    'servers.reboot': (who, { serverId }) => who.servers.reboot({ serverIds: [serverId] }),
    'servers.resize': (who, { serverId }) => who.servers.resize({ serverId, flavorId: 's3.medium.4' }),
    'servers.delete': (who, { serverId }) => who.servers.delete({ serverIds: [serverId] }),
    'servers.delete of two': (who, { serverId }) => who.servers.delete({ serverIds: [serverId, serverId.replace(/.$/, 'f')] }),
    'servers.setTags': (who, { serverId }) => who.servers.setTags({ serverId, tags: [{ key: 'k' }] }),
    'servers.deleteTags': (who, { serverId }) => who.servers.deleteTags({ serverId, keys: ['k'] }),
    'servers.listTags': (who, { serverId }) => who.servers.listTags({ serverIds: [serverId] }),
    'servers.listPorts': (who, { serverId }) => who.servers.listPorts({ serverIds: [serverId] }),
    'servers.listDisks': (who, { serverId }) => who.servers.listDisks({ serverIds: [serverId] }),
    'servers.readConsole': (who, { serverId }) => who.servers.readConsole({ serverId, offset: 0 }),
    'servers.listFiles': (who, { serverId }) => who.servers.listFiles({ serverId, path: '/' }),
    'servers.readFile': (who, { serverId }) => who.servers.readFile({ serverId, path }),
    'servers.writeFile': (who, { serverId }) => who.servers.writeFile({ serverId, path, content: 'eA==' }),
    'servers.runCommand': (who, { serverId }) => who.servers.runCommand({ serverId, command: ['true'] }),
    'jobs.get': (who, { jobId }) => who.jobs.get({ jobId }),
    'jobs.cancel': (who, { jobId }) => who.jobs.cancel({ jobId }),
    'jobs.watch': (who, { jobId }) => who.jobs.watch({ jobId }),
    'jobs.listSubJobs': (who, { jobId }) => who.jobs.listSubJobs({ jobIds: [jobId] }),
    'networks.getVpc': (who, { vpcId }) => who.networks.getVpc({ vpcId }),
    'networks.getSubnet': (who, { subnetId }) => who.networks.getSubnet({ subnetId }),
    'networks.describeSubnets': (who, { subnetId }) => who.networks.describeSubnets({ subnetIds: [subnetId] }),
    'networks.listSubnets': (who, { vpcId }) => who.networks.listSubnets({ vpcId }),
    'networks.listPorts': (who, { subnetId, serverId }) => who.networks.listPorts({ subnetId, serverId }),
    'disks.get': (who, { diskId }) => who.disks.get({ diskId }),
    'disks.list': (who, { serverId }) => who.disks.list({ filter: { serverId } }),
    'keyPairs.get': (who, { keyName }) => who.keyPairs.get({ name: keyName }),
    'keyPairs.delete': (who, { keyName }) => who.keyPairs.delete({ name: keyName }),
  };

  /** What a call answers, with the ids that were asked for taken out. */
  async function outcome(call: Call, ids: typeof NOTHING): Promise<unknown> {
    let answer: unknown;
    const refusal = await refused(
      call(cloud.b, ids).then(value => {
        answer = value;
      }),
    );
    const text = JSON.stringify({ refusal, answer });
    return Object.values(ids).reduce((masked, id) => masked.replaceAll(id, 'ID').replaceAll(id.replace(/.$/, 'f'), 'ID'), text);
  }

  test.each(Object.entries(calls))('%s', async (_, call) => {
    const [foreign, unknown] = [await outcome(call, own), await outcome(call, NOTHING)];
    expect(foreign).toBe(unknown);
    expect(foreign).toMatch(/"refusal"|"answer":(\[\]|0|\{.*"rows":\[\])/);
  });

  test('nothing has come of it', async () => {
    expect(await cloud.a.images.get({ imageId: own.imageId })).toMatchObject({ name: 'golden', status: 'ACTIVE' });
    expect(await cloud.a.servers.get({ serverId: own.serverId })).toMatchObject({ name: 'web', status: 'ACTIVE' });
    expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  });
});

describe('a token', () => {
  test('that nobody was given, or none, is refused', async () => {
    for (const token of ['', 'cloudyard-demo-x', 'x'.repeat(10_000), 'cloudyard-demo-a ', '\u0000']) {
      expect(await refused(cloud.as(token))).toMatchObject({ code: 'APIGW.0301', status: 401 });
    }
  });

  test('expires by the cloud’s clock, to the second', async () => {
    await using timed = await openTestCloud();
    timed.clock.virtual();
    const { token } = await timed.admin.identity.issueToken({ tenantId: timed.a.id, lifetimeSeconds: 60 });
    await timed.as(token);
    timed.clock.advance(59);
    await timed.as(token);
    timed.clock.advance(1);
    expect(await refused(timed.as(token))).toMatchObject({
      code: 'APIGW.0301',
      message: expect.stringContaining('token expires'),
    });
    await timed.restart();
    timed.clock.virtual();
    timed.clock.advance(60);
    expect(await codeOf(timed.as(token))).toBe('APIGW.0301');
  });

  test('is given for the right password only, and says nothing of what was wrong', async () => {
    const good = { domain: 'demo-a', user: 'alice', password: 'Cloudyard-1', regionId: 'eu-de' };
    const { token } = await cloud.b.identity.login(good);
    expect((await cloud.as(token)).id).toBe(cloud.a.id);
    const wrong = [{ password: 'cloudyard-1' }, { user: 'bob' }, { domain: 'nowhere' }, { regionId: 'eu-xx' }, { password: '' }];
    const answers = await Promise.all(wrong.map(change => refused(cloud.b.identity.login({ ...good, ...change }))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ code: 'IAM.0062', status: 401 });
  });

  test('of the demo set is refused where the cloud is open to others', async () => {
    await using closed = await openTestCloud({ config: { demoCredentials: true } });
    expect(closed.a.id).not.toBe('');
    await expect(openTestCloud({ config: { demoCredentials: false } })).rejects.toMatchObject({ code: 'APIGW.0301' });
  });
});

describe('a role', () => {
  const all = (): Operation[] => Object.values(operations).flatMap(verbs => Object.values<Operation>(verbs));

  test('that reads may do nothing that writes, whatever the input', async () => {
    const { token } = await cloud.admin.identity.issueToken({ tenantId: cloud.a.id, role: 'READER' });
    const reader = await cloud.as(token);
    for (const operation of all().filter(({ access }) => access === 'write')) {
      expect([operation.name, await codeOf(cloud.cloud.run(operation, reader.caller, {}))]).toEqual([
        operation.name,
        'APIGW.0302',
      ]);
    }
    expect(await reader.images.get({ imageId: own.imageId })).toMatchObject({ name: 'golden' });
    expect(await reader.servers.count({})).toBe(1);
  });

  test('of a tenant may not administer the cloud', async () => {
    for (const operation of all().filter(({ permission }) => permission.startsWith('cloudyard:'))) {
      expect([operation.name, await codeOf(cloud.cloud.run(operation, cloud.a.caller, {}))]).toEqual([
        operation.name,
        'APIGW.0302',
      ]);
    }
  });

  test('of the administrator sees the image of a tenant, and all jobs', async () => {
    expect(await cloud.admin.images.get({ imageId: own.imageId })).toMatchObject({ name: 'golden' });
    expect(await cloud.admin.jobs.get({ jobId: own.jobId })).toMatchObject({ status: 'SUCCESS' });
  });
});

describe('an idempotency key', () => {
  const tag = (key: string) => ({ imageId: own.imageId, tags: [{ key }] });
  const tagsOf = async (): Promise<string[]> =>
    (await cloud.a.images.listTags({ imageIds: [own.imageId] })).map(({ key }) => key);

  test('answers the same again and does nothing, also after a restart; another body, operation or tenant is another matter', async () => {
    const key = { idempotencyKey: 'image-once' };
    const input = { name: 'once', serverId: own.serverId };
    const first = await cloud.a.images.create(input, key);
    await cloud.waitForJob(first.jobId);
    expect(await cloud.a.images.create(input, key)).toEqual(first);
    expect(await refused(cloud.a.images.create({ ...input, name: 'other' }, key))).toMatchObject({
      code: 'Cloudyard.0001',
      status: 409,
      field: 'idempotencyKey',
    });
    expect(await codeOf(cloud.a.images.delete({ imageId: first.imageId }, key))).toBe('Cloudyard.0001');
    expect(await codeOf(cloud.b.images.create(input, key))).toBe('IMG.0005');
    await cloud.restart();
    expect(await cloud.a.images.create(input, key)).toEqual(first);
    expect(await cloud.a.images.count({ filter: { name: 'once' } })).toBe(1);
  });

  test('used by several at once does the work once, and all get the same answer', async () => {
    const key = { idempotencyKey: 'at-once' };
    const input = { name: 'at-once', serverId: own.serverId };
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => cloud.a.images.create(input, key)));
    for (const answer of others) expect(answer).toEqual(first);
    await cloud.waitForJob(first?.jobId ?? '');
    expect(await cloud.a.images.count({ filter: { name: 'at-once' } })).toBe(1);

    const share = { imageIds: [first?.imageId ?? ''], tenantIds: [cloud.b.id] };
    const shares = await Promise.all(Array.from({ length: 4 }, () => cloud.a.images.share(share, { idempotencyKey: 'share' })));
    expect(new Set(shares.map(({ jobId }) => jobId)).size).toBe(1);
    await cloud.waitForJob(shares[0]?.jobId ?? '');
    expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  });

  test('used by two at once with different bodies takes one of them', async () => {
    const key = { idempotencyKey: 'two-bodies' };
    const codes = await Promise.all(['left', 'right'].map(name => codeOf(cloud.a.images.setTags(tag(name), key))));
    expect(codes.sort()).toEqual(['Cloudyard.0001', undefined]);
    expect((await tagsOf()).filter(name => name === 'left' || name === 'right')).toHaveLength(1);
  });

  test('is not used up by a call that was refused', async () => {
    const key = { idempotencyKey: 'refused-first' };
    expect(await codeOf(cloud.a.images.setTags(tag('🚀'), key))).toBe('IMG.0115');
    expect(await codeOf(cloud.a.images.setTags(tag('good'), key))).toBeUndefined();
  });

  test('lets equal requests at once act once, also where the effect is not in the database', async () => {
    const rule = { match: { operation: 'images.list', tenantId: cloud.b.id }, effect: { kind: 'delay' as const, seconds: 1 } };
    const add = () => cloud.admin.faults.add(rule, { idempotencyKey: 'rule' });
    const answers = await Promise.all([add(), add(), add()]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(cloud.cloud.faults.rules).toHaveLength(1);
    await cloud.faults.remove(answers[0]?.id ?? '');
  });

  test('keeps neither an issued token nor what would tell a guessed password', async () => {
    const key = { idempotencyKey: 'token-once' };
    const issue = () => cloud.admin.identity.issueToken({ tenantId: cloud.a.id, label: 'once' }, key);
    const { token } = await issue();
    expect(await refused(issue())).toMatchObject({ code: 'Cloudyard.0001', message: expect.stringContaining('only once') });
    const domain = { name: 'hashed', user: { name: 'u', password: 'guess me', role: 'READER' as const } };
    await cloud.admin.identity.createDomain(domain, { idempotencyKey: 'password' });
    const rows = await cloud.cloud.database.read.idempotencyKey.findMany();
    expect(JSON.stringify(rows)).not.toContain(token);
    const unsalted = createHash('sha256')
      .update(JSON.stringify(['identity.createDomain', domain]))
      .digest('hex');
    expect(rows.find(({ key: of }) => of === 'password')?.requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(rows.map(({ requestHash }) => requestHash)).not.toContain(unsalted);
  });

  test('is forgotten after a day', async () => {
    await using timed = await openTestCloud();
    timed.clock.virtual();
    const key = { idempotencyKey: 'daily' };
    const first = await timed.a.keyPairs.create({ name: 'k1' }, key);
    timed.clock.advance(24 * 3600 - 1);
    expect((await timed.a.keyPairs.create({ name: 'k1' }, key)).publicKey).toBe(first.publicKey);
    expect(await codeOf(timed.a.keyPairs.create({ name: 'k2' }, key))).toBe('Cloudyard.0001');
    timed.clock.advance(1);
    expect(await codeOf(timed.a.keyPairs.create({ name: 'k2' }, key))).toBeUndefined();
  });

  test.each([
    ['', 'APIGW.0201'],
    ['k'.repeat(255), undefined],
    ['k'.repeat(256), 'APIGW.0201'],
  ])('of an odd length: %s', async (idempotencyKey, code) =>
    expect(await codeOf(cloud.a.images.deleteTags({ imageId: own.imageId, keys: ['k'] }, { idempotencyKey }))).toBe(code),
  );
});
