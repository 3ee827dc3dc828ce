import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeCursor } from '../emulator/events/cursor.ts';
import { startGateway } from '../src/gateway.ts';
import {
  events,
  launch,
  makeImage,
  type OpenGateway,
  openGateway,
  type ServerSentEvent,
  tenants,
  tokens,
} from './open-gateway.ts';

let gateway: OpenGateway;
let server: { id: string; uuid: string };
beforeAll(async () => {
  gateway = await openGateway();
  server = await launch(gateway, tokens.a);
});
afterAll(() => gateway.close());
beforeEach(async () => {
  for (const { id } of gateway.cloud.faults.rules) await gateway.cloud.faults.remove(id);
  // Whoever watched in the test before has left, but may still be counted.
  await subscribers(0);
});

const PROGRESS =
  'subscription($id: ID!, $after: String) { jobProgress(jobId: $id, after: $after) { progress kind job { status progress step } subJob { status } } }';

const orderImage = async (name: string): Promise<{ jobId: string; imageId: string }> => {
  const { createImage } = await gateway.data(
    tokens.a,
    'mutation($input: CreateImageInput!) { createImage(input: $input) { ... on CreateImagePayload { job { id } image { id } } ... on Error { code message } } }',
    { input: { serverId: server.id, name } },
  );
  return { jobId: createImage.job.id, imageId: createImage.image.id };
};

const holdImageJobsAt = (percent: number) =>
  gateway.cloud.faults.add({
    match: { jobType: 'imsCreateImageByInstance' },
    moment: 'before',
    effect: { kind: 'hold', percent },
  });

async function take(stream: AsyncGenerator<ServerSentEvent, void, void>, count: number): Promise<ServerSentEvent[]> {
  const taken: ServerSentEvent[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return taken;
    taken.push(value);
    if (taken.length === count) {
      await stream.return();
      return taken;
    }
  }
}

const all = (stream: AsyncGenerator<ServerSentEvent, void, void>): Promise<ServerSentEvent[]> =>
  take(stream, Number.POSITIVE_INFINITY);

test('a job is shown from where it stands to its end; every message has its place as id and as extension', async () => {
  const { jobId } = await orderImage('watched');
  const seen = await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }));
  expect(seen[0]?.message.data.jobProgress.kind).toBe('job.state');
  expect(seen.at(-1)?.message.data.jobProgress).toMatchObject({
    progress: 100,
    kind: 'job.succeeded',
    job: { status: 'SUCCESS', progress: 100 },
  });
  for (const { id, message } of seen) expect(message.extensions.cursor).toBe(id);
  const progress = seen.map(({ message }) => message.data.jobProgress.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('who is cut off and comes back with the cursor misses nothing and sees nothing twice', async () => {
  const hold = await holdImageJobsAt(50);
  const { jobId } = await orderImage('cut off');
  const before = await take(events(gateway.url, tokens.a, PROGRESS, { id: jobId }), 2);
  await gateway.cloud.faults.remove(hold.id);
  const cursor = before.at(-1)?.id;
  const rest = await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId, after: cursor }));
  const again = await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }, { 'last-event-id': cursor ?? '' }));
  expect(again.map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
  expect(rest.at(-1)?.message.data.jobProgress.kind).toBe('job.succeeded');

  // What the log has of the job after the first message, which is the state and no event.
  const place = Number(before[0]?.id?.split('.')[1]);
  const logged = await gateway.cloud.events.readAfter(place, [tenants.a], 500);
  const own = logged
    .filter(({ resourceId }) => resourceId === jobId.replace('Job:', ''))
    .map(({ sequence }) => encodeCursor(gateway.cloud.id, sequence));
  expect([...before.slice(1), ...rest].map(({ id }) => id)).toEqual(own);
});

test('a job that is over is said so at once, and to who comes back after its end nothing more', async () => {
  const { jobId } = await orderImage('over');
  const seen = await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }));
  const late = await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }));
  expect(late.map(({ message }) => message.data.jobProgress)).toEqual([
    { progress: 100, kind: 'job.state', job: { status: 'SUCCESS', progress: 100, step: null }, subJob: null },
  ]);
  expect(await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId, after: seen.at(-1)?.id }))).toEqual([]);
});

test('a batch shows its sub-jobs, from a place before it was ordered on', async () => {
  const query = `mutation($input: LaunchServersInput!) { launchServers(input: $input) { ... on LaunchServersPayload { job { id } } ... on Error { message } } }`;
  const image = (
    await gateway.data(
      tokens.a,
      '{ images(first: 1, filter: { relation: PUBLIC, name: "Standard_Debian_12_latest" }) { edges { node { id } } } }',
    )
  ).images.edges[0].node.id;
  const after = encodeCursor(gateway.cloud.id, gateway.cloud.tail.head);
  const { launchServers } = await gateway.data(tokens.a, query, {
    input: { name: 'batch', count: 3, imageId: image, flavorId: 's3.small.1' },
  });
  const seen = await all(events(gateway.url, tokens.a, PROGRESS, { id: launchServers.job.id, after }));
  const ended = seen.filter(({ message }) => message.data.jobProgress.subJob?.status === 'SUCCESS');
  expect(ended).toHaveLength(3);
  expect(seen.at(-1)?.message.data.jobProgress).toMatchObject({ progress: 100, subJob: null });
});

test('changes of an image are told to its owner and to whom it is shared with, until it is deleted', async () => {
  const image = await makeImage(gateway, tokens.a, server.id, 'changing');
  const query = 'subscription($id: ID!) { imageChanged(imageId: $id) { kind status image { name } } }';
  const stream = events(gateway.url, tokens.a, query, { id: image.id });
  const watching = all(stream);
  await subscribers(1);
  const change = 'mutation($id: ID!) { updateImage(input: { imageId: $id, name: "changed" }) { ... on Error { message } } }';
  await gateway.data(tokens.a, change, { id: image.id });
  await gateway.data(tokens.a, 'mutation($id: ID!) { deleteImage(input: { imageId: $id }) { ... on Error { message } } }', {
    id: image.id,
  });
  const seen = (await watching).map(({ message }) => message.data.imageChanged);
  expect(seen.map(({ kind }) => kind)).toEqual(['image.updated', 'image.deleted']);
  expect(seen.at(-1)).toEqual({ kind: 'image.deleted', status: 'DELETED', image: null });
});

test('who was away while an image was deleted is told so when it comes back', async () => {
  const image = await makeImage(gateway, tokens.a, server.id, 'going');
  const place = encodeCursor(gateway.cloud.id, gateway.cloud.tail.head);
  await gateway.data(tokens.a, 'mutation($id: ID!) { deleteImage(input: { imageId: $id }) { ... on Error { message } } }', {
    id: image.id,
  });
  const query = 'subscription($id: ID!, $after: String) { imageChanged(imageId: $id, after: $after) { kind } }';
  const kinds = async (token: string, after: string) =>
    (await all(events(gateway.url, token, query, { id: image.id, after }))).map(
      ({ message }) => message.data?.imageChanged?.kind ?? message.errors[0].extensions.code,
    );
  expect(await kinds(tokens.a, place)).toEqual(['image.deleted']);
  expect(await kinds(tokens.b, place)).toEqual(['IMG.0027']);
  expect(await kinds(tokens.a, encodeCursor(gateway.cloud.id, gateway.cloud.tail.head))).toEqual(['IMG.0027']);
});

test.each([
  ['jobProgress(jobId: $id) { kind }', 'IMG.0023'],
  ['imageChanged(imageId: $id) { kind }', 'IMG.0027'],
  ['serverChanged(serverId: $id) { kind }', 'Ecs.0114'],
  ['serverConsole(serverId: $id) { text }', 'Ecs.0114'],
])('another tenant’s id in %s is not found', async (field, code) => {
  const { jobId, imageId } = await orderImage('foreign');
  const id = field.startsWith('job') ? jobId : field.startsWith('image') ? imageId : server.id;
  const [answer] = await all(events(gateway.url, tokens.b, `subscription($id: ID!) { ${field} }`, { id }));
  expect(answer?.message.errors[0].extensions.code).toBe(code);
  await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }));
});

test('cursors that are no good are refused: of another cloud, not reached yet, too old', async () => {
  const code = async (after: string) => {
    const [answer] = await all(
      events(gateway.url, tokens.a, 'subscription($after: String) { jobs(after: $after) { kind } }', { after }),
    );
    return answer?.message.errors[0].extensions;
  };
  expect(await code('nonsense')).toEqual({ code: 'Cloudyard.0006', field: 'after' });
  expect(await code('ffffffff-ffff-4fff-bfff-ffffffffffff.1')).toEqual({ code: 'Cloudyard.0006', field: 'after' });
  expect(await code(encodeCursor(gateway.cloud.id, gateway.cloud.tail.head + 1000))).toEqual({
    code: 'Cloudyard.0006',
    field: 'after',
  });
  await gateway.cloud.events.prune(5);
  expect(await code(encodeCursor(gateway.cloud.id, 1))).toEqual({ code: 'Cloudyard.0005', field: 'after' });
});

test('events choose by kind, and tell one tenant nothing of another', async () => {
  const query = 'subscription($kinds: [String!]) { events(kinds: $kinds) { kind resourceType payload } }';
  const ofA = events(gateway.url, tokens.a, query, { kinds: ['keypair.*'] });
  const ofB = events(gateway.url, tokens.b, query, { kinds: ['keypair.*'] });
  const [first, second] = [take(ofA, 1), take(ofB, 1)];
  await subscribers(2);
  const create = 'mutation($name: String!) { createKeyPair(input: { name: $name }) { ... on Error { message } } }';
  await gateway.data(tokens.a, create, { name: 'of-a' });
  await gateway.data(tokens.b, create, { name: 'of-b' });
  expect((await first)[0]?.message.data.events.payload.name).toBe('of-a');
  expect((await second)[0]?.message.data.events.payload.name).toBe('of-b');
});

test('a console goes on at its byte offset', async () => {
  const query =
    'subscription($id: ID!, $offset: Bytes) { serverConsole(serverId: $id, offset: $offset) { text offset nextOffset } }';
  const [first] = await take(events(gateway.url, tokens.a, query, { id: server.id }), 1);
  const page = first?.message.data.serverConsole;
  expect(first?.id).toBe(String(page.nextOffset));
  const rest = take(events(gateway.url, tokens.a, query, { id: server.id }, { 'last-event-id': first?.id ?? '' }), 1);
  await gateway.data(tokens.a, 'mutation($id: ID!) { rebootServers(input: { serverIds: [$id] }) { ... on Error { message } } }', {
    id: server.id,
  });
  expect((await rest)[0]?.message.data.serverConsole.offset).toBe(page.nextOffset);
});

test('a token that expires ends its subscriptions', async () => {
  const { issueToken } = await gateway.data(
    tokens.admin,
    'mutation($input: IssueTokenInput!) { issueToken(input: $input) { ... on IssueTokenPayload { token } ... on Error { message } } }',
    { input: { tenantId: tenants.a, lifetimeSeconds: 60 } },
  );
  const watching = all(events(gateway.url, issueToken.token, 'subscription { events(kinds: ["keypair.*"]) { kind } }'));
  await subscribers(1);
  gateway.cloud.clock.configure({ mode: 'virtual', factor: 1 });
  gateway.cloud.clock.advance(61_000);
  await gateway.data(tokens.a, 'mutation { createKeyPair(input: { name: "late" }) { ... on Error { message } } }');
  gateway.cloud.clock.configure({ mode: 'instant', factor: 1 });
  expect((await watching).map(({ message }) => message.errors?.[0].extensions.code)).toEqual(['APIGW.0301']);
});

test('a subscriber that leaves is forgotten, also if nothing happens', async () => {
  const leaving = new AbortController();
  const query = 'subscription { events(kinds: ["nothing.at-all"]) { kind } }';
  const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query })}`, {
    headers: { accept: 'text/event-stream', 'x-auth-token': tokens.a },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  await subscribers(1);
  leaving.abort();
  await subscribers(0);
});

test('a client that never reads costs a bounded amount of memory', async () => {
  const { hostname, port } = new URL(gateway.url);
  const query = 'subscription { events(kinds: ["large"]) { payload } }';
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(
    `GET /graphql?${new URLSearchParams({ query })} HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\nX-Auth-Token: ${tokens.a}\r\n\r\n`,
  );
  await subscribers(1);
  const sizes: number[] = [];
  for (let n = 0; n < 60; n++) {
    const payload = { n, text: 'x'.repeat(200_000) };
    await gateway.cloud.transactions.run(async tx =>
      tx.emit({ kind: 'large', resourceType: 'test', resourceId: 'x', payload, audiences: [tenants.a] }),
    );
    sizes.push(await metric('cloudyard_sse_unsent_bytes'));
  }
  expect(Math.max(...sizes)).toBeGreaterThan(0);
  expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  socket.destroy();
  await subscribers(0);
});

test('closing the gateway breaks the connection, so that a client comes back instead of taking it for the end', async () => {
  const other = await startGateway({ cloud: gateway.cloud, port: 0 });
  const stream = events(other.url, tokens.a, 'subscription($after: String) { jobs(after: $after) { kind } }', {
    after: encodeCursor(gateway.cloud.id, gateway.cloud.tail.head),
  });
  const { jobId } = await orderImage('before the break');
  expect((await stream.next()).value?.message.data.jobs.kind).toMatch(/^job\./);
  await all(events(gateway.url, tokens.a, PROGRESS, { id: jobId }));
  const rest = all(stream);
  await other.close();
  await expect(rest).rejects.toThrow();
});

/** Resolves when this many subscriptions over server-sent events are open. */
async function subscribers(count: number): Promise<void> {
  await expect.poll(() => metric('cloudyard_subscribers{transport="sse"}'), { interval: 20, timeout: 10_000 }).toBe(count);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find(line => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );
}
