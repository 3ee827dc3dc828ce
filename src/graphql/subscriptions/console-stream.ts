import { setTimeout as wait } from 'node:timers/promises';
import { readServerConsole } from '../../../emulator/servers/operations/read-server-console.ts';
import type { Session } from '../session.ts';
import { EventStream } from './event-stream.ts';

export interface ConsolePart {
  /** Where in the console it begins, in bytes. */
  readonly offset: number;
  readonly data: Buffer;
  /** Where to go on. */
  readonly next: number;
}

/** How often the console is looked at, in milliseconds: hardware does not tell when a server writes. */
const INTERVAL = 250;

/** What a server writes to its console, from a byte offset on. The offset after a part is its cursor. */
export function consoleStream(
  session: Session,
  serverId: string,
  offset: number,
): Promise<EventStream<ConsolePart, ConsolePart>> {
  return EventStream.open(session, {
    async watch(signal) {
      const first = await session.run(readServerConsole, { serverId, offset });
      return parts(session, serverId, { offset, ...first }, signal);
    },
    show: part => ({ cursor: String(part.next), content: part }),
  });
}

async function* parts(
  session: Session,
  serverId: string,
  first: ConsolePart,
  signal: AbortSignal,
): AsyncGenerator<ConsolePart, void, void> {
  for (let part = first; !signal.aborted; ) {
    if (part.data.length > 0) yield part;
    else await pause(signal);
    if (signal.aborted) return;
    part = { offset: part.next, ...(await session.run(readServerConsole, { serverId, offset: part.next })) };
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await wait(INTERVAL, undefined, { signal }).catch(() => undefined);
}
