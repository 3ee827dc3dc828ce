import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ClientError } from './client-error.ts';

export interface ClientOptions {
  /** `http://127.0.0.1:7070` */
  readonly url: string;
  readonly token: string;
}

/** One message of a subscription. A later subscription that is given its cursor goes on after it. */
export interface Message<Data> {
  readonly data: Data;
  readonly cursor: string | undefined;
}

type Variables = Readonly<Record<string, unknown>>;

/** A client of the gateway for one tenant: queries and mutations over HTTP, subscriptions over WebSocket. */
export class Client {
  readonly url: string;
  readonly token: string;

  constructor({ url, token }: ClientOptions) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  /** Runs a query and returns its data. Throws ClientError with the code of the first error. */
  async query<Data extends object>(query: string, variables: Variables = {}): Promise<Data> {
    const response = await this.#post({ query, variables });
    const body: unknown = await response.json().catch((cause: unknown) => {
      throw new ClientError(`the gateway answered ${response.status} without JSON`, 'CONNECTION', { cause });
    });
    return dataOf<Data>(body, response.status);
  }

  /**
   * Runs a mutation of one field and returns its payload. Throws ClientError if the result is one of the documented errors; the query
   * has to ask for `__typename` and `... on Error { code message field }`.
   */
  async mutate<Payload extends object>(query: string, variables: Variables = {}): Promise<Payload> {
    const data = await this.query<
      Record<string, Payload & { __typename?: string; code?: string; message?: string; field?: string }>
    >(query, variables);
    const [result] = Object.values(data);
    if (result === undefined) throw new ClientError('the gateway answered nothing', 'CONNECTION');
    if (result.code !== undefined && result.message !== undefined && /Error$/.test(result.__typename ?? '')) {
      throw new ClientError(result.message, result.code, { field: result.field ?? undefined });
    }
    return result;
  }

  /** Messages of a subscription, until it ends by itself or the signal aborts. Throws ClientError if it fails or the connection is lost. */
  async *subscribe<Data extends object>(
    query: string,
    variables: Variables = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Message<Data>, void, void> {
    const socket = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token: this.token },
      retryAttempts: 0,
    });
    const stop = (): void => void socket.dispose();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for await (const result of socket.iterate<Data, { cursor?: unknown }>({ query, variables: { ...variables } })) {
        const cursor = result.extensions?.cursor;
        yield { data: dataOf<Data>(result, 200), cursor: typeof cursor === 'string' ? cursor : undefined };
      }
    } catch (error) {
      if (!signal?.aborted) throw toSubscriptionError(error, this.url);
    } finally {
      signal?.removeEventListener('abort', stop);
      await socket.dispose();
    }
  }

  async #post(body: object): Promise<Response> {
    try {
      return await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          authorization: `Bearer ${this.token}`,
        },
        body: JSON.stringify(body),
      });
    } catch (cause) {
      throw notThere(this.url, cause);
    }
  }
}

function dataOf<Data>(body: unknown, status: number): Data {
  if (typeof body === 'object' && body !== null) {
    const { errors, data } = body as { errors?: readonly unknown[]; data?: Data };
    if (errors?.[0] !== undefined) throw toClientError(errors[0]);
    if (data) return data;
  }
  throw new ClientError(`the gateway answered ${status} without data`, 'CONNECTION');
}

/** An error of the GraphQL answer. */
function toClientError(error: unknown): ClientError {
  const { message, extensions = {} } = error as { message?: unknown; extensions?: Record<string, unknown> };
  const { code, field, requestId } = extensions;
  return new ClientError(String(message), typeof code === 'string' ? code : 'UNKNOWN', {
    field: typeof field === 'string' ? field : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    cause: error,
  });
}

/** Close codes with which a server says that coming back is of no use: 4400 (bad request) to 4429 (too many). Source: graphql-ws PROTOCOL.md. */
const isRefusal = (code: number): boolean => code >= 4400 && code < 4430 && code !== CONNECTION_INIT_TIMEOUT;
const CONNECTION_INIT_TIMEOUT = 4408;

/** How a subscription failed: with errors of the answer, or with its socket. */
function toSubscriptionError(error: unknown, url: string): ClientError {
  if (error instanceof ClientError) return error;
  if (Array.isArray(error)) return toClientError(error[0]);
  const { code, reason = '' } = error as { code?: unknown; reason?: unknown };
  // A socket that never opened has no close code.
  if (typeof code !== 'number') return notThere(url, error);
  const [, documented, message] = /^(\w+\.\d+) (.*)$/.exec(String(reason)) ?? [];
  if (isRefusal(code)) return new ClientError(message ?? String(reason), documented ?? 'REFUSED', { cause: error });
  return new ClientError(`the connection to the gateway was lost ${String(reason)}`.trim(), 'CONNECTION', { cause: error });
}

const notThere = (url: string, cause: unknown): ClientError =>
  new ClientError(`no Cloudyard answers at ${url}: start it with \`cloudyard up\``, 'CONNECTION', { cause });
