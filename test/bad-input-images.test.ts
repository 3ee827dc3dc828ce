/** Every limit of images, at it, below and above. What is taken is told by the next check, that of a server which does not exist. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { codeOf, refused } from './refused.ts';

const DEBIAN = publicImageId('Standard_Debian_12_latest');
const NOWHERE = '00000000-0000-4000-8000-000000000000';
/** The input is in order, and the server is looked for. */
const TAKEN = 'IMG.0005';

let cloud: TestCloud;
let serverId: string;
let imageId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  const disk = { type: 'SSD', size: 10 } as const;
  const launched = await cloud.a.servers.launch({ name: 'web', imageId: DEBIAN, flavorId: 's3.medium.2', systemDisk: disk });
  await cloud.waitForJob(launched.jobId);
  serverId = launched.serverIds[0] ?? '';
  const created = await cloud.a.images.create({ name: 'golden', serverId });
  await cloud.waitForJob(created.jobId);
  imageId = created.imageId;
});
afterAll(() => cloud.close());

const x = (length: number): string => 'x'.repeat(length);
const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, value: 'v' }));

const names = [
  ['nothing', undefined, 'IMG.0013'],
  ['an empty name', '', 'IMG.0013'],
  ['a number', 42, 'IMG.0013'],
  ['1 character', 'x', undefined],
  ['128 characters', x(128), undefined],
  ['129 characters', x(129), 'IMG.0002'],
  ['300 characters', x(300), 'IMG.0002'],
  ['all that is allowed', 'a Z_0-9.x', undefined],
  ['an emoji', 'web🚀', 'IMG.0003'],
  ['129 emoji', '🚀'.repeat(129), 'IMG.0002'],
  ['a control character', 'a\u0007b', 'IMG.0003'],
  ['a line break', 'a\nb', 'IMG.0003'],
  ['half a character', 'a\ud83d', 'IMG.0003'],
  ['a blank in front', ' web', 'IMG.0003'],
  ['a blank behind', 'web ', 'IMG.0003'],
  ['nothing but a blank', ' ', 'IMG.0003'],
  ['Chinese, which only the other cloud takes', '镜像', 'IMG.0003'],
] as const;

const descriptions = [
  ['none', null, undefined],
  ['an empty one', '', undefined],
  ['1024 characters', x(1024), undefined],
  ['1025 characters', x(1025), 'IMG.0004'],
  ['1024 emoji', '🚀'.repeat(1024), undefined],
  ['a line break', 'a\nb', 'IMG.0054'],
  ['a control character', 'a\u0000b', 'IMG.0054'],
  ['an angle bracket', '<b>', 'IMG.0054'],
] as const;

const tagLists = [
  ['10 tags', tags(10), undefined],
  ['11 tags', tags(11), 'IMG.0116'],
  ['a key of 36', [{ key: x(36) }], undefined],
  ['a key of 37', [{ key: x(37) }], 'IMG.0115'],
  ['no key', [{ key: '' }], 'IMG.0115'],
  ['a value of 43', [{ key: 'k', value: x(43) }], undefined],
  ['a value of 44', [{ key: 'k', value: x(44) }], 'IMG.0115'],
  ['an empty value', [{ key: 'k', value: '' }], undefined],
  ['an emoji as key', [{ key: '🚀' }], 'IMG.0115'],
  ['a control character as value', [{ key: 'k', value: '\u0001' }], 'IMG.0115'],
  ['a key twice', [{ key: 'k' }, { key: 'k' }], 'IMG.0115'],
  ['no list', 'k=v', 'IMG.0013'],
] as const;

const memories = [
  ['0 MB', { minRam: 0 }, undefined],
  ['less than nothing', { minRam: -1 }, 'IMG.0055'],
  ['half a MB', { minRam: 0.5 }, 'IMG.0055'],
  ['as much as fits into 31 bits', { minRam: 2 ** 31 - 1 }, undefined],
  ['one more', { minRam: 2 ** 31 }, 'IMG.0055'],
  ['a range of one', { minRam: 1024, maxRam: 1024 }, undefined],
  ['a range that is none', { minRam: 1025, maxRam: 1024 }, 'IMG.0055'],
  ['no upper limit', { minRam: 1024, maxRam: 0 }, undefined],
] as const;

describe('creating an image', () => {
  const create = (change: object): Promise<unknown> => cloud.a.images.create({ name: 'web', serverId: NOWHERE, ...change });

  test.each(names)('name: %s', async (_, name, code) => expect(await codeOf(create({ name }))).toBe(code ?? TAKEN));
  test.each(descriptions)('description: %s', async (_, description, code) =>
    expect(await codeOf(create({ description }))).toBe(code ?? TAKEN),
  );
  test.each(tagLists)('tags: %s', async (_, list, code) => expect(await codeOf(create({ tags: list }))).toBe(code ?? TAKEN));
  test.each(memories)('memory: %s', async (_, range, code) => expect(await codeOf(create(range))).toBe(code ?? TAKEN));

  test.each([
    ['no id', undefined, 'IMG.0012'],
    ['no UUID', 'web', 'IMG.0012'],
    ['a UUID in capitals', 'ABCDEF00-0000-4000-8000-000000000000', 'IMG.0012'],
    ['an unknown server', NOWHERE, 'IMG.0005'],
  ])('server: %s', async (_, id, code) => expect(await codeOf(create({ serverId: id }))).toBe(code));

  test('says which field is at fault', async () => {
    expect(await refused(create({ tags: [{ key: 'good' }, { key: '🚀' }] }))).toMatchObject({ field: 'tags.1.key', status: 400 });
    expect(await refused(create({ name: '' }))).toMatchObject({ field: 'name' });
  });

  test('the other dialect takes Chinese names and dots in the values of tags', async () => {
    await using other = await openTestCloud({ config: { dialect: 'HW' } });
    const input = { name: '镜像', serverId: NOWHERE, tags: [{ key: '键', value: 'v1.0' }] };
    expect(await codeOf(other.a.images.create(input))).toBe(TAKEN);
    expect(await codeOf(cloud.a.images.create(input))).toBe('IMG.0003');
  });
});

describe('updating an image', () => {
  const update = (change: object): Promise<unknown> => cloud.a.images.update({ imageId, ...change });

  test.each(names.filter(([, name]) => typeof name === 'string'))('name: %s', async (_, name, code) =>
    expect(await codeOf(update({ name }))).toBe(code),
  );
  test.each(descriptions)('description: %s', async (_, description, code) =>
    expect(await codeOf(update({ description }))).toBe(code),
  );
  test.each(memories)('memory: %s', async (_, range, code) => {
    await update({ minRam: 0, maxRam: null });
    expect(await codeOf(update(range))).toBe(code);
  });

  test('of a range checks both ends, also where only one is given', async () => {
    await update({ minRam: 1024, maxRam: 2048 });
    expect(await codeOf(update({ minRam: 2049 }))).toBe('IMG.0055');
    expect(await codeOf(update({ maxRam: 1023 }))).toBe('IMG.0055');
    expect(await codeOf(update({ maxRam: 0 }))).toBeUndefined();
    expect(await cloud.a.images.get({ imageId })).toMatchObject({ minRam: 1024, maxRam: null });
    await update({ minRam: 0 });
  });

  test('an unknown firmware, a malformed and an unknown id, a public image', async () => {
    expect(await codeOf(update({ firmware: 'coreboot' }))).toBe('IMG.0141');
    expect(await codeOf(update({ imageId: 'golden' }))).toBe('IMG.0066');
    expect(await codeOf(update({ imageId: NOWHERE }))).toBe('IMG.0027');
    expect(await codeOf(update({ imageId: DEBIAN, name: 'mine' }))).toBe('IMG.0028');
    expect(await codeOf(cloud.a.images.delete({ imageId: DEBIAN }))).toBe('IMG.0094');
    expect(await codeOf(cloud.a.images.setTags({ imageId: DEBIAN, tags: tags(1) }))).toBe('IMG.0028');
    expect(await codeOf(cloud.a.images.share({ imageIds: [DEBIAN], tenantIds: [cloud.b.id] }))).toBe('IMG.0089');
  });

  test('a refused change changes nothing', async () => {
    const before = await cloud.a.images.get({ imageId });
    await codeOf(update({ description: 'new', name: x(129) }));
    expect(await cloud.a.images.get({ imageId })).toEqual(before);
  });
});

describe('tags of an image', () => {
  test('are 10 at most, those that are there counted', async () => {
    await cloud.a.images.setTags({ imageId, tags: tags(9) });
    expect(await codeOf(cloud.a.images.setTags({ imageId, tags: [{ key: 'a' }, { key: 'b' }] }))).toBe('IMG.0116');
    expect(
      await codeOf(cloud.a.images.setTags({ imageId, tags: [{ key: 'key-0', value: 'new' }, { key: 'a' }] })),
    ).toBeUndefined();
    expect(await cloud.a.images.listTags({ imageIds: [imageId] })).toHaveLength(10);
    await cloud.a.images.deleteTags({ imageId, keys: ['a', 'unknown'] });
    expect(await cloud.a.images.listTags({ imageIds: [imageId] })).toHaveLength(9);
  });
});

describe('what an image asks of a server', () => {
  const launch = (change: object): Promise<unknown> =>
    // The last check of the launch: nothing is made.
    cloud.a.servers.launch({ name: 'web', imageId, flavorId: 's3.medium.2', subnetId: NOWHERE, ...change });

  test.each([
    ['memory as it has', { minRam: 2048 }, 'Ecs.0038'],
    ['more memory', { minRam: 2049 }, 'Ecs.0007'],
    ['at most the memory that it has', { maxRam: 2048 }, 'Ecs.0038'],
    ['less memory', { maxRam: 2047 }, 'Ecs.0007'],
  ])('%s', async (_, range, code) => {
    await cloud.a.images.update({ imageId, minRam: 0, maxRam: null });
    await cloud.a.images.update({ imageId, ...range });
    expect(await codeOf(launch({}))).toBe(code);
    await cloud.a.images.update({ imageId, minRam: 0, maxRam: null });
  });

  test.each([
    [9, 'Ecs.0007'],
    [10, 'Ecs.0038'],
    [1024, 'Ecs.0038'],
    [1025, 'Ecs.0005'],
    [0, 'Ecs.0005'],
    [10.5, 'Ecs.0005'],
  ])('a disk of %s GB, where it was made of one of 10', async (size, code) =>
    expect(await codeOf(launch({ systemDisk: { type: 'SSD', size } }))).toBe(code),
  );

  test.each([
    ['32 KiB of user data', { userData: Buffer.alloc(32 * 1024).toString('base64') }, 'Ecs.0038'],
    ['one byte more', { userData: Buffer.alloc(32 * 1024 + 1).toString('base64') }, 'Ecs.0005'],
    ['8 characters of three kinds', { adminPassword: 'Abcdefg1' }, 'Ecs.0038'],
    ['7 characters', { adminPassword: 'Abcdef1' }, 'Ecs.0011'],
    ['26 characters', { adminPassword: `A1${'b'.repeat(24)}` }, 'Ecs.0038'],
    ['27 characters', { adminPassword: `A1${'b'.repeat(25)}` }, 'Ecs.0011'],
    ['two kinds of character', { adminPassword: 'abcdefg1' }, 'Ecs.0011'],
    ['an emoji in the password', { adminPassword: 'Abcdefg1🚀' }, 'Ecs.0011'],
    ['100 servers', { count: 100 }, 'Ecs.0038'],
    ['a name of 128', { name: x(128) }, 'Ecs.0038'],
    ['a name of 59 for two', { name: x(59), count: 2 }, 'Ecs.0038'],
    ['a description of 85', { description: x(85) }, 'Ecs.0038'],
    ['a description of 86', { description: x(86) }, 'Ecs.0041'],
    ['10 tags', { tags: tags(10) }, 'Ecs.0038'],
    ['a tag key of 36', { tags: [{ key: x(36) }] }, 'Ecs.0038'],
    ['a tag key of 37', { tags: [{ key: x(37) }] }, 'Ecs.0906'],
    ['a tag value of 43', { tags: [{ key: 'k', value: x(43) }] }, 'Ecs.0038'],
    ['a tag value of 44', { tags: [{ key: 'k', value: x(44) }] }, 'Ecs.0906'],
    ['a tag twice', { tags: [{ key: 'k' }, { key: 'k' }] }, 'Ecs.0908'],
    ['10 pairs of metadata', { metadata: tags(10) }, 'Ecs.0038'],
    ['11 pairs of metadata', { metadata: tags(11) }, 'Ecs.0005'],
  ])('%s', async (_, change, code) => expect(await codeOf(launch(change))).toBe(code));
});

test('the quota of images is kept at its border, and a failed image gives back what it took', async () => {
  await cloud.admin.quotas.set({ tenantId: cloud.a.id, resource: 'images', limit: 2 });
  await cloud.faults.fail({ jobType: 'imsCreateImageByInstance', step: 'verify' }, 'IMG.0014');
  const failing = await cloud.a.images.create({ name: 'second', serverId });
  expect(await codeOf(cloud.a.images.create({ name: 'third', serverId }))).toMatch(/IMG.00(10|15)/);
  expect((await cloud.waitUntilOver(failing.jobId)).status).toBe('FAIL');
  await cloud.waitForJob((await cloud.a.images.create({ name: 'second', serverId })).jobId);
  expect(await codeOf(cloud.a.images.create({ name: 'third', serverId }))).toBe('IMG.0015');
  await cloud.admin.quotas.set({ tenantId: cloud.a.id, resource: 'images', limit: null });
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});

test('one image at a time is made of a server, and it can be neither deleted nor deleted twice meanwhile', async () => {
  const hold = await cloud.faults.hold({ jobType: 'imsCreateImageByInstance' }, 10);
  const orders = await Promise.allSettled(['one', 'two', 'three'].map(name => cloud.a.images.create({ name, serverId })));
  const taken = orders.filter(order => order.status === 'fulfilled').map(({ value }) => value);
  const codes = orders.filter(order => order.status === 'rejected').map(({ reason }) => reason.code);
  expect(taken).toHaveLength(1);
  expect(codes).toEqual(['IMG.0010', 'IMG.0010']);
  const [{ imageId: made, jobId } = { imageId: '', jobId: '' }] = taken;
  expect(await codeOf(cloud.a.images.delete({ imageId: made }))).toBe('IMG.0090');
  expect(await codeOf(cloud.a.servers.delete({ serverIds: [serverId] }))).toBe('Ecs.0100');
  expect(await codeOf(cloud.a.servers.stop({ serverIds: [serverId] }))).toBe('Ecs.0100');
  await cloud.faults.remove(hold.id);
  await cloud.waitForJob(jobId);

  await cloud.a.images.update({ imageId: made, protected: true });
  expect(await codeOf(cloud.a.images.delete({ imageId: made }))).toBe('IMG.0091');
  await cloud.a.images.update({ imageId: made, protected: false });
  const deletes = await Promise.all([1, 2].map(() => codeOf(cloud.a.images.delete({ imageId: made }))));
  expect(deletes.sort()).toEqual(['IMG.0027', undefined]);
});
