/**
 * The conversation with the helper's agent: one request a connection, over a unix socket in the state folder.
 * The wire form is described in appliance/agent/wire.py.
 */
import { closeSync, openSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { AGENT_GONE, AgentError } from './agent-error.ts';
import { ReplyReader } from './agent-reply.ts';

export interface AgentRequest {
  /** Bytes after the request line; a stream's length need not be known. */
  readonly body?: Uint8Array | AsyncIterable<string | Uint8Array>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** How long the agent may say nothing, in milliseconds. */
  readonly silenceMs?: number;
}

export interface AgentReply {
  /** What the operation returned; its shape is the operation's. */
  readonly value: unknown;
  readonly body: Buffer;
}

const SILENCE_MS = 330_000;
/** The kernel's limit for the path of a unix socket, less the closing zero. */
const SOCKET_PATH_LIMIT = 107;

export interface AgentClientOptions {
  /** The folder that holds `agent.sock`. */
  readonly folder: string;
  /** Brings the agent back when it does not answer; the request is then made once more. */
  readonly revive?: () => Promise<void>;
  /** Set while the agent is being brought back. It answers before it has mounted the pool, when it would find no disk. */
  readonly beingRevived?: () => Promise<void> | undefined;
}

export class AgentClient {
  readonly #path: string;
  readonly #folderDescriptor: number | undefined;
  readonly #revive: (() => Promise<void>) | undefined;
  readonly #beingRevived: (() => Promise<void> | undefined) | undefined;
  readonly #open = new Set<net.Socket>();
  #closed = false;

  constructor(options: AgentClientOptions) {
    const path = join(options.folder, 'agent.sock');
    // A path that is too long for a socket is reached through an open folder.
    this.#folderDescriptor = Buffer.byteLength(path) > SOCKET_PATH_LIMIT ? openSync(options.folder, 'r') : undefined;
    this.#path = this.#folderDescriptor === undefined ? path : `/proc/self/fd/${this.#folderDescriptor}/agent.sock`;
    this.#revive = options.revive;
    this.#beingRevived = options.beingRevived;
  }

  /** Makes a request, once an agent that is being brought back is ready; if the agent is gone, brings it back and makes it once more (every operation can be repeated). */
  async call(op: string, fields: Record<string, unknown>, request: AgentRequest = {}): Promise<AgentReply> {
    await this.#beingRevived?.();
    try {
      return await this.callOnce(op, fields, request);
    } catch (error) {
      const repeatable = request.body === undefined || request.body instanceof Uint8Array;
      if (!(error instanceof AgentError && error.code === AGENT_GONE && this.#revive && repeatable)) throw error;
      await this.#revive();
      return await this.callOnce(op, fields, request);
    }
  }

  async callOnce(op: string, fields: Record<string, unknown>, request: AgentRequest = {}): Promise<AgentReply> {
    const { body, signal } = request;
    signal?.throwIfAborted();
    if (this.#closed) throw new AgentError(AGENT_GONE, `${op}: the conversation with the helper is over`);
    const bodyField = body === undefined ? {} : { body: body instanceof Uint8Array ? body.byteLength : null };
    const socket = net.connect({ path: this.#path });
    this.#open.add(socket);
    const abort = (): void => void socket.destroy();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const reply = receive(socket, op, request);
      socket.write(`${JSON.stringify({ op, ...fields, ...bodyField })}\n`);
      const sent = send(socket, body);
      const [settled] = await Promise.all([reply, sent]);
      signal?.throwIfAborted();
      return settled;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      socket.destroy();
      this.#open.delete(socket);
    }
  }

  /** Ends what goes on. Every call from now on finds no agent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of this.#open) socket.destroy();
    if (this.#folderDescriptor !== undefined) closeSync(this.#folderDescriptor);
  }
}

async function send(socket: net.Socket, body: AgentRequest['body']): Promise<void> {
  if (body === undefined) return;
  if (body instanceof Uint8Array) {
    socket.write(body);
    return;
  }
  for await (const piece of body) {
    // The agent's own answer (no space, a broken archive) says more than a broken pipe.
    if (piece.length > 0 && !(await sendPiece(socket, Buffer.from(piece)))) return;
  }
  await sendPiece(socket, Buffer.alloc(0));
}

/** A piece of a body whose length is not known: its length first; a piece of no length is the last. False once nobody reads any more. */
async function sendPiece(socket: net.Socket, piece: Buffer): Promise<boolean> {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(piece.length);
  socket.write(head);
  if (socket.write(piece)) return true;
  await new Promise<void>(resolve => {
    const go = (): void => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.once('drain', go).once('close', go);
  });
  return !socket.destroyed;
}

function receive(socket: net.Socket, op: string, request: AgentRequest): Promise<AgentReply> {
  const reader = new ReplyReader(request.onProgress);
  return new Promise((resolve, reject) => {
    socket.setTimeout(request.silenceMs ?? SILENCE_MS, () => {
      reject(new AgentError('ETIMEDOUT', `${op}: the helper said nothing for too long`));
      socket.destroy();
    });
    socket.on('data', data => {
      try {
        const reply = reader.take(data);
        if (reply) resolve(reply);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('error', cause => reject(new AgentError(AGENT_GONE, `${op}: the helper does not answer`, { cause })));
    socket.on('close', () => reject(new AgentError(AGENT_GONE, `${op}: the helper ended before it had answered`)));
  });
}
