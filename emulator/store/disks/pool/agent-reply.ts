/** Takes an agent's answer apart as it comes in: progress lines, the last line, and the bytes that it announces. */
import { z } from 'zod';
import type { AgentReply } from './agent-client.ts';
import { AgentError } from './agent-error.ts';

const Line = z.union([
  z.object({ progress: z.tuple([z.number(), z.number()]) }),
  z.object({ errno: z.string(), error: z.string() }),
  z.object({ ok: z.unknown(), body: z.number().int().nonnegative().default(0) }),
]);

const NEWLINE = 10;

export class ReplyReader {
  readonly #onProgress: ((done: number, total: number) => void) | undefined;
  #pending: Buffer[] = [];
  #value: unknown;
  /** Bytes that the last line announced; undefined before that line. */
  #bodyLength: number | undefined;
  #received = 0;

  constructor(onProgress?: (done: number, total: number) => void) {
    this.#onProgress = onProgress;
  }

  /** Returns the reply once it is complete. Throws AgentError for an error reply. */
  take(data: Buffer): AgentReply | undefined {
    let rest = data;
    while (this.#bodyLength === undefined) {
      const end = rest.indexOf(NEWLINE);
      if (end < 0) {
        this.#pending.push(rest);
        return undefined;
      }
      this.#line(Buffer.concat([...this.#pending, rest.subarray(0, end)]));
      this.#pending = [];
      rest = rest.subarray(end + 1);
    }
    this.#pending.push(rest);
    this.#received += rest.length;
    if (this.#received < this.#bodyLength) return undefined;
    return { value: this.#value, body: Buffer.concat(this.#pending).subarray(0, this.#bodyLength) };
  }

  #line(text: Buffer): void {
    const line = Line.parse(JSON.parse(text.toString()));
    if ('progress' in line) {
      this.#onProgress?.(...line.progress);
    } else if ('errno' in line) {
      throw new AgentError(line.errno, line.error);
    } else {
      this.#value = line.ok;
      this.#bodyLength = line.body;
    }
  }
}
