import { decodeCursor, encodeCursor } from '../../../emulator/events/cursor.ts';
import type { CloudEvent } from '../../../emulator/events/event.ts';
import { latestEvent, watchEvents } from '../../../emulator/events/operations.ts';
import type { Session } from '../session.ts';
import { EventStream } from './event-stream.ts';

interface Watched {
  /** `image` */
  readonly noun: string;
  /** The only one that is watched; all that the caller sees without it. */
  readonly id: string | undefined;
  readonly after: string | undefined;
  /** Looks it up; throws CloudError if the caller has no such thing. */
  find(id: string): Promise<unknown>;
}

/** The events of a noun, or of one thing until it is deleted. Throws the look-up's CloudError for what the caller may not see. */
export async function resourceStream(
  session: Session,
  { noun, id, after, find }: Watched,
): Promise<EventStream<CloudEvent, CloudEvent>> {
  if (id !== undefined) await requireHeardOf(session, { noun, id, after, find });
  return EventStream.open(session, {
    async watch(signal) {
      const events = await session.run(watchEvents, { kinds: [`${noun}.*`], resourceId: id, after, signal });
      return id === undefined ? events : until(events, `${noun}.deleted`);
    },
    show: event => ({ cursor: encodeCursor(session.cloud.id, event.sequence), content: event }),
  });
}

/** A subscriber that comes back may be told of the end of something that is gone by now; everyone else has to find it. */
async function requireHeardOf(session: Session, { noun, id, after, find }: Watched & { readonly id: string }): Promise<void> {
  if (after === undefined) {
    await find(id);
    return;
  }
  const place = decodeCursor(session.cloud.id, after);
  const latest = await session.run(latestEvent, { resourceType: noun, resourceId: id });
  if (latest === null || latest <= place) await find(id);
}

async function* until(events: AsyncGenerator<CloudEvent, void, void>, last: string): AsyncGenerator<CloudEvent, void, void> {
  for await (const event of events) {
    yield event;
    if (event.kind === last) return;
  }
}
