import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launch, makeImage, type OpenGateway, openGateway, tenants, tokens, untilOver } from './open-gateway.ts';

let gateway: OpenGateway;
const images: { id: string }[] = [];
beforeAll(async () => {
  gateway = await openGateway();
  const server = await launch(gateway, tokens.a);
  for (let n = 0; n < 6; n++) images.push(await makeImage(gateway, tokens.a, server.id, `image-${n}`));
  await launch(gateway, tokens.a, { name: 'more', count: 7 });
  const { shareImages } = await gateway.data(
    tokens.a,
    'mutation($input: ShareImagesInput!) { shareImages(input: $input) { ... on ShareImagesPayload { job { id } } ... on Error { message } } }',
    { input: { imageIds: images.map(({ id }) => id), tenantIds: [tenants.b] } },
  );
  await untilOver(gateway, tokens.a, shareImages.job.id);
  const { servers } = await gateway.data(tokens.a, '{ servers(first: 6) { edges { node { id } } } }');
  for (const [n, { node }] of servers.edges.entries()) {
    const input = { name: `vault-${n}`, size: 100, resources: [{ id: node.id }] };
    const { createVault } = await gateway.data(
      tokens.a,
      'mutation($input: CreateVaultInput!) { createVault(input: $input) { ... on CreateVaultPayload { vault { id } } ... on Error { message } } }',
      { input },
    );
    expect(createVault.vault).toBeDefined();
  }
});
afterAll(() => gateway.close());

/** What all statements of the database are made of. */
const statement: { all(...values: unknown[]): unknown[] } = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'));

/** How many statements the database is given for an operation. */
async function statements(token: string, query: string, variables: object): Promise<number> {
  const all = vi.spyOn(statement, 'all');
  try {
    await gateway.data(token, query, variables);
    return all.mock.calls.length;
  } finally {
    all.mockRestore();
  }
}

const IMAGES = `query($first: Int!, $filter: ImageFilter!) { images(first: $first, filter: $filter) { edges { node {
  id name tags { key value } owner { name domainName } members { status tenant { domainName } } memberStatus sourceImage { name } sourceServer { name }
} } } }`;
const SERVERS = `query($first: Int!) { servers(first: $first) { edges { node {
  name tags { key } flavor { vcpus } image { name tags { key } } tenant { domainName } keyPair { name } disks { size image { name } } ports { address subnet { name vpc { name } } }
} } } }`;
const JOBS = `query($first: Int!) { jobs(first: $first) { edges { node { type subJobs { type server { name } image { name } } image { name owner { name } } } } } }`;
const DISKS =
  'query($first: Int!) { disks(first: $first) { edges { node { name server { name ports { address } } image { name } } } } }';
const VAULTS = `query($first: Int!) { vaults(first: $first) { edges { node {
  name tags { key } resources { name protectStatus size backupSize backupCount server { name } }
} } } }`;

test.each([
  ['own images', tokens.a, IMAGES, { filter: { relation: 'OWN' } }],
  ['images shared with the caller', tokens.b, IMAGES, { filter: { memberStatus: 'PENDING' } }],
  ['servers', tokens.a, SERVERS, {}],
  ['jobs', tokens.a, JOBS, {}],
  ['disks', tokens.a, DISKS, {}],
  ['vaults', tokens.a, VAULTS, {}],
])('a page of %s costs as many statements with six entries as with two', async (_what, token, query, variables) => {
  // Once to fill the row caches for both.
  await gateway.data(token, query, { first: 6, ...variables });
  const two = await statements(token, query, { first: 2, ...variables });
  const six = await statements(token, query, { first: 6, ...variables });
  expect(six).toBeLessThanOrEqual(two);
  expect(two).toBeGreaterThan(0);
});

test('totalCount costs nothing unless it is asked for', async () => {
  const list = (selection: string) => `{ images(first: 2) { ${selection} edges { node { id } } } }`;
  await gateway.data(tokens.a, list('totalCount'));
  expect(await statements(tokens.a, list('totalCount'), {})).toBeGreaterThan(await statements(tokens.a, list(''), {}));
});
