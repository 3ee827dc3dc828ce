import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The gateway could not listen: the port is taken, or not ours to take. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already. Choose another with --port or CLOUDYARD_PORT, or stop the other.',
  EACCES: 'this user may not. Ports below 1024 are for the administrator; choose another with --port.',
  EADDRNOTAVAIL: 'this machine has no such address.',
  ENOTFOUND: 'there is no such host.',
};

/** Resolves with the address when the server listens. Throws ListenError. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      const code = cause.code ?? 'UNKNOWN';
      reject(new ListenError(code, `cannot listen on ${host} port ${port}: ${REASONS[code] ?? cause.message}`, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has an address');
  return address;
}

/** How a browser on this machine reaches it. */
export function urlOf({ address, family, port }: AddressInfo): string {
  const unspecified = address === '0.0.0.0' || address === '::';
  const host = unspecified ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
