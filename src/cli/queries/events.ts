import type { Client, Message } from '../../client/client.ts';
import { type Listing, readAll } from './pages.ts';

export interface CloudEvent {
  readonly cursor: string;
  readonly at: string;
  readonly kind: string;
  readonly resourceType: string;
  readonly resourceUuid: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const EVENT = 'cursor at kind resourceType resourceUuid payload';

const LIST = `query ($first: Int, $after: String) {
  events(first: $first, after: $after) { edges { node { ${EVENT} } } pageInfo { hasNextPage endCursor } }
}`;

export const listEvents = (client: Client, after: string | undefined, limit: number): Promise<Listing<CloudEvent>> =>
  readAll<CloudEvent>(client, LIST, {}, limit, after);

const WATCH = `subscription ($kinds: [String!], $after: String) { events(kinds: $kinds, after: $after) { ${EVENT} } }`;

export const watchEvents = (
  client: Client,
  variables: { kinds?: readonly string[] | undefined; after?: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<Message<{ events: CloudEvent }>, void, void> =>
  client.subscribe<{ events: CloudEvent }>(WATCH, variables, signal);
