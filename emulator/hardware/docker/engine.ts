/**
 * The Docker engine, with a time limit on every call, and its failures in the words of the hardware interface.
 */
import type Docker from 'dockerode';
import { HardwareError, type HardwareProblem } from '../hardware.ts';

/** In milliseconds. */
export const ENGINE_LIMIT = {
  ping: 5_000,
  /** A busy engine can take seconds for a create. */
  call: 60_000,
  build: 1_800_000,
} as const;

const PROBLEM_BY_STATUS: Readonly<Record<number, HardwareProblem>> = { 404: 'not-found', 409: 'busy' };
const NO_SPACE = /no space left on device/i;
const PORT_TAKEN = /port is already allocated|address already in use/i;

export class Engine {
  readonly docker: Docker;

  #closed = false;

  constructor(docker: Docker) {
    this.docker = docker;
  }

  /** Every call from now on is `unavailable`. */
  close(): void {
    this.#closed = true;
  }

  /** Makes a call; `work` gets a signal that ends the call when its time is up. */
  async call<T>(
    what: string,
    work: (docker: Docker, signal: AbortSignal) => Promise<T>,
    limitMs: number = ENGINE_LIMIT.call,
  ): Promise<T> {
    if (this.#closed) throw new HardwareError('unavailable', `${what}: the hardware is closed`);
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new HardwareError('unavailable', `${what}: the container engine did not answer within ${limitMs / 1000} s`));
        limit.abort();
      }, limitMs);
    });
    try {
      return await Promise.race([work(this.docker, limit.signal), late]);
    } catch (error) {
      throw hardwareError(what, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** As `call`, but undefined where the engine has no such object. */
  async find<T>(what: string, work: (docker: Docker, signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(what, work);
    } catch (error) {
      if (error instanceof HardwareError && error.problem === 'not-found') return undefined;
      throw error;
    }
  }

  /** Removes an image, unless somebody uses it. */
  async removeImage(image: string): Promise<void> {
    try {
      await this.settle('removing an image', docker => docker.getImage(image).remove());
    } catch (error) {
      if (!(error instanceof HardwareError && error.problem === 'busy')) throw error;
    }
  }

  /** As `call`, for a change that may already have been made: gone, stopped, started, or on its way out. */
  async settle(what: string, work: (docker: Docker, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await this.call(what, work);
    } catch (error) {
      const status = statusOf(error instanceof HardwareError ? error.cause : undefined);
      const already =
        status === 304 || status === 404 || (status === 409 && /already in progress|is not running/.test(String(error)));
      if (!already) throw error;
    }
  }
}

/** HTTP status of an engine's error answer. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function hardwareError(what: string, error: unknown): unknown {
  if (error instanceof HardwareError || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (status === undefined) return 'code' in error ? unavailable(what, error) : error;
  const problem = PROBLEM_BY_STATUS[status] ?? problemInWords(error.message);
  return new HardwareError(problem, `${what}: ${engineMessage(error)}`, { cause: error });
}

/** No HTTP answer: a socket that refuses, is missing, or broke off. */
function unavailable(what: string, error: Error): HardwareError {
  return new HardwareError('unavailable', `${what}: the container engine does not answer (${error.message})`, { cause: error });
}

function problemInWords(message: string): HardwareProblem {
  if (NO_SPACE.test(message)) return 'no-space';
  return PORT_TAKEN.test(message) ? 'port-taken' : 'failed';
}

function engineMessage(error: Error): string {
  return error.message.replace(/^\(HTTP code \d+\) /, '').trim();
}
