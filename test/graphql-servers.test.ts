import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, launch, type OpenGateway, openGateway, publicImage, tokens, untilOver } from './open-gateway.ts';

let gateway: OpenGateway;
let server: { id: string; uuid: string };
beforeAll(async () => {
  gateway = await openGateway();
  await gateway.data(tokens.a, 'mutation { createKeyPair(input: { name: "key" }) { ... on Error { message } } }');
  server = await launch(gateway, tokens.a, {
    name: 'first',
    systemDisk: { type: 'SAS', size: 20 },
    availabilityZone: 'eu-de-02',
    address: '192.168.0.77',
    keyName: 'KeyPair:key',
    adminPassword: 'Cloudyard-42',
    userData: Buffer.from('#!/bin/sh\ntrue\n').toString('base64'),
    metadata: [{ key: 'role', value: 'web' }],
    tags: [{ key: 'stage', value: 'test' }, { key: 'empty' }],
    description: 'words',
  });
});
afterAll(() => gateway.close());

const change = async (name: string, input: object, selection = '__typename', token: string = tokens.a): Promise<Data> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${selection} } ... on Error { code message field } } }`;
  return (await gateway.data(token, query, { input }))[name];
};

const done = async (name: string, input: object): Promise<string> => {
  const { job, ...failure } = await change(name, input, 'job { id }');
  if (!job) throw new Error(JSON.stringify(failure));
  return (await untilOver(gateway, tokens.a, job.id)).status;
};

const show = async (selection: string): Promise<Data> =>
  (await gateway.data(tokens.a, `query($id: ID!) { server(id: $id) { ${selection} } }`, { id: server.id })).server;

test('a server is what was ordered', async () => {
  expect(
    await show(`__typename name hostname status region availabilityZone description flavor { name vcpus ram } image { name } imageName osType keyName
      keyPair { fingerprint } metadata tags { key value } disks { size type bootable device } ports { subnet { name vpc { name } } } addresses fault { code } tenant { domainName }`),
  ).toMatchObject({
    __typename: 'CloudServer',
    name: 'first',
    hostname: 'first',
    status: 'ACTIVE',
    region: 'eu-de',
    availabilityZone: 'eu-de-02',
    description: 'words',
    flavor: { name: 's3.medium.2', vcpus: 1, ram: 2048 },
    image: { name: 'Standard_Debian_12_latest' },
    osType: 'LINUX',
    keyName: 'key',
    keyPair: { fingerprint: expect.any(String) },
    metadata: { role: 'web' },
    tags: [
      { key: 'empty', value: '' },
      { key: 'stage', value: 'test' },
    ],
    disks: [{ size: 20, type: 'SAS', bootable: true, device: '/dev/vda' }],
    ports: [{ subnet: { name: 'subnet-default', vpc: { name: 'vpc-default' } } }],
    addresses: ['192.168.0.77'],
    fault: null,
    tenant: { domainName: 'demo-a' },
  });
});

test('what cannot be launched is refused with the input at fault', async () => {
  const order = { name: 'x', imageId: await publicImage(gateway), flavorId: 's3.medium.2' };
  const refused = async (input: object): Promise<string[]> => {
    const { __typename, code, field } = await change('launchServers', { ...order, ...input });
    return [__typename, code, field];
  };
  expect(await refused({ imageId: 'ffffffff-ffff-4fff-bfff-ffffffffffff' })).toEqual(['NotFoundError', 'Ecs.0031', 'imageId']);
  expect(await refused({ flavorId: 'Flavor:huge' })).toEqual(['NotFoundError', 'Ecs.0029', 'flavorId']);
  expect(await refused({ adminPassword: 'weak' })).toEqual(['InvalidInputError', 'Ecs.0011', 'adminPassword']);
  expect(await refused({ name: 'emoji 🙂' })).toEqual(['InvalidInputError', 'Ecs.0915', 'name']);
  expect(await refused({ name: 'x'.repeat(300) })).toEqual(['InvalidInputError', 'Ecs.0914', 'name']);
  expect(await refused({ count: 101 })).toEqual(['InvalidInputError', 'Ecs.0913', 'count']);
  expect(await refused({ flavorId: 'm4.2xlarge.8', availabilityZone: 'eu-de-02' })).toEqual([
    'StateError',
    'Ecs.0319',
    'flavorId',
  ]);
});

test('lists are filtered and sorted, and count what they find', async () => {
  await launch(gateway, tokens.a, { name: 'second', flavorId: 's3.small.1' });
  const list = async (variables: object): Promise<Data> =>
    (
      await gateway.data(
        tokens.a,
        'query($filter: ServerFilter, $orderBy: ServerOrder) { servers(filter: $filter, orderBy: $orderBy) { totalCount edges { node { name } } } }',
        variables,
      )
    ).servers;
  expect(await list({ filter: { flavorId: 'Flavor:s3.small.1' } })).toEqual({
    totalCount: 1,
    edges: [{ node: { name: 'second' } }],
  });
  expect((await list({ filter: { ip: '192.168.0.77' } })).edges).toEqual([{ node: { name: 'first' } }]);
  const names = async (direction: string) =>
    (await list({ orderBy: { by: 'NAME', direction } })).edges.map(({ node }: Data) => node.name);
  expect(await names('ASC')).toEqual((await names('DESC')).reverse());
});

test('power, flavor, name and tags change; what the state does not allow is refused', async () => {
  expect(await change('startServers', { serverIds: [server.id] })).toMatchObject({ __typename: 'StateError', code: 'Ecs.0100' });
  expect(await done('rebootServers', { serverIds: [server.id], type: 'HARD' })).toBe('SUCCESS');
  expect(await done('stopServers', { serverIds: [server.uuid] })).toBe('SUCCESS');
  expect(await show('status')).toEqual({ status: 'SHUTOFF' });
  expect(await done('resizeServer', { serverId: server.id, flavorId: 's3.large.2' })).toBe('SUCCESS');
  expect(await done('startServers', { serverIds: [server.id] })).toBe('SUCCESS');
  const renamed = await change(
    'updateServer',
    { serverId: server.id, name: 'renamed', description: null },
    'server { name hostname description flavor { name } }',
  );
  expect(renamed.server).toEqual({ name: 'renamed', hostname: 'first', description: '', flavor: { name: 's3.large.2' } });
  await change('setServerTags', { serverId: server.id, tags: [{ key: 'stage', value: 'changed' }] });
  const { server: tagged } = await change(
    'deleteServerTags',
    { serverId: server.id, keys: ['empty', 'unknown'] },
    'server { tags { key value } }',
  );
  expect(tagged.tags).toEqual([{ key: 'stage', value: 'changed' }]);
});

test('files are written and read, as text and as bytes; a wrong path or mode is refused', async () => {
  const read = async (path: string): Promise<Data> =>
    await gateway.data(
      tokens.a,
      'query($id: ID!, $path: String!) { serverFile(serverId: $id, path: $path) { text base64 size } serverFiles(serverId: $id, path: "/srv") { name mode size } }',
      { id: server.id, path },
    );
  const file = { serverId: server.id, path: '/srv/message.txt' };
  expect(await change('writeServerFile', { ...file, text: 'grüße\n', mode: '0600' }, 'size')).toMatchObject({ size: 8 });
  expect(await read(file.path)).toMatchObject({
    serverFile: { text: 'grüße\n', size: 8 },
    serverFiles: [{ name: 'message.txt', mode: '0600', size: 8 }],
  });
  await change('writeServerFile', { ...file, base64: Buffer.from([0, 255, 1]).toString('base64') });
  expect((await read(file.path)).serverFile.base64).toBe(Buffer.from([0, 255, 1]).toString('base64'));
  expect(await change('writeServerFile', { ...file, text: 'a', base64: 'YQ==' })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'text',
  });
  expect(await change('writeServerFile', { ...file, text: 'a', mode: 'rw-' })).toMatchObject({ field: 'mode' });
  expect(await change('writeServerFile', { ...file, path: 'relative', text: 'a' })).toMatchObject({ field: 'path' });
  const large = 'x'.repeat(8 << 20);
  expect(await change('writeServerFile', { ...file, text: large }, 'size')).toMatchObject({ size: 8 << 20 });
  expect(await change('writeServerFile', { ...file, text: `${large}x` })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'content',
  });
});

test('a command is refused where servers have no processes, with the reason', async () => {
  expect(await change('runServerCommand', { serverId: server.id, command: ['true'] })).toMatchObject({
    __typename: 'HardwareError',
    code: 'Cloudyard.0003',
    message: expect.stringContaining('nothing runs'),
  });
});

test('deleted servers are gone', async () => {
  const { id } = await launch(gateway, tokens.a, { name: 'short-lived' });
  const { job, deletedServerIds } = await change('deleteServers', { serverIds: [id] }, 'job { id } deletedServerIds');
  expect(deletedServerIds).toEqual([id]);
  expect((await untilOver(gateway, tokens.a, job.id)).status).toBe('SUCCESS');
  expect(await gateway.data(tokens.a, 'query($id: ID!) { server(id: $id) { id } }', { id })).toEqual({ server: null });
});
