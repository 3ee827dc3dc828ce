import type { ExecutionResult } from 'graphql';
import type { FetchAPI } from 'graphql-yoga';
import type { Session } from '../session.ts';
import { asGraphQLError } from '../show-errors.ts';
import { presented } from './present.ts';

/** A comment now and then keeps connections through proxies open; in milliseconds. */
const PING_INTERVAL = 12_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  Connection: 'keep-alive',
  'X-Accel-Buffering': 'no',
};

/**
 * Results as server-sent events, as graphql-sse's "distinct connections mode" has them: `next` with a result, `complete` at the end. Each
 * message's cursor is its `id:`, so that a client that comes back says it as `Last-Event-ID`.
 *
 * Results are pulled: a client that does not read stops the subscription where it is, and costs one message.
 */
export function eventStreamResponse(
  results: AsyncIterable<ExecutionResult> | ExecutionResult,
  fetchAPI: FetchAPI,
  session: Session,
): Response {
  const iterator = Symbol.asyncIterator in results ? results[Symbol.asyncIterator]() : only(results)[Symbol.asyncIterator]();
  const encoder = new fetchAPI.TextEncoder();
  let pings: NodeJS.Timeout | undefined;
  const end = (): void => clearInterval(pings);
  const body = new fetchAPI.ReadableStream<Uint8Array>({
    start(controller) {
      const ping = (): void => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(':\n\n'));
      };
      // At once, too: some clients take the connection for open only when something has come.
      ping();
      pings = setInterval(ping, PING_INTERVAL).unref();
    },
    async pull(controller) {
      const { text, last } = await nextEvent(iterator, session);
      controller.enqueue(encoder.encode(text));
      if (!last) return;
      end();
      controller.close();
    },
    async cancel() {
      end();
      await iterator.return?.();
    },
  });
  return new fetchAPI.Response(body, { status: 200, headers: HEADERS });
}

const COMPLETE = 'event: complete\ndata:\n\n';

async function nextEvent(iterator: AsyncIterator<ExecutionResult>, session: Session): Promise<{ text: string; last: boolean }> {
  try {
    const { done, value } = await iterator.next();
    return done ? { text: COMPLETE, last: true } : { text: nextMessage(value, session), last: false };
  } catch (error) {
    return { text: nextMessage({ errors: [asGraphQLError(error)] }, session) + COMPLETE, last: true };
  }
}

function nextMessage(result: ExecutionResult, session: Session): string {
  const id = session.cursor === undefined ? '' : `id: ${session.cursor}\n`;
  return `${id}event: next\ndata: ${JSON.stringify(presented(result, session))}\n\n`;
}

async function* only(result: ExecutionResult): AsyncGenerator<ExecutionResult, void, void> {
  yield result;
}
