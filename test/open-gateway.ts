/** A cloud and its gateway for one test file, and the requests that its tests make: plain HTTP, as any client's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, type CloudOptions, openCloud } from '../emulator/cloud.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../src/gateway.ts';

export const tokens = { a: 'cloudyard-demo-a', b: 'cloudyard-demo-b', admin: 'cloudyard-admin' } as const;
export const tenants = { a: 'a0000000000000000000000000000001', b: 'b0000000000000000000000000000001' } as const;

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is for the test to say
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data;
  readonly errors?: readonly {
    message: string;
    path?: unknown;
    extensions: { code: string; field?: string; requestId?: string };
  }[];
}

export interface OpenGateway extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly url: string;
  close(): Promise<void>;
  /** One operation; without a token as nobody. */
  ask(token: string | undefined, query: string, variables?: object): Promise<Answer>;
  /** The data of an operation that has to work. */
  data(token: string, query: string, variables?: object): Promise<Data>;
}

export async function openGateway(
  options: Partial<CloudOptions> & { gateway?: Partial<GatewayOptions>; wrap?: (cloud: Cloud) => Cloud } = {},
): Promise<OpenGateway> {
  const { gateway: gatewayOptions, wrap = cloud => cloud, ...cloudOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), 'cloudyard-gateway-'));
  const cloud = await openCloud({ folder, hardware: 'embedded', ...cloudOptions });
  const gateway: Gateway = await startGateway({ cloud: wrap(cloud), port: 0, ...gatewayOptions });

  const ask = async (token: string | undefined, query: string, variables: object = {}): Promise<Answer> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  };
  const close = async (): Promise<void> => {
    await gateway.close();
    await cloud.close();
    await rm(folder, { recursive: true });
  };
  return {
    cloud,
    url: gateway.url,
    close,
    [Symbol.asyncDispose]: close,
    ask,
    async data(token, query, variables) {
      const { data, errors } = await ask(token, query, variables);
      if (errors) throw new Error(`the gateway answered ${JSON.stringify(errors)}`);
      return data;
    },
  };
}

/** Resolves when a job is over, with its last state. */
export async function untilOver({ url }: Pick<OpenGateway, 'url'>, token: string, jobId: string): Promise<Data> {
  const query = 'subscription($id: ID!) { jobProgress(jobId: $id) { job { id status progress error { code message } } } }';
  let last: Data;
  for await (const { message } of events(url, token, query, { id: jobId })) last = message.data.jobProgress.job;
  return last;
}

export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly message: Data;
}

/** Messages of a subscription over server-sent events, until it completes or the reader leaves. */
export async function* events(
  url: string,
  token: string | undefined,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): AsyncGenerator<ServerSentEvent, void, void> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    signal: leaving.signal,
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  try {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parseEvent(text.slice(0, end));
        text = text.slice(end + 2);
        if (event?.kind === 'complete') return;
        if (event?.kind === 'next') yield { id: event.id, message: JSON.parse(event.data) };
      }
    }
  } finally {
    leaving.abort();
  }
}

function parseEvent(block: string): { kind: string; id: string | undefined; data: string } | undefined {
  const fields = new Map(
    block.split('\n').flatMap(line => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trimStart()] as const] : [];
    }),
  );
  const kind = fields.get('event');
  return kind === undefined ? undefined : { kind, id: fields.get('id'), data: fields.get('data') ?? '' };
}

export const publicImage = async (gateway: OpenGateway, name = 'Standard_Debian_12_latest'): Promise<string> =>
  (await gateway.data(tokens.a, 'query($name: String!) { images(filter: { name: $name }) { edges { node { id } } } }', { name }))
    .images.edges[0].node.id;

/** Launches a server and waits until it runs. */
export async function launch(gateway: OpenGateway, token: string, input: object = {}): Promise<{ id: string; uuid: string }> {
  const { launchServers } = await gateway.data(
    token,
    `mutation($input: LaunchServersInput!) {
      launchServers(input: $input) {
        ... on LaunchServersPayload { job { id } servers { id uuid } }
        ... on Error { code message field }
      }
    }`,
    { input: { name: 'web', imageId: await publicImage(gateway), flavorId: 's3.medium.2', ...input } },
  );
  if (!launchServers.job) throw new Error(`not launched: ${JSON.stringify(launchServers)}`);
  const job = await untilOver(gateway, token, launchServers.job.id);
  if (job.status !== 'SUCCESS') throw new Error(`not launched: ${JSON.stringify(job)}`);
  return launchServers.servers[0];
}

/** Makes an image of a server and waits until it is active. */
export async function makeImage(
  gateway: OpenGateway,
  token: string,
  serverId: string,
  name = 'golden',
): Promise<{ id: string; uuid: string }> {
  const { createImage } = await gateway.data(
    token,
    `mutation($input: CreateImageInput!) {
      createImage(input: $input) { ... on CreateImagePayload { job { id } image { id uuid } } ... on Error { code message field } }
    }`,
    { input: { serverId, name } },
  );
  if (!createImage.job) throw new Error(`not made: ${JSON.stringify(createImage)}`);
  await untilOver(gateway, token, createImage.job.id);
  return createImage.image;
}
