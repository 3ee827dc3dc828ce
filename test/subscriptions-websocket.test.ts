import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { closeCodes, socketLimits } from '../src/graphql/subscriptions/socket-limits.ts';
import { type Data, type OpenGateway, openGateway, tenants, tokens } from './open-gateway.ts';

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const addressOf = (url: string): string => `${url.replace('http', 'ws')}/graphql`;
const clientOf = (token: string | undefined, url = gateway.url) =>
  createClient({
    url: addressOf(url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token === undefined ? {} : { token },
  });

/** A socket spoken to by hand. */
async function socketOf(url = gateway.url, options: object = {}): Promise<WebSocket> {
  const socket = new WebSocket(addressOf(url), 'graphql-transport-ws', options);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
const say = (socket: WebSocket, message: object): void => socket.send(JSON.stringify(message));
const closed = (socket: WebSocket): Promise<{ code: number; reason: string }> =>
  new Promise(resolve => socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
const heard = (socket: WebSocket): Promise<Data> =>
  new Promise(resolve => socket.once('message', data => resolve(JSON.parse(String(data)))));

const createKeyPair = (name: string): Promise<Data> =>
  gateway.data(tokens.a, 'mutation($name: String!) { createKeyPair(input: { name: $name }) { __typename } }', { name });

const EVENTS = 'subscription($after: String) { events(kinds: ["keypair.*"], after: $after) { payload } }';

test('a client that is cut off comes back with its cursor, misses nothing and sees nothing twice', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  const watch = async (count: number): Promise<void> => {
    const client = clientOf(tokens.a);
    for await (const { data, extensions } of client.iterate<Data, Data>({ query: EVENTS, variables: { after: cursor } })) {
      seen.push(data?.events.payload.name);
      cursor = extensions?.cursor;
      if (seen.length === count) client.terminate();
      if (seen.length === count) break;
    }
  };
  const first = watch(1);
  await subscribers(1);
  await createKeyPair('one');
  await first;
  await createKeyPair('two');
  await createKeyPair('three');
  await watch(3);
  expect(seen).toEqual(['one', 'two', 'three']);
});

test('queries and mutations come over a WebSocket too, with errors as over HTTP', async () => {
  const client = clientOf(tokens.a);
  const answer = async (query: string): Promise<Data> => {
    for await (const result of client.iterate({ query })) return result;
    return undefined;
  };
  expect(await answer('{ me { user { name } } }')).toEqual({ data: { me: { user: { name: 'alice' } } } });
  expect(await answer('{ image(id: "nonsense") { id } }')).toMatchObject({ errors: [{ extensions: { code: 'IMG.0066' } }] });
  await client.dispose();
});

test('limits hold over a WebSocket', async () => {
  const client = clientOf(tokens.a);
  const refused = async (query: string): Promise<Data> => {
    try {
      for await (const { errors } of client.iterate({ query })) return errors?.[0]?.extensions;
    } catch (errors) {
      return (errors as { extensions: object }[])[0]?.extensions;
    }
    return undefined;
  };
  expect(await refused(`{ job(id: "x") ${'{ parent '.repeat(30)}{ id } ${'}'.repeat(30)} }`)).toEqual({ code: 'QUERY_TOO_DEEP' });
  expect(await refused(`{ __typename } #${'x'.repeat(100_000)}`)).toEqual({ code: 'DOCUMENT_TOO_LONG' });
  await client.dispose();
});

test('a wrong token closes the socket; without one only what is public is answered', async () => {
  const socket = await socketOf();
  const end = closed(socket);
  say(socket, { type: 'connection_init', payload: { token: 'wrong' } });
  expect(await end).toMatchObject({ code: closeCodes.unauthorized, reason: expect.stringContaining('APIGW.0301') });

  const nobody = clientOf(undefined);
  for await (const result of nobody.iterate({ query: '{ __typename }' })) expect(result.data).toEqual({ __typename: 'Query' });
  const watching = (async () => {
    for await (const result of nobody.iterate({ query: 'subscription { jobs { kind } }' })) return result;
    return undefined;
  })();
  expect(await watching).toMatchObject({ errors: [{ extensions: { code: 'APIGW.0301' } }] });
  await nobody.dispose();
});

test('the token may come as a header, and as the Authorization of the connection’s parameters', async () => {
  for (const [headers, payload] of [
    [{ authorization: `Bearer ${tokens.b}` }, undefined],
    [{}, { Authorization: `Bearer ${tokens.b}` }],
    [{}, { 'X-Auth-Token': tokens.b }],
  ]) {
    const socket = await socketOf(gateway.url, { headers });
    say(socket, { type: 'connection_init', payload });
    expect(await heard(socket)).toMatchObject({ type: 'connection_ack' });
    say(socket, { id: '1', type: 'subscribe', payload: { query: '{ me { user { name } } }' } });
    expect(await heard(socket)).toMatchObject({ payload: { data: { me: { user: { name: 'bob' } } } } });
    socket.terminate();
  }
});

test.each([
  ['a foreign page', { origin: 'https://evil.example' }],
  ['a foreign name', { headers: { host: 'evil.example' } }],
])('%s gets no socket', async (_who, options) => {
  await expect(socketOf(gateway.url, options)).rejects.toThrow('403');
});

test('who says nothing sensible is sent away: no protocol, no init in time, no JSON, too large a message', async () => {
  const other = new WebSocket(addressOf(gateway.url), 'graphql-ws');
  await expect(new Promise((_, reject) => other.once('error', reject))).rejects.toThrow();

  const silent = await socketOf();
  const garbled = await socketOf();
  const large = await socketOf();
  const ends = [closed(silent), closed(garbled), closed(large)];
  garbled.send('nonsense');
  large.send('x'.repeat(socketLimits.message + 1));
  expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([4408, 4400, 1009]);
});

test('a socket carries 100 operations at once; more are refused and the others go on', async () => {
  const socket = await socketOf();
  say(socket, { type: 'connection_init', payload: { token: tokens.a } });
  await heard(socket);
  for (let n = 0; n < socketLimits.operations; n++) say(socket, { id: `${n}`, type: 'subscribe', payload: { query: EVENTS } });
  await subscribers(socketLimits.operations);
  const refusal = heard(socket);
  say(socket, { id: 'more', type: 'subscribe', payload: { query: EVENTS } });
  expect(await refusal).toMatchObject({ id: 'more', type: 'error', payload: [{ extensions: { code: 'APIGW.0308' } }] });
  socket.terminate();
  await subscribers(0);
});

test('a client that never reads costs a bounded amount of memory, is sent away and misses nothing when it comes back', async () => {
  const impatient: Gateway = await startGateway({ cloud: gateway.cloud, port: 0, keepAlive: 300 });
  try {
    const socket = await socketOf(impatient.url);
    say(socket, { type: 'connection_init', payload: { token: tokens.a } });
    await heard(socket);
    say(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { events(kinds: ["large"]) { payload } }' } });
    await subscribers(1, impatient.url);
    socket.pause();
    const start = gateway.cloud.tail.head;
    const sizes: number[] = [];
    for (let n = 0; n < 60; n++) {
      await gateway.cloud.transactions.run(async tx =>
        tx.emit({
          kind: 'large',
          resourceType: 'test',
          resourceId: 'x',
          payload: { n, text: 'x'.repeat(200_000) },
          audiences: [tenants.a],
        }),
      );
      sizes.push(await unsent(impatient.url));
    }
    // One message waits in the process; what is before it is the network's.
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    const end = closed(socket);
    await subscribers(0, impatient.url);
    socket.resume();
    expect([closeCodes.tooSlow, 1006]).toContain((await end).code);

    // To the other gateway: it is as patient as usual, and the place is the cloud's.
    const client = clientOf(tokens.a);
    const seen: number[] = [];
    const query = 'subscription($after: String) { events(kinds: ["large"], after: $after) { payload } }';
    for await (const { data } of client.iterate<Data>({ query, variables: { after: `${gateway.cloud.id}.${start}` } })) {
      seen.push(data?.events.payload.n);
      if (seen.length === 60) break;
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => n));
    await client.dispose();
  } finally {
    await impatient.close();
  }
});

test('closing the gateway sends subscribers away with a code that lets them come back', async () => {
  const other: Gateway = await startGateway({ cloud: gateway.cloud, port: 0 });
  const socket = await socketOf(other.url);
  say(socket, { type: 'connection_init', payload: { token: tokens.a } });
  await heard(socket);
  say(socket, { id: '1', type: 'subscribe', payload: { query: EVENTS } });
  await subscribers(1, other.url);
  const end = closed(socket);
  await other.close();
  expect((await end).code).toBe(closeCodes.goingAway);
});

async function metric(name: string, url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find(line => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );
}
const unsent = (url: string): Promise<number> => metric('cloudyard_websocket_unsent_bytes', url);

/** Resolves when this many operations are open over WebSocket. */
async function subscribers(count: number, url = gateway.url): Promise<void> {
  await expect
    .poll(() => metric('cloudyard_subscribers{transport="websocket"}', url), { interval: 20, timeout: 10_000 })
    .toBe(count);
}
