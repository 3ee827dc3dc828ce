import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, makeImage, type OpenGateway, openGateway, publicImage, tenants, tokens, untilOver } from './open-gateway.ts';

let gateway: OpenGateway;
let image: { id: string; uuid: string };
let server: { id: string; uuid: string };
beforeAll(async () => {
  gateway = await openGateway();
  server = await launch(gateway, tokens.a);
  image = await makeImage(gateway, tokens.a, server.id);
});
afterAll(() => gateway.close());

const change = async (token: string, name: string, input: object, selection = '__typename'): Promise<Record<string, unknown>> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${selection} } ... on Error { code message field } } }`;
  return (await gateway.data(token, query, { input }))[name];
};

describe('ids', () => {
  test('an image is found by its global id and by its id in the cloud', async () => {
    const query = 'query($id: ID!) { image(id: $id) { id uuid name relation } }';
    const expected = { image: { id: `Image:${image.uuid}`, uuid: image.uuid, name: 'golden', relation: 'OWN' } };
    expect(await gateway.data(tokens.a, query, { id: image.id })).toEqual(expected);
    expect(await gateway.data(tokens.a, query, { id: image.uuid })).toEqual(expected);
  });

  test('an id of another type is explained, with the input at fault', async () => {
    const { errors } = await gateway.ask(tokens.a, 'query($id: ID!) { image(id: $id) { id } }', { id: server.id });
    expect(errors?.[0]).toMatchObject({
      message: 'The id is one of type CloudServer; asked for is Image.',
      extensions: { code: 'APIGW.0201', field: 'id' },
    });
    expect(await change(tokens.a, 'shareImages', { imageIds: [image.id, server.id], tenantIds: [tenants.b] })).toMatchObject({
      __typename: 'InvalidInputError',
      field: 'imageIds.1',
    });
  });

  test('node and nodes find anything of the caller’s; what is not there is null', async () => {
    const query = 'query($id: ID!, $ids: [ID!]!) { node(id: $id) { __typename id } nodes(ids: $ids) { __typename id } }';
    const ids = [image.id, server.id, 'Flavor:s3.medium.2', `Tenant:${tenants.a}`, `Tenant:${tenants.b}`];
    const { node, nodes } = await gateway.data(tokens.a, query, { id: image.id, ids });
    expect(node).toEqual({ __typename: 'Image', id: image.id });
    expect(nodes).toEqual([
      { __typename: 'Image', id: image.id },
      { __typename: 'CloudServer', id: server.id },
      { __typename: 'Flavor', id: 'Flavor:s3.medium.2' },
      { __typename: 'Tenant', id: `Tenant:${tenants.a}` },
      null,
    ]);
    const { errors } = await gateway.ask(tokens.a, '{ node(id: "nonsense") { id } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'APIGW.0201', field: 'id' });
  });
});

describe('lists', () => {
  const page = `query($first: Int, $after: String, $last: Int, $before: String) {
    images(first: $first, after: $after, last: $last, before: $before, orderBy: { by: NAME, direction: ASC }) {
      edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const names = ({ images }: { images: { edges: { node: { name: string } }[] } }) => images.edges.map(({ node }) => node.name);

  test('pages go forwards and backwards over the same rows', async () => {
    const all = names(await gateway.data(tokens.a, page, { first: 100 }));
    const first = await gateway.data(tokens.a, page, { first: 5 });
    const second = await gateway.data(tokens.a, page, { first: 5, after: first.images.pageInfo.endCursor });
    expect([...names(first), ...names(second)]).toEqual(all.slice(0, 10));
    expect(first.images.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const back = await gateway.data(tokens.a, page, { last: 5, before: second.images.pageInfo.startCursor });
    expect(names(back)).toEqual(names(first));
    expect(first.images.edges.at(-1).cursor).toBe(first.images.pageInfo.endCursor);
  });

  test('a filter narrows, and totalCount counts what it finds', async () => {
    const query =
      'query($filter: ImageFilter) { images(first: 1, filter: $filter) { totalCount edges { node { name relation } } } }';
    expect((await gateway.data(tokens.a, query, { filter: { relation: 'OWN' } })).images).toEqual({
      totalCount: 1,
      edges: [{ node: { name: 'golden', relation: 'OWN' } }],
    });
    const { images } = await gateway.data(tokens.a, query, { filter: { osType: 'WINDOWS', relation: 'PUBLIC' } });
    expect(images.totalCount).toBeGreaterThan(1);
    expect((await gateway.data(tokens.a, query, { filter: { id: image.id, name: 'other' } })).images.totalCount).toBe(0);
  });

  test('a cursor of another list, and both ways at once, are refused', async () => {
    const code = async (args: string) =>
      (await gateway.ask(tokens.a, `{ images(${args}) { edges { node { id } } } }`)).errors?.[0]?.extensions;
    expect(await code('after: "nonsense"')).toEqual({ code: 'APIGW.0201', field: 'after' });
    expect(await code('first: 1, last: 1')).toEqual({ code: 'APIGW.0201', field: 'last' });
    expect(await code('first: -1')).toEqual({ code: 'APIGW.0201', field: 'first' });
  });
});

describe('mutations', () => {
  test('an expected failure is a member of the result, with code and field', async () => {
    expect(await change(tokens.a, 'createImage', { serverId: server.id, name: 'control\u0007character' })).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'IMG.0003',
      field: 'name',
    });
    expect(await change(tokens.a, 'deleteImage', { imageId: await publicImage(gateway) })).toMatchObject({
      __typename: 'ForbiddenError',
      code: 'IMG.0094',
    });
    const unknown = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    expect(await change(tokens.a, 'deleteImage', { imageId: unknown })).toMatchObject({
      __typename: 'NotFoundError',
      code: 'IMG.0027',
    });
    expect(await change(tokens.b, 'deleteImage', { imageId: image.id })).toMatchObject({
      __typename: 'NotFoundError',
      code: 'IMG.0027',
    });
    expect(await change(tokens.a, 'setClock', { mode: 'VIRTUAL' })).toMatchObject({
      __typename: 'ForbiddenError',
      code: 'APIGW.0302',
    });
    const { data } = await gateway.ask(
      undefined,
      'mutation { deleteKeyPair(input: { name: "x" }) { __typename ... on Error { code } } }',
    );
    expect(data.deleteKeyPair).toEqual({ __typename: 'AuthenticationError', code: 'APIGW.0301' });
  });

  test('what an update leaves out stays, and null takes away', async () => {
    const selection = 'image { description minRam protected }';
    const update = (input: object) => change(tokens.a, 'updateImage', { imageId: image.id, ...input }, selection);
    expect(await update({ description: 'words', minRam: 256 })).toMatchObject({ image: { description: 'words', minRam: 256 } });
    expect(await update({ protected: true })).toMatchObject({ image: { description: 'words', protected: true } });
    expect(await update({ description: null, protected: false })).toMatchObject({ image: { description: null, minRam: 256 } });
  });

  test('the same idempotency key answers again and does nothing; with another input it is refused', async () => {
    const create = (name: string) =>
      change(tokens.a, 'createImage', { serverId: server.id, name, idempotencyKey: 'once' }, 'job { id } image { id }');
    const first = await create('once');
    expect(await create('once')).toEqual(first);
    expect(await create('twice')).toMatchObject({ __typename: 'StateError', code: 'Cloudyard.0001', field: 'idempotencyKey' });
    await untilOver(gateway, tokens.a, (first.job as { id: string }).id);
  });

  test('a fault rule makes a mutation fail with its code', async () => {
    const rule = {
      match: { operation: 'images.setTags' },
      effect: { fail: { code: 'IMG.0061', message: 'as asked' } },
      count: 1,
    };
    expect(await change(tokens.admin, 'addFaultRule', rule, 'faultRule { effect remaining }')).toMatchObject({
      faultRule: { effect: { kind: 'fail', code: 'IMG.0061', message: 'as asked' }, remaining: 1 },
    });
    const tag = { imageId: image.id, tags: [{ key: 'a', value: 'b' }] };
    expect(await change(tokens.a, 'setImageTags', tag)).toMatchObject({ __typename: 'ServiceError', code: 'IMG.0061' });
    expect(await change(tokens.a, 'setImageTags', tag, 'image { tags { key value } }')).toMatchObject({
      image: { tags: [{ key: 'a', value: 'b' }] },
    });
  });
});

test('sharing: pending, accepted, rejected, taken back; a stranger and a member see what they may', async () => {
  const seenByB = async () =>
    (
      await gateway.data(
        tokens.b,
        'query($id: ID!) { image(id: $id) { relation memberStatus members { tenant { domainName } } sourceServer { id } } }',
        { id: image.id },
      )
    ).image;
  const inListOf = async (filter: object) =>
    (
      await gateway.data(tokens.b, 'query($filter: ImageFilter) { images(filter: $filter) { edges { node { id } } } }', {
        filter,
      })
    ).images.edges.map(({ node }: { node: { id: string } }) => node.id);
  const done = async (token: string, name: string, input: object) => {
    const { job } = (await change(token, name, input, 'job { id }')) as { job: { id: string } };
    return (await untilOver(gateway, token, job.id)).status;
  };
  expect(await seenByB()).toBeNull();
  expect(await done(tokens.a, 'shareImages', { imageIds: [image.id], tenantIds: [tenants.b] })).toBe('SUCCESS');
  expect(await inListOf({ memberStatus: 'PENDING' })).toEqual([image.id]);
  expect(await inListOf({ relation: 'SHARED' })).toEqual([]);
  expect(await seenByB()).toMatchObject({
    relation: 'SHARED',
    memberStatus: 'PENDING',
    members: [{ tenant: { domainName: 'demo-b' } }],
    sourceServer: null,
  });
  expect(await done(tokens.b, 'answerShares', { imageIds: [image.id], status: 'ACCEPTED' })).toBe('SUCCESS');
  expect(await inListOf({ relation: 'SHARED' })).toEqual([image.id]);
  expect(await change(tokens.b, 'deleteImage', { imageId: image.id })).toMatchObject({
    __typename: 'ForbiddenError',
    code: 'IMG.0092',
  });
  expect(await done(tokens.b, 'answerShares', { imageIds: [image.id], status: 'REJECTED' })).toBe('SUCCESS');
  expect(await inListOf({ relation: 'SHARED' })).toEqual([]);
  expect(await done(tokens.a, 'unshareImages', { imageIds: [image.id], tenantIds: [tenants.b] })).toBe('SUCCESS');
  expect(await seenByB()).toBeNull();
});
