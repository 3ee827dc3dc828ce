import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { type Context, handleProtocols, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cloud } from '../../../emulator/cloud.ts';
import { CloudError, commonErrors } from '../../../emulator/errors.ts';
import { bearer, tokenOf } from '../../http/credentials.ts';
import type { Metrics } from '../../http/metrics.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { requireShort } from '../limits.ts';
import { Session } from '../session.ts';
import { asGraphQLError, formatError, showErrors } from '../show-errors.ts';
import type { Yoga } from '../yoga.ts';
import { presented } from './present.ts';
import { closeSocket, keepAlive, send } from './socket.ts';
import { closeCodes, socketLimits } from './socket-limits.ts';

interface Extra {
  readonly requestId: string;
  readonly headerToken: string | undefined;
  readonly socket: WebSocket;
  token: string | undefined;
  readonly operations: Map<string, { session: Session; left: () => void }>;
}

type Connection = Context<Record<string, unknown>, Extra>;

interface Parts {
  readonly cloud: Cloud;
  readonly yoga: Yoga;
  readonly metrics: Metrics;
  /** In milliseconds; see socketLimits. */
  readonly keepAlive?: number;
}

/** GraphQL over WebSocket: queries and mutations too, but made for subscriptions. */
export class WebSockets {
  readonly #cloud: Cloud;
  readonly #yoga: Yoga;
  readonly #metrics: Metrics;
  readonly #keepAlive: number;
  readonly #sockets: WebSocketServer;
  readonly #protocol: Server<Extra>;

  constructor({ cloud, yoga, metrics, keepAlive = socketLimits.keepAlive }: Parts) {
    this.#cloud = cloud;
    this.#yoga = yoga;
    this.#metrics = metrics;
    this.#keepAlive = keepAlive;
    // Compression is off: its memory would be per socket, and messages are small.
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: socketLimits.message, handleProtocols });
    this.#protocol = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: socketLimits.initTimeout,
      onConnect: connection => this.#signIn(connection),
      onSubscribe: (connection, id, payload) => this.#begin(connection, id, payload),
      execute: args => engineOf(args).execute(args),
      subscribe: args => engineOf(args).subscribe(args),
      onNext: (_connection, _id, _payload, args, result) => presented(result, sessionOf(args)),
      onError: ({ extra }, id, _payload, errors) => this.#presentErrors(extra, id, errors),
      onComplete: ({ extra }, id) => leave(extra, id),
    });
  }

  /** Bytes that wait in memory for clients to read. */
  unsentBytes(): number {
    return [...this.#sockets.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, webSocket => this.#open(webSocket, request));
  }

  /** Closes every socket with `goingAway`, and those that do not go by force. */
  async close(): Promise<void> {
    const gone = [...this.#sockets.clients].map(socket => closeSocket(socket, closeCodes.goingAway, 'Going away'));
    await Promise.all(gone);
    this.#sockets.close();
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const extra: Extra = {
      requestId: requestIdOf(request.headers),
      headerToken: tokenOf(request.headers),
      token: undefined,
      socket,
      operations: new Map(),
    };
    const stopPings = keepAlive(socket, this.#keepAlive);
    socket.on('error', error => this.#cloud.logger.debug({ err: error, requestId: extra.requestId }, 'a WebSocket failed'));
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: data => send(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: handle => socket.on('message', data => void this.#receive(extra, () => handle(String(data)))),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      stopPings();
      void closed(code, String(reason)).finally(() => {
        for (const id of extra.operations.keys()) leave(extra, id);
      });
    });
  }

  async #receive({ socket, requestId }: Extra, handle: () => Promise<void>): Promise<void> {
    if (socket.bufferedAmount > socketLimits.unsent) socket.pause();
    try {
      await handle();
    } catch (error) {
      if (socket.readyState !== socket.OPEN) return;
      this.#cloud.logger.error({ err: error, requestId }, 'a WebSocket message could not be handled');
      socket.close(1011, 'Unexpected error');
    }
  }

  async #signIn({ connectionParams, extra }: Connection): Promise<void> {
    extra.token = tokenIn(connectionParams ?? {}) ?? extra.headerToken;
    if (extra.token === undefined) return;
    try {
      await this.#cloud.tokens.authenticate(extra.token);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      extra.socket.close(closeCodes.unauthorized, `${error.code} ${error.message}`.slice(0, 120));
    }
  }

  async #begin(connection: Connection, id: string, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { extra, subscriptions } = connection;
    const { token, requestId } = extra;
    const anonymous = new Session({ cloud: this.#cloud, caller: undefined, requestId });
    try {
      if (Object.keys(subscriptions).length > socketLimits.operations) {
        throw new CloudError(commonErrors.throttled, {
          message: `A socket carries at most ${socketLimits.operations} operations at once.`,
        });
      }
      requireShort(payload.query);
      // Looked at anew for each operation: a socket may outlive its token.
      const caller = token === undefined ? undefined : await this.#cloud.tokens.authenticate(token);
      const session = new Session({ cloud: this.#cloud, caller, token, requestId });
      const { schema, parse, validate, contextFactory, execute, subscribe } = this.#yoga.getEnveloped({ session });
      const document = parse(payload.query);
      const errors = validate(schema, document);
      if (errors.length > 0) return showErrors(errors, session);
      extra.operations.set(id, { session, left: this.#metrics.countSubscriber('websocket') });
      return {
        schema,
        document,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ?? null,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
    } catch (error) {
      return showErrors([asGraphQLError(error)], anonymous);
    }
  }

  /** Errors of a subscription that has begun; it is over then. */
  #presentErrors(extra: Extra, id: string, errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    const session = extra.operations.get(id)?.session;
    leave(extra, id);
    // Those of one that has not begun are presented already.
    return (session ? showErrors(errors, session) : errors).map(formatError);
  }
}

interface Engine {
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** #begin() puts the engine of the operation there. */
const engineOf = ({ rootValue }: ExecutionArgs): Engine => rootValue as Engine;

/** Also #begin()'s. */
const sessionOf = ({ contextValue }: ExecutionArgs): Session => (contextValue as { session: Session }).session;

function leave({ operations }: Extra, id: string): void {
  operations.get(id)?.left();
  operations.delete(id);
}

/** `{ token }`, or the headers that a request would have. */
function tokenIn(params: Readonly<Record<string, unknown>>): string | undefined {
  const text = (name: string): string | undefined => {
    const entry = Object.entries(params).find(([key]) => key.toLowerCase() === name);
    return typeof entry?.[1] === 'string' ? entry[1] : undefined;
  };
  return text('token') ?? text('x-auth-token') ?? bearer(text('authorization'));
}
