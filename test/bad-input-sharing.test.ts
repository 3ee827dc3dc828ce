/** What members, strangers and those who come too late are told about an image. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { codeOf } from './refused.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
const NOBODY = '0'.repeat(32);

let cloud: TestCloud;
let imageId: string;
let serverId: string;

beforeAll(async () => {
  cloud = await openTestCloud({ config: { dialect: 'HW' } });
  const launched = await cloud.a.servers.launch(order);
  await cloud.waitForJob(launched.jobId);
  serverId = launched.serverIds[0] ?? '';
});
afterAll(() => cloud.close());

beforeEach(async () => {
  const created = await cloud.a.images.create({ name: 'golden', serverId });
  await cloud.waitForJob(created.jobId);
  imageId = created.imageId;
});

const share = (tenantIds = [cloud.b.id]) => cloud.a.images.share({ imageIds: [imageId], tenantIds });
const unshare = () => cloud.a.images.unshare({ imageIds: [imageId], tenantIds: [cloud.b.id] });
const answer = (status: 'ACCEPTED' | 'REJECTED') => cloud.b.images.answerShares({ imageIds: [imageId], status });
const done = async (ordered: Promise<{ jobId: string }>): Promise<void> => void (await cloud.waitForJob((await ordered).jobId));
const launchB = (): Promise<unknown> => cloud.b.servers.launch({ ...order, imageId });

/** The images of B's list that are shared with it. */
const listedByB = async (): Promise<string[]> =>
  (await cloud.b.images.list({ filter: { relation: 'SHARED' } })).rows.map(({ id }) => id);

test('whoever was never given it, or has lost it, can neither find it nor launch from it', async () => {
  const isUnknown = async (): Promise<void> => {
    expect(await codeOf(cloud.b.images.get({ imageId }))).toBe('IMG.0027');
    expect(await codeOf(launchB())).toBe('Ecs.0031');
    expect(await codeOf(answer('ACCEPTED'))).toBe('IMG.0027');
    expect(await listedByB()).not.toContain(imageId);
  };
  await isUnknown();
  await done(share());
  await done(answer('ACCEPTED'));
  expect(await listedByB()).toContain(imageId);
  await done(unshare());
  await isUnknown();
});

test('pending and rejected it is not listed, but known by its id; the answer can be changed', async () => {
  await done(share());
  expect((await cloud.b.images.list({ filter: { memberStatus: 'PENDING' } })).rows.map(({ id }) => id)).toContain(imageId);
  expect(await listedByB()).not.toContain(imageId);
  expect(await codeOf(cloud.b.images.get({ imageId }))).toBeUndefined();
  await done(answer('REJECTED'));
  expect(await listedByB()).not.toContain(imageId);
  expect(await codeOf(cloud.b.images.get({ imageId }))).toBeUndefined();
  await done(answer('ACCEPTED'));
  expect(await listedByB()).toContain(imageId);
  await done(answer('REJECTED'));
  expect(await listedByB()).not.toContain(imageId);
});

test('a member can neither share, change, tag nor delete it, nor see the other members', async () => {
  await done(share());
  await done(answer('ACCEPTED'));
  const { b } = cloud;
  expect(await codeOf(b.images.share({ imageIds: [imageId], tenantIds: [cloud.admin.id] }))).toBe('IMG.0047');
  expect(await codeOf(b.images.unshare({ imageIds: [imageId], tenantIds: [b.id] }))).toBe('IMG.0047');
  expect(await codeOf(b.images.update({ imageId, name: 'mine' }))).toBe('IMG.0047');
  expect(await codeOf(b.images.setTags({ imageId, tags: [{ key: 'k' }] }))).toBe('IMG.0106');
  expect(await codeOf(b.images.deleteTags({ imageId, keys: ['k'] }))).toBe('IMG.0106');
  expect(await codeOf(b.images.delete({ imageId }))).toBe('IMG.0092');
  await done(share([cloud.admin.id]));
  expect((await b.images.listMembers({ imageIds: [imageId] })).map(({ tenantId }) => tenantId)).toEqual([b.id]);
  expect(await cloud.a.images.listMembers({ imageIds: [imageId] })).toHaveLength(2);
});

test('members learn nothing of each other', async () => {
  const { tenantIds } = await cloud.admin.identity.createDomain({ name: 'third', user: { name: 'u' } });
  const third = tenantIds[cloud.a.caller.regionId] ?? '';
  await done(share([cloud.b.id, third]));
  await done(cloud.a.images.unshare({ imageIds: [imageId], tenantIds: [third] }));
  await done(answer('ACCEPTED'));
  await done(cloud.a.images.update({ imageId, name: 'renamed' }).then(() => unshare()));
  const heardBy = async (audience: string): Promise<string[]> =>
    (await cloud.cloud.events.readAfter(0, [audience], 1000))
      .filter(({ kind, resourceId }) => kind.startsWith('image.') && resourceId === imageId)
      .map(({ kind }) => kind);
  expect(await heardBy(third)).toEqual(['image.shared', 'image.unshared']);
  expect(await heardBy(cloud.b.id)).toEqual(['image.shared', 'image.member', 'image.updated', 'image.unshared']);
  const ofShares = (await heardBy(cloud.a.id)).filter(kind => /shared|member/.test(kind));
  expect(ofShares).toEqual(['image.shared', 'image.shared', 'image.unshared', 'image.member', 'image.unshared']);
});

describe('sharing is refused', () => {
  test('across regions, also to an administrator of the other one', async () => {
    const abroad = (await cloud.b.identity.listMyTenants({})).find(({ regionId }) => regionId !== cloud.b.caller.regionId);
    const { token } = await cloud.admin.identity.issueToken({ tenantId: abroad?.id ?? '', role: 'ADMINISTRATOR' });
    const foreigner = await cloud.as(token);
    for (const who of [cloud.a, cloud.admin, foreigner])
      expect(await codeOf(who.images.share({ imageIds: [imageId], tenantIds: [abroad?.id ?? ''] }))).toBe('IMG.0108');
    await done(foreigner.images.share({ imageIds: [imageId], tenantIds: [cloud.b.id] }));
  });

  test.each([
    ['with the owner', () => [cloud.a.id], 'IMG.0076'],
    ['with a tenant that does not exist', () => [NOBODY], 'IMG.0108'],
    ['with a tenant of another region', () => ['b0000000000000000000000000000002'], 'IMG.0108'],
    ['with what is no tenant id', () => ['bob'], 'IMG.0067'],
    ['with nobody', () => [], 'APIGW.0201'],
  ])('%s', async (_, tenants, code) => {
    expect(await codeOf(share(tenants()))).toBe(code);
    expect(await cloud.a.images.listMembers({ imageIds: [imageId] })).toEqual([]);
  });

  test('as a whole if one of the tenants is wrong', async () => {
    expect(await codeOf(share([cloud.b.id, NOBODY]))).toBe('IMG.0108');
    expect(await cloud.a.images.listMembers({ imageIds: [imageId] })).toEqual([]);
  });

  test('a second time, and taking away what was not given', async () => {
    expect(await codeOf(unshare())).toBe('IMG.0113');
    await done(share());
    expect(await codeOf(share())).toBe('IMG.0112');
    await done(unshare());
    expect(await codeOf(unshare())).toBe('IMG.0113');
  });
});

describe('at once', () => {
  /** How the calls ended, those that succeeded first: which of them does, and whether the others are refused at once or by their jobs, is open. */
  const outcomes = async (calls: readonly Promise<{ jobId: string }>[]): Promise<string[]> => {
    const ends = await Promise.allSettled(calls.map(async call => await cloud.waitUntilOver((await call).jobId)));
    const codes = ends.map(end => (end.status === 'fulfilled' ? (end.value.errorCode ?? 'taken') : String(end.reason.code)));
    return codes.sort((one, other) => Number(one !== 'taken') - Number(other !== 'taken'));
  };

  test('a share with the same tenant is made once', async () => {
    expect(await outcomes([share(), share(), share()])).toEqual(['taken', 'IMG.0112', 'IMG.0112']);
    expect(await cloud.a.images.listMembers({ imageIds: [imageId] })).toHaveLength(1);
  });

  test('an answer is taken once', async () => {
    await done(share());
    expect(await outcomes([answer('ACCEPTED'), answer('ACCEPTED')])).toEqual(['taken', 'IMG.0114']);
    expect(await listedByB()).toContain(imageId);
  });

  test('an image that is deleted while it is being shared is not shared', async () => {
    const [shared, deleted] = await Promise.allSettled([share(), cloud.a.images.delete({ imageId })]);
    for (const one of [shared, deleted]) if (one?.status === 'fulfilled') await cloud.waitUntilOver(one.value.jobId);
    expect(await codeOf(cloud.b.images.get({ imageId }))).toBe('IMG.0027');
    expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  });
});

test('an image is shared with at most as many tenants as accept it', async () => {
  const LIMIT = 128;
  const { database, clock } = cloud.cloud;
  const tenantIds: string[] = [];
  for (let number = 0; number <= LIMIT; number++) {
    const { tenantIds: made } = await cloud.admin.identity.createDomain({ name: `domain-${number}`, user: { name: 'user' } });
    tenantIds.push(made['eu-de'] ?? '');
  }
  for (const part of [tenantIds.slice(0, 100), tenantIds.slice(100)]) await done(share(part));
  await done(share());
  // As if all but the last two had answered.
  const answered = { imageId, tenantId: { in: tenantIds.slice(0, LIMIT - 1) } };
  await database.write(async tx => {
    await tx.imageMember.updateMany({ where: answered, data: { status: 'ACCEPTED', updatedAt: clock.now() } });
    await tx.imageAccess.updateMany({
      where: { imageId, audience: answered.tenantId },
      data: { memberStatus: 'ACCEPTED', listed: true },
    });
  });
  await done(answer('ACCEPTED'));
  const { token } = await cloud.admin.identity.issueToken({ tenantId: tenantIds[LIMIT] ?? '' });
  const last = await cloud.as(token);
  const late = await last.images.answerShares({ imageIds: [imageId], status: 'ACCEPTED' });
  expect(await cloud.waitUntilOver(late.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0088' });
  const more = await share([cloud.admin.id]);
  expect(await cloud.waitUntilOver(more.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0088' });
  await done(answer('REJECTED'));
  await done(share([cloud.admin.id]));
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});
