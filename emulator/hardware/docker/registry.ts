/** Whether a registry answers from here. Asked with a time limit, and a negative answer is remembered for a while. */
import { HardwareError } from '../hardware.ts';
import type { Engine } from './engine.ts';
import { followed } from './images.ts';

/** In milliseconds. */
const ANSWER_LIMIT = 20_000;
const PULL_LIMIT = 1_800_000;
const REMEMBERED = 600_000;

export interface RegistryOptions {
  readonly engine: Engine;
  /** Milliseconds, as Date.now. */
  readonly now: () => number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Called with the number of lines that the engine has said about its progress. */
  readonly onLine?: (lines: number) => void;
}

/** `pulled`: it was not there before. `reason`: in words for a user. */
export type Fetched = { readonly there: true; readonly pulled: boolean } | { readonly there: false; readonly reason: string };

export class Registry {
  readonly #engine: Engine;
  readonly #now: () => number;
  #refusal: { readonly reason: string; readonly at: number } | undefined;

  constructor({ engine, now }: RegistryOptions) {
    this.#engine = engine;
    this.#now = now;
  }

  /** Brings an image to the engine, where there is none of that name yet. */
  async fetch(image: string, { signal, onLine }: FetchOptions = {}): Promise<Fetched> {
    const present = await this.#engine.find('looking for an image', docker => docker.getImage(image).inspect());
    if (present !== undefined) return { there: true, pulled: false };
    if (this.#refusal && this.#now() - this.#refusal.at < REMEMBERED) return { there: false, reason: this.#refusal.reason };
    try {
      await this.#pull(image, signal, onLine);
      return { there: true, pulled: true };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HardwareError)) throw error;
      const reason = `no registry gave ${image} (${error.message})`;
      // A registry that knows no such image does answer: the next image may be there.
      if (error.problem !== 'not-found') this.#refusal = { reason, at: this.#now() };
      return { there: false, reason };
    }
  }

  async #pull(image: string, signal: AbortSignal | undefined, onLine?: (lines: number) => void): Promise<void> {
    const silence = new AbortController();
    const late = setTimeout(() => silence.abort(), ANSWER_LIMIT);
    try {
      await this.#engine.call(
        `pulling ${image}`,
        async (docker, limit) => {
          const abortSignal = AbortSignal.any([limit, silence.signal, ...(signal ? [signal] : [])]);
          const output = await docker.pull(image, { abortSignal });
          await followed(output, lines => {
            clearTimeout(late);
            onLine?.(lines);
          });
        },
        PULL_LIMIT,
      );
    } catch (error) {
      if (silence.signal.aborted)
        throw new HardwareError('unavailable', `no answer within ${ANSWER_LIMIT / 1000} s`, { cause: error });
      throw error;
    } finally {
      clearTimeout(late);
    }
  }
}
