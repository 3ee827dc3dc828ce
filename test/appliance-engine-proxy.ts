/** An engine that can go away: a socket in front of the real one, which can be cut and mended. */
import net from 'node:net';

export class EngineProxy {
  readonly #path: string;
  readonly #connections = new Set<net.Socket>();
  #server: net.Server | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async mend(): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true }, client => {
      const engine = net.connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#connections.add(socket);
        socket
          .on('error', () => {})
          .on('close', () => {
            this.#connections.delete(socket);
            client.destroy();
            engine.destroy();
          });
      }
      client.pipe(engine);
      engine.pipe(client);
    });
    await new Promise<void>(resolve => server.listen(this.#path, resolve));
    this.#server = server;
  }

  async cut(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise(resolve => server.close(resolve));
  }
}
