import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Cloud } from '../emulator/cloud.ts';
import { graphiqlPage } from './graphql/graphiql/page.ts';
import { schema } from './graphql/schema.ts';
import type { WebSockets } from './graphql/subscriptions/web-sockets.ts';
import { openYoga, type Yoga } from './graphql/yoga.ts';
import { AllowedHosts, isLoopback } from './http/allowed-hosts.ts';
import { allowOrigin, answerPreflight } from './http/cors.ts';
import { BODY_LIMIT, graphqlHandler } from './http/graphql-handler.ts';
import { answerJson, type Handler } from './http/handler.ts';
import { healthHandler } from './http/health.ts';
import { listen, urlOf } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { type Refusal, refuse } from './http/refusal.ts';
import { requestIdOf } from './http/request-id.ts';

export interface GatewayOptions {
  readonly cloud: Cloud;
  /** Default: 127.0.0.1. Beyond loopback the cloud has to be opened without its demo credentials, unless `demoCredentialsAnywhere`. */
  readonly host?: string;
  /** For those who know what listens there: a container whose port is published on loopback only. */
  readonly demoCredentialsAnywhere?: boolean;
  /** Default: 7070; 0 for any that is free. */
  readonly port?: number;
  /** Names that the gateway answers to besides those of loopback and the host, for Host and Origin headers; `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Default: the cloud's. */
  readonly logger?: Logger;
  /** Milliseconds between pings on WebSockets. */
  readonly keepAlive?: number;
}

export interface Gateway {
  /** `http://127.0.0.1:7070` */
  readonly url: string;
  /**
   * Stops listening, lets requests finish and sends subscribers away; after some seconds whatever is left is cut off. The cloud stays open.
   */
  close(): Promise<void>;
}

/** The documented tokens would be open to the network. */
export class DemoCredentialsError extends Error {
  override readonly name = 'DemoCredentialsError';
}

/** Milliseconds that requests have to finish when the gateway closes. */
const CLOSING = 5000;

/**
 * Serves a cloud over HTTP and WebSocket. Throws ListenError where it cannot listen, DemoCredentialsError where it should not.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { cloud, host = '127.0.0.1', port = 7070, demoCredentialsAnywhere = false } = options;
  if (cloud.config.demoCredentials && !isLoopback(host) && !demoCredentialsAnywhere) {
    throw new DemoCredentialsError(
      `listening on ${host} needs demoCredentials: false, for the demo tokens are known to everyone`,
    );
  }
  const gateway = new OpenGateway(options);
  await gateway.listen({ host, port });
  return gateway;
}

class OpenGateway implements Gateway {
  url = '';
  readonly #cloud: Cloud;
  readonly #logger: Logger;
  readonly #hosts: AllowedHosts;
  readonly #server: Server;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #metrics: Metrics;
  readonly #yoga: Yoga;
  readonly #keepAlive: number | undefined;
  /** Made for the first client: what they need is felt at the start. */
  #webSockets: Promise<WebSockets> | undefined;
  #unsentBytes: () => number = () => 0;
  /** Answers that have no end of their own. */
  readonly #streams = new Set<ServerResponse>();
  readonly #closed = new AbortController();

  constructor({ cloud, host = '127.0.0.1', allowedHosts, logger = cloud.logger, keepAlive }: GatewayOptions) {
    this.#cloud = cloud;
    this.#logger = logger.child({ part: 'gateway' });
    this.#hosts = new AllowedHosts(host, allowedHosts);
    this.#metrics = new Metrics(cloud, {
      websocket: () => this.#unsentBytes(),
      sse: () => [...this.#streams].reduce((sum, { writableLength }) => sum + writableLength, 0),
    });
    this.#yoga = openYoga({ schema, metrics: this.#metrics, bodyLimit: BODY_LIMIT });
    this.#keepAlive = keepAlive;
    this.#handlers = {
      '': ({ response }) => redirect(response, '/graphql'),
      graphql: graphqlHandler({ cloud, yoga: this.#yoga, page: () => graphiqlPage(cloud.config) }),
      health: healthHandler(cloud, () => this.#closed.signal.aborted),
      metrics: async ({ response }) => {
        const text = await this.#metrics.text();
        response.writeHead(200, { 'Content-Type': this.#metrics.contentType });
        response.end(text);
      },
    };
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
    // Headers have to be there soon; bodies of 12 MiB may take their time.
    this.#server.headersTimeout = 10_000;
  }

  async listen(where: { host: string; port: number }): Promise<void> {
    try {
      this.url = urlOf(await listen(this.#server, where));
    } catch (error) {
      this.#metrics.close();
      throw error;
    }
    const { signal } = this.#closed;
    const isEnd = ({ kind }: { kind: string }): boolean => kind === 'job.succeeded' || kind === 'job.failed';
    void this.#metrics.countJobs(this.#cloud.tail.subscribe({ audiences: 'everything', matches: isEnd, signal }));
    this.#logger.info({ url: this.url }, 'the gateway listens');
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    const stopped = new Promise<void>(resolve => this.#server.close(() => resolve()));
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), CLOSING);
    // No last event: a client takes the break for one, and comes back with its cursor.
    for (const stream of this.#streams) stream.destroy();
    await (await this.#webSockets)?.close();
    this.#server.closeIdleConnections();
    await stopped;
    clearTimeout(cutOff);
    this.#metrics.close();
    this.#logger.info('the gateway is closed');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const requestId = requestIdOf(request.headers);
    const path = pathOf(request);
    const segment = path.split('/', 2)[1] ?? '';
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => this.#record(request, response, { requestId, path, handler: segment, began }));
    const refusal = this.#refusalOf(request);
    if (refusal) return refuse(request, response, refusal);
    allowOrigin(request, response);
    if (answerPreflight(request, response)) return;
    const handler = Object.hasOwn(this.#handlers, segment) ? this.#handlers[segment] : undefined;
    if (!handler) return answerJson(response, 404, { error: 'There is /graphql, /health/live, /health/ready and /metrics.' });
    if (isStream(request)) this.#track(response);
    try {
      await handler({ request, response, path, requestId });
    } catch (error) {
      this.#logger.error({ err: error, requestId, path }, 'a request failed unexpectedly');
      if (response.headersSent) response.destroy();
      else refuse(request, response, { status: 500, code: 'INTERNAL_SERVER_ERROR', message: `Unexpected error (${requestId}).` });
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', error => this.#logger.debug({ err: error }, 'a connection failed'));
    const refusal = this.#refusalOf(request);
    if (pathOf(request) === '/graphql' && !refusal && !this.#closed.signal.aborted) {
      this.#webSockets ??= this.#openWebSockets();
      void this.#webSockets.then(webSockets => webSockets.upgrade(request, socket, head));
      return;
    }
    const status = refusal ? `${refusal.status} Forbidden` : '404 Not Found';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  async #openWebSockets(): Promise<WebSockets> {
    const { WebSockets } = await import('./graphql/subscriptions/web-sockets.ts');
    const webSockets = new WebSockets({
      cloud: this.#cloud,
      yoga: this.#yoga,
      metrics: this.#metrics,
      ...(this.#keepAlive !== undefined && { keepAlive: this.#keepAlive }),
    });
    this.#unsentBytes = () => webSockets.unsentBytes();
    return webSockets;
  }

  #refusalOf({ headers }: IncomingMessage): Refusal | undefined {
    if (!this.#hosts.allowsHost(headers.host)) {
      this.#logger.warn({ host: headers.host }, 'a request for a foreign host was refused');
      return { status: 403, code: 'HOST_NOT_ALLOWED', message: 'The gateway does not answer to this name.' };
    }
    if (!this.#hosts.allowsOrigin(headers.origin)) {
      this.#logger.warn({ origin: headers.origin }, 'a request from a foreign page was refused');
      return { status: 403, code: 'ORIGIN_NOT_ALLOWED', message: 'Pages of this origin may not use the gateway.' };
    }
    return undefined;
  }

  #track(response: ServerResponse): void {
    this.#streams.add(response);
    const left = this.#metrics.countSubscriber('sse');
    response.once('close', () => {
      this.#streams.delete(response);
      left();
    });
  }

  #record(
    request: IncomingMessage,
    { statusCode: status }: ServerResponse,
    { requestId, path, handler, began }: { requestId: string; path: string; handler: string; began: number },
  ): void {
    const { method = '' } = request;
    const seconds = (performance.now() - began) / 1000;
    const known = Object.hasOwn(this.#handlers, handler) ? handler || 'root' : 'unknown';
    this.#metrics.countRequest(known, method, status, isStream(request) ? undefined : seconds);
    this.#logger.debug({ requestId, method, path, status, ms: Math.round(seconds * 1e6) / 1000 }, 'request');
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

const isStream = ({ headers }: IncomingMessage): boolean => (headers.accept ?? '').includes('text/event-stream');

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { Location: location });
  response.end();
}
