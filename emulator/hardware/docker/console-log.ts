/**
 * The console of a server by byte offset. Its bytes are the container's log, which goes on over restarts; when a server gets
 * another container (resize, another port), the end of what the old one said is kept in a file and comes first.
 *
 * The engine can only read a log from its beginning or from a time on. So the place of the last read is remembered as (time of
 * the last message seen, offset where it begins), and the next read starts there instead of at the beginning.
 */
import { LRUCache } from 'lru-cache';
import { KIB } from '../../units.ts';
import { containerLog } from './container-log.ts';
import type { Engine } from './engine.ts';
import { KeptConsoles } from './kept-consoles.ts';

const CONSOLE_READ_LIMIT = 256 * KIB;
const PLACES_KEPT = 4_096;

interface Place {
  readonly container: string;
  /** The engine's time of a message, as it wrote it. */
  readonly time: string;
  /** Offset in the container's log at which the first message with that time begins. */
  readonly offset: number;
}

interface Message {
  readonly time: string;
  readonly offset: number;
  readonly data: Buffer;
}

export interface ConsoleLogOptions {
  readonly engine: Engine;
  /** Where the consoles of replaced containers are kept. */
  readonly folder: string;
}

export class ConsoleLog {
  readonly #engine: Engine;
  readonly #kept: KeptConsoles;
  readonly #places = new LRUCache<string, Place>({ max: PLACES_KEPT });

  constructor({ engine, folder }: ConsoleLogOptions) {
    this.#engine = engine;
    this.#kept = new KeptConsoles(folder);
  }

  async read(id: string, container: string, offset: number): Promise<{ data: Buffer; next: number }> {
    const kept = await this.#kept.read(id, container, offset, CONSOLE_READ_LIMIT);
    const parts: Buffer[] = [kept.data];
    let taken = kept.data.length;
    const from = Math.max(0, kept.offset - kept.length);
    let end = from;
    if (taken < CONSOLE_READ_LIMIT) {
      for await (const message of this.#messages(id, container, from)) {
        end = message.offset + message.data.length;
        const start = Math.max(0, from - message.offset);
        // A copy: a piece of the engine's answer would keep all of the answer's piece in memory.
        const part = Buffer.from(message.data.subarray(start, start + CONSOLE_READ_LIMIT - taken));
        parts.push(part);
        taken += part.length;
        if (taken >= CONSOLE_READ_LIMIT) break;
      }
    }
    // The log was cut off at its size limit: what is asked for is gone, so it begins anew.
    if (taken === 0 && offset > 0 && end < from) return await this.read(id, container, 0);
    return { data: Buffer.concat(parts), next: kept.offset + taken };
  }

  /** Before a container is removed that another will follow. */
  async keep(id: string, container: string): Promise<void> {
    await this.#kept.keep(id, container, this.#said(id, container));
    this.#places.delete(id);
  }

  async remove(id: string): Promise<void> {
    this.#places.delete(id);
    await this.#kept.remove(id);
  }

  async removeAll(): Promise<void> {
    this.#places.clear();
    await this.#kept.removeAll();
  }

  async *#said(id: string, container: string): AsyncGenerator<Buffer> {
    for await (const { data } of this.#messages(id, container, 0)) yield data;
  }

  async *#messages(id: string, container: string, from: number): AsyncGenerator<Message> {
    const place = this.#places.get(id);
    const known = place && place.container === container && place.offset <= from ? place : undefined;
    let offset = known?.offset ?? 0;
    for await (const { time, data } of containerLog(this.#engine, container, known?.time)) {
      const message = { time, offset, data };
      this.#remember(id, container, message);
      offset += data.length;
      if (offset > from) yield message;
    }
  }

  #remember(id: string, container: string, { time, offset }: Message): void {
    const seconds = engineTime(time);
    const last = this.#places.get(id);
    if (last?.container === container && last.time === seconds) return;
    this.#places.set(id, { container, time: seconds, offset });
  }
}

/** `2026-01-02T03:04:05.123456789Z` as the engine takes it in `since`: seconds, a point, nanoseconds. */
function engineTime(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction.padEnd(9, '0')}`;
}
