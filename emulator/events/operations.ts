import { z } from 'zod';
import { commonErrors, refuse } from '../errors.ts';
import { audiencesOf } from '../identity/caller.ts';
import { defineOperation } from '../operation.ts';
import { type Page, pageLimits } from '../paging.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { CloudEvent } from './event.ts';

const KEY_PAIR = 'keypair';

/** What has happened, oldest first, from a place on or from the oldest event that is kept. */
export const listEvents = defineOperation({
  name: 'events.list',
  permission: 'events:events:list',
  access: 'read',
  input: z.object({ after: z.string().nullish(), first: z.number().int().nullish() }),
  errors: [commonErrors.badCursor, commonErrors.cursorTooOld],
  async run({ cloud, caller, input: { after, first } }): Promise<Page<CloudEvent>> {
    const limit = first ?? pageLimits.default;
    refuse(limit < 0 || limit > pageLimits.max, commonErrors.badRequest, {
      message: `A page has 0 to ${pageLimits.max} entries.`,
      field: 'first',
    });
    const place = after ? decodeCursor(cloud.id, after) : await cloud.events.floor();
    const events = await cloud.events.readAfter(place, audiencesOf(caller), limit + 1);
    return {
      rows: events.slice(0, limit),
      hasNextPage: events.length > limit,
      hasPreviousPage: Boolean(after),
      cursorOf: ({ sequence }) => encodeCursor(cloud.id, sequence),
    };
  },
});

/**
 * What happens from now on, or from a place on: an endless stream. It ends when the signal aborts or the cloud closes.
 * A kind is `image.active`, or `image.*` for all of a noun.
 */
export const watchEvents = defineOperation({
  name: 'events.watch',
  permission: 'events:events:list',
  access: 'read',
  input: z.object({
    kinds: z.array(z.string()).max(100).nullish(),
    resourceId: z.string().nullish(),
    /** Has to be said of a key pair only: see isMeant(). */
    resourceType: z.string().nullish(),
    after: z.string().nullish(),
    signal: z.instanceof(AbortSignal).optional(),
  }),
  errors: [commonErrors.badCursor, commonErrors.cursorTooOld],
  async run({ cloud, caller, input }): Promise<AsyncGenerator<CloudEvent, void, void>> {
    const { kinds, resourceId, resourceType, after, signal } = input;
    const fits = kindFilter(kinds ?? []);
    return cloud.tail.subscribe({
      audiences: audiencesOf(caller),
      matches: event => (!resourceId || isMeant(event, resourceId, resourceType)) && fits(event.kind),
      ...(after && { after: decodeCursor(cloud.id, after) }),
      ...(signal && { signal }),
    });
  },
});

/** Ids are of one resource each, but for those of key pairs: names that somebody chose, which may look like the id of anything. */
function isMeant(event: CloudEvent, resourceId: string, resourceType: string | null | undefined): boolean {
  return event.resourceId === resourceId && (event.resourceType === KEY_PAIR) === (resourceType === KEY_PAIR);
}

/** Place of the newest event about a resource that the caller may read; null if there is none: it is gone for long, or not the caller's. */
export const latestEvent = defineOperation({
  name: 'events.latest',
  permission: 'events:events:list',
  access: 'read',
  input: z.object({ resourceType: z.string(), resourceId: z.string() }),
  async run({ cloud, caller, input }): Promise<number | null> {
    const event = await cloud.events.latestOf(input, cloud.tail.head, audiencesOf(caller));
    return event?.sequence ?? null;
  },
});

function kindFilter(kinds: readonly string[]): (kind: string) => boolean {
  if (kinds.length === 0) return () => true;
  const exact = new Set(kinds);
  const prefixes = kinds.filter(kind => kind.endsWith('.*')).map(kind => kind.slice(0, -1));
  return kind => exact.has(kind) || prefixes.some(prefix => kind.startsWith(prefix));
}
