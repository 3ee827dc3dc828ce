import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADERS = 'Authorization, Content-Type, Last-Event-ID, X-Auth-Token, X-Request-Id';
const EXPOSED = 'X-Request-Id';
/** Seconds that a browser keeps the answer. */
const MAX_AGE = 600;

/** For pages that AllowedHosts has let in. Cookies play no part: who asks is in a header. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  response.setHeader('Vary', 'Origin');
}

/** Whether the request only asks what it may ask; it is answered then. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': HEADERS,
    'Access-Control-Max-Age': MAX_AGE,
  });
  response.end();
  return true;
}
