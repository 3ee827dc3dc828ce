import { once } from 'node:events';
import WebSocket from 'ws';
import { percentile } from './statistics.ts';

const QUERY = 'subscription { events(kinds: ["job.succeeded"]) { kind at } }';

/** Subscribers of one gateway, each over a WebSocket of its own, who note when a message has come. */
export class Subscribers {
  readonly #sockets: readonly WebSocket[];
  #arrivals: number[] = [];
  #sentAt = 0;
  #all: () => void = () => undefined;

  private constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets;
    for (const socket of sockets) socket.on('message', data => this.#receive(String(data)));
  }

  /** Resolves when all of them listen. */
  static async open(url: string, count: number, token?: string): Promise<Subscribers> {
    const sockets: WebSocket[] = [];
    for (let index = 0; index < count; index++) sockets.push(await subscribe(url, token));
    return new Subscribers(sockets);
  }

  /**
   * Publishes one event and returns after how many ms 99 of 100 subscribers had it, from the event's own time on.
   */
  async publish(send: () => Promise<unknown>): Promise<number> {
    this.#arrivals = [];
    const everywhere = new Promise<void>(resolve => {
      this.#all = resolve;
    });
    await send();
    await everywhere;
    return percentile(this.#arrivals, 0.99) - this.#sentAt;
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #receive(message: string): void {
    const [, at] = /"at":"([^"]+)"/.exec(message) ?? [];
    if (at === undefined) return;
    this.#sentAt = Date.parse(at);
    this.#arrivals.push(performance.timeOrigin + performance.now());
    if (this.#arrivals.length === this.#sockets.length) this.#all();
  }
}

async function subscribe(url: string, token: string | undefined): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
  // The protocol does not say when a subscription has begun; messages are answered in order, so a pong comes after it.
  socket.send(JSON.stringify({ type: 'ping' }));
  await once(socket, 'message');
  return socket;
}
