import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenGateway, openGateway, tokens } from './open-gateway.ts';

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const refused = async (query: string, variables: object = {}): Promise<[status: number, code: string | undefined]> => {
  const { status, errors } = await gateway.ask(tokens.a, query, variables);
  return [status, errors?.[0]?.extensions.code];
};

const nested = (levels: number): string => `{ job(id: "x") ${'{ parent '.repeat(levels)}{ id } ${'}'.repeat(levels)} }`;
const aliases = (count: number): string => `{ ${Array.from({ length: count }, (_, n) => `a${n}: __typename`).join(' ')} }`;

test('a query goes 16 levels deep and no deeper, also through fragments', async () => {
  expect(await refused(nested(14))).toEqual([200, undefined]);
  expect(await refused(nested(15))).toEqual([400, 'QUERY_TOO_DEEP']);
  expect(await refused(nested(30))).toEqual([400, 'QUERY_TOO_DEEP']);
  const fragments = Array.from({ length: 30 }, (_, n) => `fragment F${n} on Job { parent { ...F${n + 1} } }`).join(' ');
  expect(await refused(`{ job(id: "x") { ...F0 } } ${fragments} fragment F30 on Job { id }`)).toEqual([400, 'QUERY_TOO_DEEP']);
});

test('a fragment within itself is refused and does not hang', async () => {
  expect(await refused('{ job(id: "x") { ...F } } fragment F on Job { parent { ...F } }')).toEqual([
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ]);
});

test('fragments that multiply are refused by what they would cost', async () => {
  const doubled = Array.from(
    { length: 12 },
    (_, n) => `fragment F${n} on Job { subJobs { ...F${n + 1} } parent { ...F${n + 1} } }`,
  );
  const query = `{ job(id: "x") { ...F0 } } ${doubled.join(' ')} fragment F12 on Job { id }`;
  expect(await refused(query)).toEqual([400, 'QUERY_TOO_COSTLY']);
});

test('100 aliases are allowed, 101 and 10,000 are not', async () => {
  expect(await refused(aliases(100))).toEqual([200, undefined]);
  expect(await refused(aliases(101))).toEqual([400, 'TOO_MANY_ALIASES']);
  expect((await refused(aliases(10_000)))[1]).toBe('DOCUMENT_TOO_LONG');
});

test('a document of 5 MB is refused unread, and so are many tokens', async () => {
  expect(await refused(`{ __typename } #${'x'.repeat(5 << 20)}`)).toEqual([413, 'DOCUMENT_TOO_LONG']);
  expect(await refused(`{ ${'__typename '.repeat(2001)} }`)).toEqual([400, 'DOCUMENT_TOO_LONG']);
});

test('a body that is too large is refused, whether it says so or not', async () => {
  const text = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(13 << 20) } });
  const send = async (body: BodyInit, more: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body, ...more });
    return [response.status, (await response.json()).errors[0].extensions.code];
  };
  expect(await send(text)).toEqual([413, 'BODY_TOO_LARGE']);
  expect(await send(new Blob([text]).stream(), { duplex: 'half' })).toEqual([413, 'BODY_TOO_LARGE']);
});

test('pages multiply what a query costs', async () => {
  const query = `query($first: Int!) { images(first: $first) { edges { node { members { tenant { name } } tags { key value } owner { name } } } } }`;
  expect(await refused(query, { first: 500 })).toEqual([200, undefined]);
  const inner = 'subJobs { subJobs { subJobs { id } } }';
  expect(await refused(`{ jobs(first: 500) { edges { node { ${inner} } } } }`)).toEqual([400, 'QUERY_TOO_COSTLY']);
  expect(await refused('{ images(first: 501) { edges { node { id } } } }')).toEqual([200, 'APIGW.0201']);
});

test('a document can sign in once, not a hundred times', async () => {
  const login = 'login(input: { domain: "demo-a", user: "alice", password: "Cloudyard-1", regionId: "eu-de" }) { __typename }';
  expect(await refused(`mutation { ${login} }`)).toEqual([200, undefined]);
  expect(await refused(`mutation { a: ${login} b: ${login} }`)).toEqual([400, 'QUERY_TOO_COSTLY']);
});

test('a page of less than nothing does not pay for another', async () => {
  const dear = 'jobs(first: 500) { edges { node { subJobs { subJobs { subJobs { id } } } } } }';
  const negative = '{ edges { node { id members { tenant { name } } } } }';
  expect(await refused(`{ a: images(first: -100000) ${negative} ${dear} }`)).toEqual([400, 'QUERY_TOO_COSTLY']);
});

test('a query is answered with 16 MiB of files at most, however they are asked for', async () => {
  const file = (name: string, length: number | undefined, fields: string): string =>
    `${name}: serverFile(serverId: "CloudServer:x", path: "/x"${length === undefined ? '' : ` length: ${length}`}) { ${fields} }`;
  const MIB = 1 << 20;
  const verdict = async (...files: string[]): Promise<string | undefined> => {
    const [, code] = await refused(`{ ${files.join(' ')} }`);
    return code === 'QUERY_TOO_COSTLY' ? code : undefined;
  };
  expect(await verdict(file('a', 8 * MIB, 'path size text'), file('b', 8 * MIB, 'offset base64'))).toBeUndefined();
  expect(await verdict(file('a', 8 * MIB, 'text base64'))).toBeUndefined();
  expect(await verdict(file('a', 8 * MIB, 'a: text b: text c: text'))).toBe('QUERY_TOO_COSTLY');
  expect(await verdict(...['a', 'b', 'c'].map(name => file(name, 8 * MIB, 'text')))).toBe('QUERY_TOO_COSTLY');
  const names = Array.from({ length: 17 }, (_, n) => `f${n}`);
  expect(await verdict(...names.slice(0, 16).map(name => file(name, undefined, 'text')))).toBeUndefined();
  expect(await verdict(...names.map(name => file(name, undefined, 'text')))).toBe('QUERY_TOO_COSTLY');
  expect(await verdict(...names.map(name => file(name, 8 * MIB, 'text')), file('less', -(1 << 30), 'text'))).toBe(
    'QUERY_TOO_COSTLY',
  );
});

test('the operations of a request pay together', async () => {
  const query = '{ serverFile(serverId: "CloudServer:x", path: "/x", length: 8388608) { base64 } }';
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.a}` },
    body: JSON.stringify([{ query }, { query }, { query }]),
  });
  const answers: { errors?: { extensions: { code: string } }[] }[] = await response.json();
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code === 'QUERY_TOO_COSTLY')).toEqual([false, false, true]);
});

test('ten operations may come in one request, eleven may not', async () => {
  const batch = async (count: number): Promise<[number, unknown]> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: count }, () => ({ query: '{ __typename }' }))),
    });
    return [response.status, await response.json()];
  };
  expect(await batch(10)).toEqual([200, Array.from({ length: 10 }, () => ({ data: { __typename: 'Query' } }))]);
  expect((await batch(11))[0]).toBe(413);
});

test('introspection passes all limits', async () => {
  const query = getIntrospectionQuery({
    inputValueDeprecation: true,
    schemaDescription: true,
    specifiedByUrl: true,
    oneOf: true,
  });
  expect(await refused(query)).toEqual([200, undefined]);
});
