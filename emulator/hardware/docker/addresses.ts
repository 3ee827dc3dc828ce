/** IPv4 arithmetic for subnets. */

/** The engine's own ranges are cut from here: set aside for benchmarks (RFC 2544), so no tenant, office or VPN uses them. */
const ENGINE_POOL = { first: toNumber('198.18.0.0'), bits: 15 } as const;
const ENGINE_SUBNET_BITS = 24;
export const ENGINE_SUBNETS = 2 ** (ENGINE_SUBNET_BITS - ENGINE_POOL.bits);

/** The n-th range that the engine can have, `198.18.0.0/24` for 0. */
export function engineSubnet(index: number): string {
  const size = 2 ** (32 - ENGINE_SUBNET_BITS);
  return `${toText(ENGINE_POOL.first + (index % ENGINE_SUBNETS) * size)}/${ENGINE_SUBNET_BITS}`;
}

/** `192.168.0.5` in `192.168.0.0/24` is `192.168.0.5/24`. */
export function withPrefix(address: string, cidr: string): string {
  return `${address}/${prefixOf(cidr)}`;
}

function prefixOf(cidr: string): number {
  const prefix = Number(cidr.split('/')[1]);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 32) throw new TypeError(`not a range: ${cidr}`);
  return prefix;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.');
}
