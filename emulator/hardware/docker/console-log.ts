/**
 * The console of a server by byte offset. Its bytes are the container's log, which goes on over restarts; when a server gets
 * another container (resize, another port), what the old one said is kept in a file and comes first.
 *
 * The engine can only read a log from its beginning or from a time on. So the place of the last read is remembered as (time of
 * the last message seen, offset where it begins), and the next read starts there instead of at the beginning.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import type { Engine } from './engine.ts';
import { frames } from './frames.ts';

const CONSOLE_READ_LIMIT = 256 * 1024;
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
  readonly #folder: string;
  readonly #places = new LRUCache<string, Place>({ max: PLACES_KEPT });

  constructor({ engine, folder }: ConsoleLogOptions) {
    this.#engine = engine;
    this.#folder = folder;
  }

  async read(id: string, container: string, offset: number): Promise<{ data: Buffer; next: number }> {
    const kept = await this.#kept(id, container);
    const parts: Buffer[] = [kept.subarray(offset, offset + CONSOLE_READ_LIMIT)];
    let taken = parts[0]?.length ?? 0;
    const from = Math.max(0, offset - kept.length);
    let end = from;
    if (taken < CONSOLE_READ_LIMIT) {
      for await (const message of this.#messages(id, container, from)) {
        end = message.offset + message.data.length;
        const part = message.data.subarray(
          Math.max(0, from - message.offset),
          Math.max(0, from - message.offset) + CONSOLE_READ_LIMIT - taken,
        );
        parts.push(part);
        taken += part.length;
        if (taken >= CONSOLE_READ_LIMIT) break;
      }
    }
    // The log was cut off at its size limit: what is asked for is gone, so it begins anew.
    if (taken === 0 && offset > 0 && end < from) return await this.read(id, container, 0);
    return { data: Buffer.concat(parts), next: offset + taken };
  }

  /** Before a container is removed that another will follow. */
  async keep(id: string, container: string): Promise<void> {
    const folder = this.#keptFolder(id);
    await mkdir(folder, { recursive: true });
    const parts: Buffer[] = [];
    for await (const { data } of this.#messages(id, container, 0)) parts.push(data);
    // Made again after a crash, it takes the same place.
    const kept = await this.#keptFiles(id);
    const name = kept.find(file => file.includes(container)) ?? `${String(kept.length).padStart(6, '0')}-${container}`;
    await writeFile(join(folder, `.${name}`), Buffer.concat(parts));
    await rename(join(folder, `.${name}`), join(folder, name));
    this.#places.delete(id);
  }

  async remove(id: string): Promise<void> {
    this.#places.delete(id);
    await rm(this.#keptFolder(id), { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    this.#places.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async *#messages(id: string, container: string, from: number): AsyncGenerator<Message> {
    const place = this.#places.get(id);
    const known = place && place.container === container && place.offset <= from ? place : undefined;
    const options = {
      follow: false,
      stdout: true,
      stderr: true,
      timestamps: true,
      ...(known ? { since: known.time } : {}),
    } as const;
    const log = await this.#engine.call("reading a server's console", docker => docker.getContainer(container).logs(options));
    let offset = known?.offset ?? 0;
    for await (const { data } of frames(Readable.from([log]))) {
      const blank = data.indexOf(' ');
      const message = { time: data.subarray(0, blank).toString(), offset, data: data.subarray(blank + 1) };
      this.#remember(id, container, message);
      offset += message.data.length;
      if (offset > from) yield message;
    }
  }

  #remember(id: string, container: string, { time, offset }: Message): void {
    const seconds = engineTime(time);
    const last = this.#places.get(id);
    if (last?.container === container && last.time === seconds) return;
    this.#places.set(id, { container, time: seconds, offset });
  }

  /** What the containers before this one said. */
  async #kept(id: string, container: string): Promise<Buffer> {
    const files = (await this.#keptFiles(id)).filter(file => !file.includes(container));
    return Buffer.concat(await Promise.all(files.map(file => readFile(join(this.#keptFolder(id), file)))));
  }

  /** `<place>-<container>`, in order. */
  async #keptFiles(id: string): Promise<string[]> {
    try {
      return (await readdir(this.#keptFolder(id))).filter(file => !file.startsWith('.')).sort();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #keptFolder(id: string): string {
    return join(this.#folder, encodeURIComponent(id));
  }
}

/** `2026-01-02T03:04:05.123456789Z` as the engine takes it in `since`: seconds, a point, nanoseconds. */
function engineTime(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction.padEnd(9, '0')}`;
}
