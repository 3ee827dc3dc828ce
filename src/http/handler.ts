import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that has come through the gateway's own checks. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path without the query. */
  readonly path: string;
  readonly requestId: string;
}

/** Answers requests whose path begins with its segment. Whatever it throws is a defect. */
export type Handler = (incoming: Incoming) => Promise<void> | void;

export function answerJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
