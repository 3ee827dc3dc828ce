import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { type Data, launch as launchCloudServer, type OpenGateway, openGateway, tokens, untilOver } from './open-gateway.ts';

let gateway: OpenGateway;
let server: { id: string; uuid: string };
const order = { name: 'metal', imageId: `Image:${publicImageId('BMS_Debian_12_latest')}`, flavorId: 'Flavor:physical.o2.medium' };

beforeAll(async () => {
  gateway = await openGateway();
  const { job, servers, ...failure } = await change(
    'launchBareMetalServers',
    { ...order, rootVolume: { type: 'SSD', size: 50 }, dataDisks: [{ size: 10 }], nics: [{ address: '192.168.0.55' }] },
    'job { id type } servers { id uuid }',
  );
  expect(failure).toEqual({ __typename: 'LaunchBareMetalServersPayload' });
  expect(job.type).toBe('baremetalBatchCreate');
  expect(await untilOver(gateway, tokens.a, job.id)).toMatchObject({ status: 'SUCCESS' });
  server = servers[0];
});
afterAll(() => gateway.close());

const change = async (name: string, input: object, selection: string): Promise<Data> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${selection} } ... on Error { code field } } }`;
  return (await gateway.data(tokens.a, query, { input }))[name];
};

const done = async (name: string, input: object): Promise<string> => {
  const { job, ...failure } = await change(name, input, 'job { id }');
  if (!job) throw new Error(JSON.stringify(failure));
  return (await untilOver(gateway, tokens.a, job.id)).status;
};

test('is a server of its own type, with its machine', async () => {
  const query = `query($id: ID!) { server(id: $id) { id ${FIELDS} } node(id: $id) { __typename ... on BareMetalServer { uuid } } }`;
  const found = await gateway.data(tokens.a, query, { id: server.id });
  expect(server.id).toBe(`BareMetalServer:${server.uuid}`);
  expect(found.node).toEqual({ __typename: 'BareMetalServer', uuid: server.uuid });
  expect(found.server).toEqual({
    id: server.id,
    __typename: 'BareMetalServer',
    status: 'ACTIVE',
    addresses: ['192.168.0.55'],
    powerState: 'ON',
    provisionState: 'active',
    bootOrder: ['DISK', 'PXE'],
    bootType: 'VOLUME',
    disks: [
      { device: '/dev/sda', deviceType: 'SCSI', size: 50 },
      { device: '/dev/sdb', deviceType: 'SCSI', size: 10 },
    ],
    flavor: {
      kind: 'BARE_METAL',
      machine: { boardType: 'o2', localDisk: null, extraSpecs: expect.objectContaining({ 'baremetal:extBootType': 'Volume' }) },
    },
    image: { kind: 'BARE_METAL' },
  });
});

const FIELDS = `__typename status addresses flavor { kind machine { boardType localDisk extraSpecs } } image { kind }
  disks { device deviceType size } ... on BareMetalServer { powerState provisionState bootOrder bootType }`;

test('is listed with the others or by its kind, as its flavors are by theirs', async () => {
  const other = await launchCloudServer(gateway, tokens.a);
  const query = `query($kind: ServerKind) { servers(filter: { kind: $kind }) { totalCount edges { node { id } } } flavors(kind: $kind) { name machine { bootType } } }`;
  const all = await gateway.data(tokens.a, query, {});
  expect(all.servers.totalCount).toBe(2);
  expect(all.flavors.every((flavor: Data) => flavor.machine === null)).toBe(true);
  const metal = await gateway.data(tokens.a, query, { kind: 'BARE_METAL' });
  expect(metal.servers.edges).toEqual([{ node: { id: server.id } }]);
  expect(metal.flavors.map(({ name }: Data) => name)).toContain('physical.s4.medium');
  const wrongType = await gateway.data(tokens.a, 'query($id: ID!) { node(id: $id) { id } }', {
    id: other.id.replace('CloudServer', 'BareMetalServer'),
  });
  expect(wrongType.node).toBeNull();
});

test('is switched by its controller and by the calls of all servers', async () => {
  const power = async (): Promise<string> =>
    (
      await gateway.data(tokens.a, 'query($id: ID!) { server(id: $id) { ... on BareMetalServer { powerState } } }', {
        id: server.id,
      })
    ).server.powerState;
  expect(await done('operateBareMetalServers', { serverIds: [server.id], action: 'POWER_OFF' })).toBe('SUCCESS');
  expect(await power()).toBe('OFF');
  expect(await done('startServers', { serverIds: [server.id] })).toBe('SUCCESS');
  expect(await power()).toBe('ON');
  expect(await change('operateBareMetalServers', { serverIds: [server.id], action: 'POWER_ON' }, 'job { id }')).toEqual({
    __typename: 'StateError',
    code: 'BMS.0038',
    field: 'serverIds',
  });
  const set = await change(
    'setBootOrder',
    { serverId: server.id, bootOrder: ['PXE', 'DISK'] },
    'server { ... on BareMetalServer { bootOrder } }',
  );
  expect(set.server.bootOrder).toEqual(['PXE', 'DISK']);
});

test('what cannot be launched is refused with the input at fault', async () => {
  const refused = async (input: object): Promise<string[]> => {
    const { __typename, code, field } = await change('launchBareMetalServers', { ...order, ...input }, 'job { id }');
    return [__typename, code, field];
  };
  expect(await refused({})).toEqual(['InvalidInputError', 'BMS.0047', 'rootVolume']);
  expect(await refused({ flavorId: 's3.medium.2' })).toEqual(['NotFoundError', 'BMS.0021', 'flavorId']);
  expect(await refused({ imageId: publicImageId('Standard_Debian_12_latest') })).toEqual([
    'InvalidInputError',
    'BMS.0011',
    'imageId',
  ]);
  expect(await refused({ count: 25 })).toEqual(['InvalidInputError', 'BMS.0205', 'count']);
});

test('an image of a disk is for the machines that are said', async () => {
  const query = 'query($id: ID!) { server(id: $id) { disks { id device } } }';
  const { disks } = (await gateway.data(tokens.a, query, { id: server.id })).server;
  const input = { name: 'x', diskId: disks[1].id, osVersion: 'Debian GNU/Linux 12.0.0 64bit' };
  for (const [type, kind] of Object.entries({ ECS: 'SYSTEM', BMS: 'BARE_METAL' })) {
    const { job, image } = await change('createImageFromDisk', { ...input, type }, 'job { id } image { kind }');
    expect(image, type).toEqual({ kind });
    expect(await untilOver(gateway, tokens.a, job.id), 'no system').toMatchObject({ error: { code: 'IMG.0057' } });
  }
  const order = 'mutation($input: CreateImageFromDiskInput!) { createImageFromDisk(input: $input) { __typename } }';
  const { errors } = await gateway.ask(tokens.a, order, { input: { ...input, type: 'ISO' } });
  expect(errors?.[0]?.message).toContain('"ISO" does not exist in "ImageType" enum');
});

test('is gone with the id that it had', async () => {
  const gone = await change('deleteServers', { serverIds: [server.id], deleteDisks: true }, 'job { id } deletedServerIds');
  expect(gone.deletedServerIds).toEqual([server.id]);
  expect(await untilOver(gateway, tokens.a, gone.job.id)).toMatchObject({ status: 'SUCCESS' });
});

test('is launched with an elastic IP where the hardware binds any, and the field at fault is named', async () => {
  const launchWith = (publicAddress: object) =>
    change('launchBareMetalServers', { ...order, rootVolume: { size: 40 }, publicAddress }, 'job { id }');
  expect(await launchWith({})).toMatchObject({ __typename: 'HardwareError', code: 'Cloudyard.0003' });
  const field = 'publicAddress.bandwidthSize';
  expect(await launchWith({ bandwidthSize: 1 })).toMatchObject({ __typename: 'InvalidInputError', code: 'BMS.0077', field });
  const publicAddressId = 'PublicAddress:00000000-0000-4000-8000-000000000000';
  expect(await launchWith({ publicAddressId, bandwidthSize: 5 })).toMatchObject({ code: 'BMS.0071', field: 'publicAddress' });
});
