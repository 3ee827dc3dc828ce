import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from '../../emulator/cloud.ts';
import { CloudError } from '../../emulator/errors.ts';
import type { Caller } from '../../emulator/identity/caller.ts';
import { MIB } from '../../emulator/units.ts';
import { Session } from '../graphql/session.ts';
import type { Yoga } from '../graphql/yoga.ts';
import { tokenOf } from './credentials.ts';
import type { Handler } from './handler.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A file of 8 MiB as base64, and room for the rest. In bytes. */
export const BODY_LIMIT = 12 * MIB;

interface Parts {
  readonly cloud: Cloud;
  readonly yoga: Yoga;
  /** The page for browsers; undefined for none. */
  readonly page: (() => Promise<string>) | undefined;
}

/**
 * GraphQL over HTTP: finds out who asks and refuses what should not be read at all; the rest is the engine's.
 *
 * A body has to be JSON by its header, which no page of another site can send without asking first (see cors.ts).
 */
export function graphqlHandler({ cloud, yoga, page }: Parts): Handler {
  return async ({ request, response, requestId }) => {
    if (page && wantsPage(request)) return sendPage(response, await page());
    const refusal = refusalOf(request);
    if (refusal) return refuse(request, response, refusal);
    const token = tokenOf(request.headers);
    let caller: Caller | undefined;
    try {
      caller = token === undefined ? undefined : await cloud.tokens.authenticate(token);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      refuse(request, response, error, { 'WWW-Authenticate': 'Bearer' });
      return;
    }
    const lastEventId = request.headers['last-event-id'];
    const session = new Session({
      cloud,
      caller,
      token,
      requestId,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    });
    await yoga(request, response, { session });
  };
}

function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

function sendPage(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    // Nothing but what is in the page, whose scripts are its own; and no other page may frame it.
    'Content-Security-Policy':
      "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; worker-src blob:; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(html);
}

function refusalOf({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'POST') return undefined;
  const { 'content-type': contentType = '', 'content-length': contentLength } = headers;
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(contentType)) {
    return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body has to be application/json.' };
  }
  if (contentLength !== undefined && Number(contentLength) > BODY_LIMIT) {
    return { status: 413, code: 'BODY_TOO_LARGE', message: `A body has at most ${BODY_LIMIT} bytes.` };
  }
  return undefined;
}
