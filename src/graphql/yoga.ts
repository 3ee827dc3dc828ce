import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { createLRUCache, createYoga, isAsyncIterable, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Metrics, OperationType } from '../http/metrics.ts';
import { Costs } from './cost.ts';
import { documentLimits, parseWithinLimits, refusal, requireShort } from './limits.ts';
import type { Session } from './session.ts';
import { showErrors } from './show-errors.ts';
import { eventStreamResponse } from './subscriptions/server-sent-events.ts';

/** What the gateway hands to each request. */
export interface RequestContext {
  readonly session: Session;
}

export type Yoga = YogaServerInstance<RequestContext, object>;

/** Documents kept parsed and validated, and documents that were refused. */
const KEPT_DOCUMENTS = 200;

export interface YogaOptions {
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  /** Bodies without a length are read up to this many bytes. */
  readonly bodyLimit: number;
}

/** The GraphQL engine with our limits, errors and server-sent events. Whoever asks is in the session of each request. */
export function openYoga({ schema, metrics, bodyLimit }: YogaOptions): Yoga {
  return createYoga<RequestContext>({
    schema,
    graphqlEndpoint: '/graphql',
    batching: { limit: documentLimits.batch },
    parserAndValidationCache: {
      documentCache: createLRUCache<DocumentNode>({ max: KEPT_DOCUMENTS }),
      errorCache: createLRUCache<Error>({ max: KEPT_DOCUMENTS }),
    },
    plugins: [limits(schema), measurements(metrics), presentation(), bodies(bodyLimit)],
    // The handler around it answers for these (src/http/).
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
    // presentation() masks, for every transport in the same way.
    maskedErrors: false,
    logging: false,
  });
}

function limits(schema: GraphQLSchema): Plugin<RequestContext> {
  const costs = new Costs(schema);
  /** What the operations of one request have cost so far: they are answered together, so they are paid for together. */
  const spent = new WeakMap<Session, number>();
  const isTooCostly = (args: ExecutionArgs, { session }: RequestContext): boolean => {
    const cost = (spent.get(session) ?? 0) + costs.of(args);
    spent.set(session, cost);
    return cost > documentLimits.cost;
  };
  return {
    onParams: ({ params }) => requireShort(params.query),
    onParse: ({ setParseFn }) => setParseFn(parseWithinLimits),
    onExecute({ args, setResultAndStopExecution }) {
      if (isTooCostly(args, args.contextValue)) setResultAndStopExecution({ errors: [refusal('tooCostly')] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      if (isTooCostly(args, args.contextValue)) setResultAndStopExecution({ errors: [refusal('tooCostly')] });
    },
  };
}

function measurements(metrics: Metrics): Plugin<RequestContext> {
  return {
    onExecute({ args }) {
      const type: OperationType = getOperationAST(args.document, args.operationName)?.operation ?? 'query';
      const stop = metrics.timeOperation(type);
      return { onExecuteDone: ({ result }) => stop(isAsyncIterable(result) || !result.errors ? 'ok' : 'error') };
    },
    onSubscribe() {
      const stop = metrics.timeOperation('subscription');
      return { onSubscribeResult: ({ result }) => stop(isAsyncIterable(result) || !result.errors ? 'ok' : 'error') };
    },
  };
}

function presentation(): Plugin<RequestContext, RequestContext> {
  return {
    onResultProcess({ request, result, setResult, setResultProcessor, serverContext }) {
      const { session } = serverContext;
      const streams = isAsyncIterable(result);
      if (!streams) setResult(Array.isArray(result) ? result.map(one => shown(one, session)) : shown(result, session));
      const accept = request.headers.get('accept') ?? '';
      if (accept.includes('text/event-stream') && (streams || !accept.includes('json'))) {
        setResultProcessor(
          (results, fetchAPI) => eventStreamResponse(results as ExecutionResult, fetchAPI, session),
          'text/event-stream',
        );
      }
    },
  };
}

function shown(result: ExecutionResult, session: Session): ExecutionResult {
  return result.errors ? { ...result, errors: showErrors(result.errors, session) } : result;
}

/** The handler has refused bodies that say that they are too large; those that do not say are counted while they are read. */
function bodies(limit: number): Plugin<RequestContext> {
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI }) {
      if (!requestParser || !request.body || request.headers.has('content-length')) return;
      setRequestParser(async unread => {
        const { url, method, headers, body } = unread;
        return requestParser(new fetchAPI.Request(url, { method, headers, body: await readAtMost(body, limit) }));
      });
    },
  };
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size <= limit) chunks.push(chunk);
  }
  // Only now: a client that is still sending would see its connection break instead of the answer.
  if (size > limit) {
    throw new GraphQLError(`A body has at most ${limit} bytes.`, {
      extensions: { code: 'BODY_TOO_LARGE', http: { status: 413 } },
    });
  }
  return Buffer.concat(chunks).toString('utf8');
}
