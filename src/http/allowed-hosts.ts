import { isIP } from 'node:net';

/**
 * Which names the gateway answers to. A page of another site can make a browser send requests to this machine, and can give its own name
 * this machine's address (DNS rebinding); then the Host header, or the Origin, has a name that is not ours.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  readonly #anyAddress: boolean;

  /** `bound`: what the gateway listens on. `more`: further names, `*` for any. */
  constructor(bound: string, more: readonly string[] = []) {
    this.#names = new Set(['localhost', '127.0.0.1', '::1', bound.toLowerCase(), ...more.map(name => name.toLowerCase())]);
    // Beyond loopback the machine has addresses that nobody told us; an address cannot be rebound as a name can.
    this.#anyAddress = !isLoopback(bound);
  }

  /** Of a Host header: a name or an address, with or without a port. */
  allowsHost(host: string | undefined): boolean {
    return host !== undefined && this.#allows(hostnameOf(`http://${host}`));
  }

  /** Of an Origin header; a request without one comes from no page. Other ports are other programs of the same user: they are let in. */
  allowsOrigin(origin: string | undefined): boolean {
    return origin === undefined || (/^https?:\/\//.test(origin) && this.#allows(hostnameOf(origin)));
  }

  #allows(name: string | undefined): boolean {
    if (name === undefined) return false;
    // Browsers never look up names below `localhost`.
    if (this.#names.has('*') || this.#names.has(name) || name.endsWith('.localhost')) return true;
    return this.#anyAddress && isIP(name) !== 0;
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function hostnameOf(url: string): string | undefined {
  // URL has no constructor that answers instead of throwing in all supported versions of Node.
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
