import { request } from 'node:http';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { type OpenGateway, openGateway, tokens } from './open-gateway.ts';

let gateway: OpenGateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

/** A request whose Host header fetch() would not send. */
function raw(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; body: string; headers: object }> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers }, response => {
      let body = '';
      response.on('data', chunk => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('GraphQL over HTTP, to the letter', () => {
  for (const { name, fn } of serverAudits({ url: () => `${gateway.url}/graphql` })) {
    test(name, async () => {
      const result = await fn();
      // MAY and NOTICE have no right answer; those of MUST and SHOULD are all to pass.
      if (result.status === 'notice') return;
      expect(result, 'reason' in result ? result.reason : '').toMatchObject({ status: 'ok' });
    });
  }
});

describe('names and pages that are not ours', () => {
  test.each(['evil.example', 'evil.example:7070', 'localhost.evil.example', '169.254.169.254'])(
    'host %j is refused',
    async host => {
      const { status, body } = await raw('/graphql?query={__typename}', { host });
      expect([status, JSON.parse(body).errors[0].extensions.code]).toEqual([403, 'HOST_NOT_ALLOWED']);
    },
  );

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:7070', '[::1]:7070', 'cloudyard.localhost'])(
    'host %j is answered',
    async host => {
      expect((await raw('/health/live', { host })).status).toBe(200);
    },
  );

  test.each(['https://evil.example', 'http://localhost.evil.example:7070', 'null', 'file://'])(
    'origin %j is refused',
    async origin => {
      const { status, body } = await raw('/graphql?query={__typename}', { origin });
      expect([status, JSON.parse(body).errors[0].extensions.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    },
  );

  test('a page of this machine may ask, with a token and without cookies', async () => {
    const origin = 'http://localhost:3000';
    const asks = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };
    const preflight = await raw('/graphql', asks, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': origin });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials');
    expect((await raw('/graphql?query={__typename}', { origin })).headers).toMatchObject({
      'access-control-allow-origin': origin,
    });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql', ''])(
    'a body of type %j, which a foreign page could send unasked, is not read',
    async contentType => {
      const body = new Blob(['{"query":"{__typename}"}']);
      const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': contentType }, body });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }] });
    },
  );
});

describe('who asks', () => {
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${gateway.url}/graphql?query={me{user{name}}}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  test('the token comes as bearer or as X-Auth-Token', async () => {
    expect((await ask({ authorization: `Bearer ${tokens.a}` })).body).toEqual({ data: { me: { user: { name: 'alice' } } } });
    expect((await ask({ 'x-auth-token': tokens.b })).body).toEqual({ data: { me: { user: { name: 'bob' } } } });
  });

  test('a wrong token is refused before anything is read', async () => {
    const { status, headers, body } = await ask({ authorization: 'Bearer wrong' });
    expect([status, headers.get('www-authenticate'), body.errors[0].extensions.code]).toEqual([401, 'Bearer', 'APIGW.0301']);
  });

  test('an expired token is refused', async () => {
    const { issueToken } = await gateway.data(
      tokens.admin,
      `mutation { issueToken(input: { tenantId: "a0000000000000000000000000000001", lifetimeSeconds: 60 }) {
        ... on IssueTokenPayload { token } ... on Error { message } } }`,
    );
    expect((await ask({ 'x-auth-token': issueToken.token })).status).toBe(200);
    gateway.cloud.clock.configure({ mode: 'virtual', factor: 1 });
    gateway.cloud.clock.advance(61_000);
    const { status, body } = await ask({ 'x-auth-token': issueToken.token });
    gateway.cloud.clock.configure({ mode: 'instant', factor: 1 });
    expect([status, body.errors[0].extensions.code]).toEqual([401, 'APIGW.0301']);
    expect(body.errors[0].message).toContain('token expires');
  });

  test('without a token the schema can be read, and nothing else', async () => {
    expect(await gateway.ask(undefined, '{ __typename __schema { queryType { name } } }')).toMatchObject({
      data: { __typename: 'Query' },
    });
    const { data, errors } = await gateway.ask(undefined, '{ image(id: "x") { id } }');
    expect([data, errors?.[0]?.extensions.code]).toEqual([{ image: null }, 'APIGW.0301']);
  });
});

describe('what else is served', () => {
  test('every answer carries a request id: the client’s if it is fit for one', async () => {
    expect((await fetch(`${gateway.url}/health/live`)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const own = await fetch(`${gateway.url}/nowhere`, { headers: { 'x-request-id': 'test-42' } });
    expect([own.status, own.headers.get('x-request-id')]).toEqual([404, 'test-42']);
    const unfit = await fetch(`${gateway.url}/health/live`, { headers: { 'x-request-id': 'a b{}' } });
    expect(unfit.headers.get('x-request-id')).not.toBe('a b{}');
  });

  test('health: live, and ready with the state of the hardware', async () => {
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'live' });
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', cloud: gateway.cloud.id, database: 'answers', hardware: { kind: 'embedded', state: 'ready' } },
    ]);
  });

  test('metrics count requests, operations and jobs', async () => {
    await gateway.data(
      tokens.a,
      'mutation { createKeyPair(input: { name: "metrics" }) { ... on CreateKeyPairPayload { keyPair { name } } ... on Error { code } } }',
    );
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toMatch(/cloudyard_graphql_operations_total\{type="mutation",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/cloudyard_http_requests_total\{handler="graphql",method="POST",status="200"\} [1-9]/);
    expect(text).toMatch(/cloudyard_subscribers\{transport="websocket"\} 0/);
    expect(text).toMatch(/process_resident_memory_bytes [1-9]/);
    expect(text).not.toContain(tokens.a);
  });

  test('the root leads to GraphiQL; anything else is not there', async () => {
    const root = await fetch(`${gateway.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
    expect((await fetch(`${gateway.url}/toString`)).status).toBe(404);
  });
});

describe('listening', () => {
  test('a port that is taken is said so', async () => {
    const port = Number(new URL(gateway.url).port);
    const failure = await startGateway({ cloud: gateway.cloud, port }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ListenError', code: 'EADDRINUSE' });
    expect(String(failure)).toContain('something listens there already');
  });

  test('beyond loopback the demo credentials have to be off', async () => {
    await expect(startGateway({ cloud: gateway.cloud, host: '0.0.0.0', port: 0 })).rejects.toThrow('demoCredentials: false');
  });

  test('closing lets a request finish, and then nobody listens', async () => {
    const other: Gateway = await startGateway({ cloud: gateway.cloud, port: 0 });
    const answer = fetch(`${other.url}/graphql?query={cloud{name}}`, { headers: { 'x-auth-token': tokens.a } });
    const { status } = await answer;
    await Promise.all([other.close(), other.close()]);
    expect(status).toBe(200);
    await expect(fetch(`${other.url}/health/live`)).rejects.toThrow();
  });
});
