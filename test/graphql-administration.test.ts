import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, launch, type OpenGateway, openGateway, tenants, tokens, untilOver } from './open-gateway.ts';

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const change = async (token: string, name: string, input: object, selection: string): Promise<Data> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${selection} } ... on Error { code message field } } }`;
  return (await gateway.data(token, query, { input }))[name];
};

test('virtual time stands still until it is advanced', async () => {
  const { clock } = await change(tokens.admin, 'setClock', { mode: 'VIRTUAL' }, 'clock { mode now }');
  expect(clock.mode).toBe('VIRTUAL');
  const { now } = await change(tokens.admin, 'advanceClock', { seconds: 3600 }, 'now');
  expect(Date.parse(now) - Date.parse(clock.now)).toBe(3_600_000);
  expect(await change(tokens.admin, 'setClock', { mode: 'INSTANT' }, 'clock { mode factor }')).toMatchObject({
    clock: { mode: 'INSTANT', factor: 1 },
  });
  expect(await change(tokens.admin, 'advanceClock', { seconds: 1 }, 'now')).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'seconds',
  });
});

test('a domain is made, its user signs in with a password, the administrator issues tokens without one', async () => {
  const made = await change(
    tokens.admin,
    'createDomain',
    { name: 'acme', user: { name: 'carol', password: 'Secret-1' } },
    'domainUuid tenants { id region domainName }',
  );
  expect(made.tenants.map(({ region, domainName }: Data) => [region, domainName])).toEqual([
    ['eu-de', 'acme'],
    ['eu-nl', 'acme'],
  ]);
  const { data } = await gateway.ask(
    undefined,
    'mutation($input: LoginInput!) { login(input: $input) { ... on LoginPayload { token expiresAt } ... on Error { code } } }',
    { input: { domain: 'acme', user: 'carol', password: 'Secret-1', regionId: 'eu-nl' } },
  );
  const me = '{ me { user { name } tenant { region domainName } roles tenants { region } } vpcs { edges { node { name } } } }';
  expect(await gateway.data(data.login.token, me)).toEqual({
    me: {
      user: { name: 'carol' },
      tenant: { region: 'eu-nl', domainName: 'acme' },
      roles: ['TENANT_ADMIN'],
      tenants: [{ region: 'eu-de' }, { region: 'eu-nl' }],
    },
    vpcs: { edges: [{ node: { name: 'vpc-default' } }] },
  });
  const wrong = await change(tokens.a, 'login', { domain: 'acme', user: 'carol', password: 'wrong', regionId: 'eu-nl' }, 'token');
  expect(wrong).toMatchObject({ __typename: 'AuthenticationError', code: 'IAM.0062' });
  expect(await change(tokens.admin, 'createDomain', { name: 'acme', user: { name: 'x' } }, '__typename')).toMatchObject({
    __typename: 'StateError',
    code: 'IAM.0005',
  });

  const reader = await change(tokens.admin, 'issueToken', { tenantId: made.tenants[0].id, role: 'READER' }, 'token');
  expect(await change(reader.token, 'createKeyPair', { name: 'x' }, '__typename')).toMatchObject({
    __typename: 'ForbiddenError',
    code: 'APIGW.0302',
  });
  expect((await gateway.data(reader.token, '{ servers { totalCount } }')).servers.totalCount).toBe(0);
  const { domains } = await gateway.data(tokens.admin, '{ domains { edges { node { name } } } }');
  expect(domains.edges.map(({ node }: Data) => node.name)).toEqual(['acme', 'cloudyard', 'demo-a', 'demo-b']);
});

test('no domain is made without a name, and no token issued for a tenant that there is not', async () => {
  expect(await change(tokens.admin, 'createDomain', { name: 'a b', user: { name: 'x' } }, '__typename')).toMatchObject({
    __typename: 'InvalidInputError',
    code: 'IAM.0007',
    field: 'name',
  });
  const tenantId = `Tenant:${'f'.repeat(32)}`;
  expect(await change(tokens.admin, 'issueToken', { tenantId, role: 'READER' }, 'token')).toMatchObject({
    __typename: 'NotFoundError',
    code: 'IAM.0004',
  });
});

test('a quota that is used up refuses the next, until it is raised', async () => {
  const limit = (value: number | null) =>
    change(
      tokens.admin,
      'setQuota',
      { tenantId: `Tenant:${tenants.b}`, resource: 'KEY_PAIRS', limit: value },
      'tenant { domainName }',
    );
  expect(await limit(1)).toMatchObject({ tenant: { domainName: 'demo-b' } });
  expect(await change(tokens.b, 'createKeyPair', { name: 'one' }, '__typename')).toMatchObject({
    __typename: 'CreateKeyPairPayload',
  });
  expect(await change(tokens.b, 'createKeyPair', { name: 'two' }, '__typename')).toMatchObject({
    __typename: 'QuotaError',
    code: 'Ecs.0001',
  });
  const { quotas } = await gateway.data(tokens.b, '{ quotas { resource used limit } }');
  expect(quotas).toContainEqual({ resource: 'keyPairs', used: 1, limit: 1 });
  await limit(null);
  expect(await change(tokens.b, 'createKeyPair', { name: 'two' }, '__typename')).toMatchObject({
    __typename: 'CreateKeyPairPayload',
  });
});

test('a job is held by a rule, cancelled, and takes back what it did', async () => {
  const rule = { match: { jobType: 'imsCreateImageByInstance' }, effect: { holdAtPercent: 50 } };
  const { faultRule } = await change(tokens.admin, 'addFaultRule', rule, 'faultRule { id effect match { jobType } }');
  expect(faultRule).toMatchObject({ effect: { kind: 'hold', percent: 50 }, match: { jobType: 'imsCreateImageByInstance' } });
  const server = await launch(gateway, tokens.a);
  const { job, image } = await change(tokens.a, 'createImage', { serverId: server.id, name: 'never' }, 'job { id } image { id }');
  expect(await change(tokens.b, 'cancelJob', { jobId: job.id }, '__typename')).toMatchObject({ __typename: 'NotFoundError' });
  expect(await change(tokens.a, 'cancelJob', { jobId: job.id }, 'job { id }')).toMatchObject({ job: { id: job.id } });
  expect(await untilOver(gateway, tokens.a, job.id)).toMatchObject({ status: 'CANCELLED', error: { code: 'Cloudyard.0008' } });
  expect(await gateway.data(tokens.a, 'query($id: ID!) { image(id: $id) { id } }', { id: image.id })).toEqual({ image: null });
  expect(await change(tokens.a, 'cancelJob', { jobId: job.id }, '__typename')).toMatchObject({
    __typename: 'StateError',
    code: 'Cloudyard.0009',
  });
  expect(await change(tokens.admin, 'removeFaultRule', { id: faultRule.id }, 'removed')).toMatchObject({ removed: true });
  expect((await gateway.data(tokens.admin, '{ faultRules { id } }')).faultRules).toEqual([]);
});

test('exactly one effect is asked for, and a crash only where it was allowed', async () => {
  const query = 'mutation($input: AddFaultRuleInput!) { addFaultRule(input: $input) { __typename ... on Error { code field } } }';
  const two = { match: {}, effect: { delaySeconds: 1, holdAtPercent: 1 } };
  expect((await gateway.ask(tokens.admin, query, { input: two })).errors?.[0]?.message).toContain('Exactly one key');
  const { addFaultRule } = await gateway.data(tokens.admin, query, { input: { match: {}, effect: { crash: true } } });
  expect(addFaultRule).toEqual({ __typename: 'InvalidInputError', code: 'APIGW.0201', field: 'effect' });
});

test('the cloud says what it is and what its hardware can do', async () => {
  const { cloud, regions } = await gateway.data(
    tokens.b,
    '{ cloud { uuid hardware hardwareState capabilities { name available reason } } regions { name title zones } }',
  );
  expect(cloud).toMatchObject({ uuid: gateway.cloud.id, hardware: 'EMBEDDED', hardwareState: 'READY' });
  expect(cloud.capabilities).toContainEqual({ name: 'exec', available: false, reason: expect.any(String) });
  expect(regions.map(({ name }: Data) => name)).toEqual(['eu-de', 'eu-nl']);
});
