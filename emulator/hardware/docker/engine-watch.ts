/**
 * Watches the engine: its events, and whether it is there at all. After a break it connects again with growing pauses; the
 * engine's memory of events dies with it, so every connection ends with a look at everything.
 */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { ENGINE_LIMIT, type Engine } from './engine.ts';
import { LABEL, type Labels } from './labels.ts';

export interface ContainerDeath {
  readonly kind: string;
  readonly id: string;
}

export interface EngineWatchOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly onDeath: (death: ContainerDeath) => void;
  /** The engine is gone; why, in words. */
  readonly onGone: (reason: string) => void;
  /** The engine is back, and events come in again. Awaited; if it throws, that counts as another break. */
  readonly onBack: () => Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const HEARTBEAT_MS = 15_000;

const Death = z.object({ Actor: z.object({ Attributes: z.record(z.string(), z.string()) }) });

export class EngineWatch {
  readonly #options: EngineWatchOptions;
  readonly #stopped = new AbortController();
  #run: Promise<void> | undefined;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
  }

  /** Resolves when events come in, or when the first attempt has failed. */
  async start(): Promise<void> {
    let tried: () => void = () => {};
    const first = new Promise<void>(resolve => {
      tried = resolve;
    });
    this.#run = this.#watch(tried);
    await first;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#run;
  }

  async #watch(tried: () => void): Promise<void> {
    const { signal } = this.#stopped;
    let pause = FIRST_PAUSE_MS;
    let gone = false;
    while (!signal.aborted) {
      try {
        const events = await this.#connect();
        if (gone) await this.#options.onBack();
        gone = false;
        pause = FIRST_PAUSE_MS;
        tried();
        await this.#followAlive(events);
        if (!signal.aborted) throw new Error('its event stream ended');
      } catch (error) {
        if (signal.aborted) break;
        gone = true;
        this.#options.onGone(error instanceof Error ? error.message : String(error));
        tried();
        await pauseFor(pause, signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
    tried();
  }

  async #connect(): Promise<NodeJS.ReadableStream> {
    const { engine, labels } = this.#options;
    await this.#ping();
    const options = {
      filters: JSON.stringify({ ...labels.filter(), type: ['container'], event: ['die'] }),
      // The stream outlives the call: it ends with our own signal only.
      abortSignal: this.#stopped.signal,
    };
    return await engine.call('listening to the engine', docker => docker.getEvents(options));
  }

  /** An engine that hangs ends no stream: ask it now and then. */
  async #followAlive(events: NodeJS.ReadableStream & { destroy?: (error: Error) => void }): Promise<void> {
    const heartbeat = setInterval(() => {
      this.#ping().catch((error: unknown) => events.destroy?.(error instanceof Error ? error : new Error(String(error))));
    }, HEARTBEAT_MS);
    heartbeat.unref();
    try {
      await this.#follow(events);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #ping(): Promise<void> {
    await this.#options.engine.call('asking for the engine', docker => docker.ping(), ENGINE_LIMIT.ping);
  }

  async #follow(events: NodeJS.ReadableStream): Promise<void> {
    let rest = '';
    for await (const chunk of events) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter(text => text.trim() !== '')) this.#tell(line);
    }
  }

  #tell(line: string): void {
    const { Attributes } = Death.parse(JSON.parse(line)).Actor;
    const kind = Attributes[LABEL.kind];
    const id = Attributes[LABEL.id];
    if (kind !== undefined && id !== undefined) this.#options.onDeath({ kind, id });
  }
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch {
    // Stopped: the loop that pauses sees that by itself.
  }
}
