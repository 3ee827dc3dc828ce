import type { IncomingHttpHeaders } from 'node:http';

/** The token of a request: `Authorization: Bearer …`, or `X-Auth-Token` as the real services have it. */
export function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, 'x-auth-token': authToken } = headers;
  return bearer(authorization) ?? (typeof authToken === 'string' && authToken !== '' ? authToken : undefined);
}

/** The token in the value of an Authorization header. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
