import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Refusal {
  readonly status: number;
  /** Machine-readable reason, as in GraphQL errors. */
  readonly code: string;
  readonly message: string;
}

/** Answers in the form of a GraphQL error, which clients of this address understand; anybody else can read it too. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  const accept = request.headers.accept ?? '';
  const contentType = accept.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  response.writeHead(status, {
    'Content-Type': `${contentType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
